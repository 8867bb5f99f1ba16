import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type ClusterSnapshot, clusterSnapshots } from '../../answers/snapshot/message.ts'
import { objectsText } from '../../answers/snapshot/text.ts'
import { UserError } from '../../common/errors.ts'
import type { DataFormat } from '../../formats/data.ts'
import { shellWord } from '../../formats/shell-words.ts'
import { CONFIG_CLUSTER, DEFAULT_CLUSTER_ID, type SourceProblem } from '../../index.ts'
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
  const written: string[] = []
  for (const { cluster, objects } of clusters) {
    const isConfig = cluster === CONFIG_CLUSTER
    const path = join(folder, isConfig ? `local.${format}` : join('clusters', `${fileNameOf(cluster)}.${format}`))
    const target = resolve(io.cwd, path)
    try {
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, await objectsText(objects, format))
    } catch (error) {
      throw new UserError(`--out-dir ${folder}: ${error instanceof Error ? error.message : String(error)}`)
    }
    written.push(...(isConfig ? ['-f', path] : ['--remote', `${cluster}=${path}`]))
  }
  return written
}

/** `vipctl snapshot` */
export async function snapshot(_: readonly string[], options: SnapshotOptions, session: Session): Promise<Outcome> {
  const request = await inputRequest(options, session)
  const mesh = await read(request, { reads: 'everything' }, session)
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
