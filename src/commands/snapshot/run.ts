import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type ClusterSnapshot, clusterSnapshots } from '../../answers/snapshot/message.ts'
import { objectsText } from '../../answers/snapshot/text.ts'
import { UserError } from '../../common/errors.ts'
import type { DataFormat } from '../../formats/data.ts'
import { shellWord } from '../../formats/shell-words.ts'
import { type Gathered, gatherInput, snapshotOptions } from '../../input/load.ts'
import { buildSnapshot, DEFAULT_CLUSTER_ID } from '../../resources/index.ts'
import { CONFIG_CLUSTER } from '../../resources/intake/intake.ts'
import { forEachObject, type RawObject } from '../../resources/intake/objects.ts'
import { overlayObjects } from '../../resources/intake/overlay.ts'
import type { SourceDocument, SourceProblem } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import type { Outcome, Session } from '../session.ts'
import type { SnapshotOptions } from './options.ts'

const DEFAULT_NAMESPACE = 'default'

function rawObjects(documents: readonly SourceDocument[], problems: SourceProblem[]): readonly RawObject[] {
  const objects: RawObject[] = []
  forEachObject(documents, problems, (object) => objects.push(object))
  return objects
}

const keyOf = ({ document, path }: Location): string =>
  JSON.stringify([document.file.name, document.start, document.cluster, ...path])

/** The objects of the files that the API server would take. */
function admitted(gathered: Gathered, options: SnapshotOptions, objects: readonly RawObject[]): readonly RawObject[] {
  const { verdicts } = buildSnapshot(gathered.documents, snapshotOptions(gathered, options))
  const rejected = new Set(
    verdicts.filter(({ errors }) => errors.length > 0).map((verdict) => keyOf(verdict.resource.location)),
  )
  return objects.filter(({ location }) => !rejected.has(keyOf(location)))
}

/** With files over the mesh, the objects as they would be then. */
function laidObjects(gathered: Gathered, options: SnapshotOptions, namespace: string, problems: SourceProblem[]) {
  const { documents, over } = gathered
  const base = rawObjects(documents, problems)
  if (!over) return base
  const files = admitted(gathered, options, rawObjects(over, problems))
  const { objects, replaced } = overlayObjects(base, files, namespace)
  return objects.filter((object) => !replaced.has(object))
}

/** The options that say the rest of what was read. */
function otherOptions({ clusterId }: Gathered, options: SnapshotOptions): readonly string[] {
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

/** IDs of clusters may hold anything; file names may not. */
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
  const gathered = await gatherInput(options, session, { reads: 'everything' })
  const problems: SourceProblem[] = [...gathered.problems]
  const namespace = gathered.namespace || DEFAULT_NAMESPACE
  const clusters = clusterSnapshots(laidObjects(gathered, options, namespace, problems), gathered.remotes, namespace)
  await session.report(problems)
  const { output: format = 'yaml', outDir } = options
  const others = otherOptions(gathered, options)
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
