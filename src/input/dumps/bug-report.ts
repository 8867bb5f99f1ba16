/**
 * Reads what `istioctl bug-report` writes (tools/bug-report/pkg): an archive, or the folder in it, with the answers of
 * every proxy in `proxies/NAMESPACE/POD/` and the objects of the cluster in `cluster/`. Its names are the paths that were
 * asked for, such as `config_dump?include_eds`.
 */
import { createReadStream, type Dirent, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createGunzip } from 'node:zlib'
import { groupBy } from '../../common/collections.ts'
import { UserError } from '../../common/errors.ts'
import { withThousands } from '../../sources/limits.ts'
import { failureText } from '../files/failure.ts'
import { filePath } from '../files/names.ts'
import { readRegular } from '../files/read.ts'
import type { Place } from '../request.ts'
import { ArchiveError, type TarLimits, tarFiles } from './tar.ts'
import { gzipFailure } from './text.ts'

/** A file of a report. */
export interface ReportFile {
  /** Its path in the report, from `proxies`, `istio` or `cluster` on. */
  readonly path: string
  /** Read when asked for, because a report may be large. */
  bytes(): Buffer
}

/** What a report says about one proxy. */
export interface ReportedProxy {
  readonly namespace: string
  readonly pod: string
  /** Envoy's answer to `config_dump`. */
  readonly dump: ReportFile | undefined
  /** Envoy's answer to `clusters`. */
  readonly clusters: ReportFile | undefined
}

/** What a report says about one instance of istiod. */
interface ReportedIstiod {
  readonly pod: string
  /** Its answer to `debug/syncz`. */
  readonly syncz: ReportFile
}

export interface BugReport {
  /** By namespace, then by pod. */
  readonly proxies: readonly ReportedProxy[]
  readonly istiods: readonly ReportedIstiod[]
  /** The cluster's objects, as lists in YAML; empty if the report was made without them. */
  readonly objects: readonly ReportFile[]
}

const FLAG = '--bug-report'
const HINT = 'a report is the bug-report.tar.gz that istioctl bug-report writes, or the folder that it contains'

const LIMITS: TarLimits = { total: 8_000_000_000, file: 512_000_000, kept: 2_000_000_000 }

const PROXIES = 'proxies'
const ISTIO = 'istio'
const CLUSTER = 'cluster'
const KINDS: readonly (string | undefined)[] = [PROXIES, ISTIO, CLUSTER]

const SYNCZ = 'debug/syncz'

/** Files with objects, best first: the second is of newer releases, and has what the third has. */
const OBJECTS = ['k8s-resources', 'k8s-cluster-resources', 'nodes', 'crs']

const isDump = (name: string): boolean => name === 'config_dump' || name.startsWith('config_dump?')
const isClusters = (name: string): boolean => name === 'clusters'

/**
 * The part of a path that is read: `proxies/NAMESPACE/POD/NAME`, `istio/NAMESPACE/POD/debug/syncz` or `cluster/NAME`;
 * undefined for the rest.
 */
function pathInReport(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) return undefined
  const [kind, ...others] = parts.slice(KINDS.includes(parts[0]) ? 0 : 1)
  const last = others.at(-1) ?? ''
  if (kind === PROXIES && others.length === 3 && (isDump(last) || isClusters(last))) return [kind, ...others].join('/')
  if (kind === ISTIO && others.length === 4 && others.slice(2).join('/') === SYNCZ) return [kind, ...others].join('/')
  return kind === CLUSTER && others.length === 1 && OBJECTS.includes(last) ? `${kind}/${last}` : undefined
}

async function* chunksOf(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(filePath(path))
  const unpacked = createGunzip()
  file.on('error', (error) => unpacked.destroy(error))
  try {
    for await (const chunk of file.pipe(unpacked)) yield chunk as Buffer
  } finally {
    file.destroy()
  }
}

async function archivedFiles(path: string, name: string): Promise<readonly ReportFile[]> {
  const files: ReportFile[] = []
  try {
    const wants = (member: string): boolean => pathInReport(member) !== undefined
    for await (const { name: member, bytes } of tarFiles(chunksOf(path), wants, LIMITS)) {
      files.push({ path: pathInReport(member) as string, bytes: () => bytes })
    }
  } catch (error) {
    if (error instanceof ArchiveError) throw new UserError(`${name}: ${error.message}`, HINT)
    throw new UserError(`${name}: ${gzipFailure(error)}`, HINT)
  }
  return files
}

