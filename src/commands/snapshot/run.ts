import { join, relative, resolve } from 'node:path'
import { type ClusterSnapshot, clusterSnapshots } from '../../answers/snapshot/message.ts'
import { objectsText } from '../../answers/snapshot/text.ts'
import { UserError } from '../../common/errors.ts'
import type { DataFormat } from '../../formats/data.ts'
import { shellWord } from '../../formats/shell-words.ts'
import { CONFIG_CLUSTER, DEFAULT_CLUSTER_ID, type SourceProblem } from '../../index.ts'
import { type FileContent, WriteError, writeAtomically } from '../../input/files/write.ts'
import { objectsOf } from '../../input/objects.ts'
import { namespaceOf, type ReadMesh, read } from '../../input/read.ts'
import { inputRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { SnapshotOptions } from './options.ts'

/** The options that are needed besides the files to read the same mesh again. */
function otherOptions({ clusterId }: ReadMesh, options: SnapshotOptions): readonly string[] {
  const { istiodEnv = [], istioVersion, meshConfig, join: joins = [], istioNamespace, revision } = options
  const pairs = (flag: string, list: readonly (readonly [string, string])[]) =>
    list.flatMap(([key, value]) => [flag, `${key}=${value}`])
  return [
    ...(clusterId && clusterId !== DEFAULT_CLUSTER_ID ? ['--cluster-id', clusterId] : []),
    ...(istioNamespace ? ['-i', istioNamespace] : []),
    ...(revision ? ['--revision', revision] : []),
    ...(meshConfig ? ['--mesh-config', meshConfig] : []),
    ...(istioVersion ? ['--istio-version', istioVersion] : []),
    ...pairs('--istiod-env', istiodEnv),
    ...pairs('--join', joins),
  ]
}

/** Cluster IDs may contain any characters; file names may not. */
const fileNameOf = (cluster: string): string =>
  encodeURIComponent(cluster).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length))

async function writeFiles(
  clusters: readonly ClusterSnapshot[],
  folder: string,
  format: DataFormat,
  { io }: Session,
): Promise<readonly string[]> {
  const words: string[] = []
  const files: FileContent[] = []
  for (const { cluster, objects } of clusters) {
    const isConfig = cluster === CONFIG_CLUSTER
    const path = join(folder, isConfig ? `local.${format}` : join('clusters', `${fileNameOf(cluster)}.${format}`))
    files.push({ path: resolve(io.cwd, path), content: await objectsText(objects, format), makesFolder: true })
    words.push(...(isConfig ? ['-f', path] : ['--remote', `${cluster}=${path}`]))
  }
  try {
    await writeAtomically(files)
  } catch (error) {
    if (!(error instanceof WriteError)) throw error
    throw new UserError(`--out-dir: ${relative(io.cwd, error.path)} cannot be written: ${error.message}`)
  }
  return words
}

/** `vipctl snapshot` */
export async function snapshot(_: readonly string[], options: SnapshotOptions, session: Session): Promise<Outcome> {
  const request = await inputRequest(options, session)
  const mesh = await read(request, { reads: 'everything', certificates: false }, session)
  const problems: SourceProblem[] = [...mesh.problems]
  const clusters = clusterSnapshots(objectsOf(mesh, request, problems), mesh.remotes, namespaceOf(mesh))
  await session.report(problems)
  const { output: format = 'yaml', outDir } = options
  const others = otherOptions(mesh, options)
  if (outDir !== undefined) {
    const words = [...(await writeFiles(clusters, outDir, format, session)), ...others]
    return { output: [`${words.map(shellWord).join(' ')}\n`] }
  }
  const [config, ...remotes] = clusters
  if (!config || remotes.length > 0) {
    throw new UserError('several clusters do not fit into one file', '--out-dir DIR writes a file for each')
  }
  if (others.length > 0) await session.note(`read it with: ${others.map(shellWord).join(' ')}`)
  return { output: await objectsText(config.objects, format) }
}