function entriesOf(path: string): readonly Dirent[] {
  try {
    return readdirSync(filePath(path), { withFileTypes: true })
  } catch {
    return []
  }
}

/** Links are not followed. */
const foldersIn = (path: string): readonly string[] =>
  entriesOf(path)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

function storedFile(folder: string, path: string): ReportFile {
  return { path, bytes: () => readRegular(join(folder, path), LIMITS.file) }
}

/** The paths of files about pods. @param inPod the folder of the files in that of a pod */
const pathsOfPods = (folder: string, kind: string, inPod: string): readonly string[] =>
  foldersIn(join(folder, kind)).flatMap((namespace) =>
    foldersIn(join(folder, kind, namespace)).flatMap((pod) =>
      entriesOf(join(folder, kind, namespace, pod, inPod)).map(({ name }) =>
        [kind, namespace, pod, inPod, name].filter((part) => part !== '').join('/'),
      ),
    ),
  )

function storedFiles(folder: string): readonly ReportFile[] {
  const inCluster = entriesOf(join(folder, CLUSTER)).map(({ name }) => `${CLUSTER}/${name}`)
  return [...inCluster, ...pathsOfPods(folder, PROXIES, ''), ...pathsOfPods(folder, ISTIO, 'debug')]
    .filter((path) => pathInReport(path) !== undefined)
    .map((path) => storedFile(folder, path))
}

/** The folder of the report itself, which may be the one in it. */
function reportFolder(path: string): string {
  const inside = join(path, 'bug-report')
  return foldersIn(path).includes(PROXIES) || !foldersIn(path).includes('bug-report') ? path : inside
}

function proxiesOf(files: readonly ReportFile[]): readonly ReportedProxy[] {
  const own = files.filter(({ path }) => path.startsWith(`${PROXIES}/`))
  const byPod = groupBy(own, ({ path }) => path.split('/').slice(1, 3).join('/'))
  const nameOf = ({ path }: ReportFile): string => path.slice(path.lastIndexOf('/') + 1)
  return [...byPod]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, own]) => {
      const [namespace = '', pod = ''] = key.split('/')
      return {
        namespace,
        pod,
        dump: own.find((file) => isDump(nameOf(file))),
        clusters: own.find((file) => isClusters(nameOf(file))),
      }
    })
}

const istiodsOf = (files: readonly ReportFile[]): readonly ReportedIstiod[] =>
  files
    .filter(({ path }) => path.startsWith(`${ISTIO}/`))
    .map((syncz) => ({ pod: syncz.path.split('/')[2] ?? '', syncz }))

function objectsOf(files: readonly ReportFile[]): readonly ReportFile[] {
  const found = OBJECTS.flatMap((name) => files.find(({ path }) => path === `${CLUSTER}/${name}`) ?? [])
  const hasClusterResources = found.some(({ path }) => path.endsWith('/k8s-cluster-resources'))
  return found.filter(({ path }) => !(hasClusterResources && path.endsWith('/nodes')))
}

/**
 * Reads a report.
 * @param path of the archive, or of a folder
 * @throws UserError when it is something else, or damaged
 */
export async function readBugReport(path: string, { cwd }: Place): Promise<BugReport> {
  const name = `${FLAG} ${path}`
  const absolute = resolve(cwd, path)
  let isFolder: boolean
  try {
    isFolder = statSync(filePath(absolute)).isDirectory()
  } catch (error) {
    throw new UserError(`${name}: cannot be read: ${failureText(error)}`)
  }
  const files = isFolder ? storedFiles(reportFolder(absolute)) : await archivedFiles(absolute, name)
  const report = { proxies: proxiesOf(files), istiods: istiodsOf(files), objects: objectsOf(files) }
  if (report.proxies.length > 0) return report
  throw new UserError(`${name}: has no proxies (${withThousands(files.length)} files of a report found)`, HINT)
}
