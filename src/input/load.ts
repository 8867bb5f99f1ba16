/** From the input options to a snapshot. */

import type { InputOptions } from '../commands/input-options.ts'
import { checkOverlay } from '../commands/overlay-options.ts'
import type { Session } from '../commands/session.ts'
import type { Pair } from '../commands/values.ts'
import { parsePrefix } from '../common/addresses.ts'
import { UserError } from '../common/errors.ts'
import { parseGoBool } from '../common/go-bool.ts'
import { growHeapSlowly } from '../compiler.ts'
import { describeResource } from '../kinds/resource.ts'
import type { ValidationIssue } from '../kinds/validation/report.ts'
import { type IstioVersion, versionNamed } from '../releases/version.ts'
import { buildSnapshot, DEFAULT_CLUSTER_ID, type SnapshotOptions } from '../resources/index.ts'
import { type Join, withJoins } from '../resources/intake/join.ts'
import { issueText } from '../resources/issue-text.ts'
import { BOOLEAN_SETTINGS, PREFIX_SETTINGS } from '../resources/mesh/environment.ts'
import { DEFAULT_IPV4_PREFIX } from '../resources/mesh/features.ts'
import { problemAtKey } from '../resources/problems.ts'
import type { Snapshot, UnknownField, Verdict } from '../resources/snapshot.ts'
import type { ProblemSeverity, SourceDocument, SourceProblem } from '../sources/document.ts'
import { forgetValues, loadSources, type SourceInput } from '../sources/index.ts'
import type { LiveMesh, LiveWants } from './live/mesh.ts'
import { sayObjectChanges } from './overlay.ts'

const STDIN = '-'
const DEFAULT_NAMESPACE = 'default'

/** @throws UserError when standard input is asked for more than once: it can be read only once */
export function checkStdin(options: InputOptions, ...others: readonly (string | undefined)[]): void {
  const remotes = (options.remote ?? []).map(([, path]) => path)
  const paths = [...new Set(options.filename), ...new Set(options.base), ...remotes, options.meshConfig, ...others]
  if (paths.filter((path) => path === STDIN).length > 1) {
    throw new UserError('- stands for standard input, which can be read only once')
  }
}

function inputOf(path: string, cluster: string): SourceInput {
  return { kind: path === STDIN ? 'stdin' : 'path', path, cluster }
}

/** The remote clusters' IDs. */
function checkRemotes(options: InputOptions): readonly string[] {
  const local = options.clusterId ?? DEFAULT_CLUSTER_ID
  const ids = new Set<string>()
  for (const [id] of options.remote ?? []) {
    if (id === local) {
      throw new UserError(
        `--remote ${id}: this is the local cluster's ID`,
        `name the local cluster with --cluster-id, or give the remote one another ID`,
      )
    }
    if (ids.has(id)) throw new UserError(`--remote ${id} is given twice`, 'each remote cluster has an ID of its own')
    ids.add(id)
  }
  return [...ids]
}

function settingProblem([name, value]: Pair): string | undefined {
  if (BOOLEAN_SETTINGS.includes(name) && parseGoBool(value) === undefined) return 'no boolean (true or false)'
  if (PREFIX_SETTINGS.includes(name) && !parsePrefix(value)) return `no address range such as ${DEFAULT_IPV4_PREFIX}`
  return undefined
}

function istiodEnvOf(options: InputOptions): ReadonlyMap<string, string> {
  for (const pair of options.istiodEnv ?? []) {
    const problem = settingProblem(pair)
    if (problem) throw new UserError(`--istiod-env ${pair[0]}: ${JSON.stringify(pair[1])} is ${problem}`)
  }
  return new Map(options.istiodEnv)
}

function istioVersionOf(options: InputOptions): IstioVersion | undefined {
  if (options.istioVersion === undefined) return undefined
  const version = versionNamed(options.istioVersion)
  if (!version) {
    throw new UserError(`--istio-version: ${JSON.stringify(options.istioVersion)} is no version`, 'such as 1.24')
  }
  return version
}

function joinAll(snapshot: Snapshot, options: InputOptions): Snapshot {
  const joins = (options.join ?? []).map(([target, ip]): Join => {
    const [namespace = '', group = ''] = target.split('/')
    return { namespace, group, ip }
  })
  try {
    return withJoins(snapshot, joins)
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`--join: ${error.message}`, error.hint)
    throw error
  }
}

/** The first document of a file that holds one thing; what is wrong with the file is said. */
export async function readSingleDocument(path: string, flag: string, session: Session): Promise<SourceDocument> {
  const { io } = session
  const loaded = await loadSources({ inputs: [inputOf(path, '')], recursive: false, cwd: io.cwd, stdin: io.stdin })
  await session.report(loaded.problems)
  const [document] = loaded.documents
  if (!document) throw new UserError(`${flag} ${path}: nothing to read there`)
  if (loaded.documents.length > 1) await session.warn(`${flag} ${path}: only the first document counts`)
  return document
}

function verdictProblem(
  { resource }: Verdict,
  issue: ValidationIssue,
  text: string,
  severity: ProblemSeverity,
): SourceProblem {
  return {
    severity,
    message: text,
    get at() {
      return resource.location.child(...issue.path).position()
    },
    ...(issue.hint && { hint: issue.hint }),
  }
}

/** What istiod's admission check says; a rejected object is no error of the input, but it is left out. */
function verdictProblems(verdicts: readonly Verdict[], verbose: boolean): SourceProblem[] {
  const out: SourceProblem[] = []
  for (const verdict of verdicts) {
    const name = describeResource(verdict.resource)
    for (const issue of verdict.errors) {
      out.push(verdictProblem(verdict, issue, `istiod rejects ${name}: ${issueText(issue)} (left out)`, 'warning'))
    }
    if (!verbose) continue
    for (const issue of verdict.warnings) {
      out.push(verdictProblem(verdict, issue, `istiod warns about ${name}: ${issueText(issue)}`, 'warning'))
    }
  }
  return out
}

function unknownFieldProblem({ resource, path, message, hint }: UnknownField): SourceProblem {
  const { document, path: start } = resource.location
  const text = { severity: 'warning', message: `${describeResource(resource)}: ${message}`, hint } as const
  return problemAtKey(document, [...start, ...path], text)
}

/** What is wrong with single objects: fields that they do not have, and what istiod says of them. */
function objectProblems({ unknownFields, verdicts }: Snapshot, verbose: boolean): SourceProblem[] {
  return [...unknownFields.map(unknownFieldProblem), ...verdictProblems(verdicts, verbose)]
}

/** What was read, as text and as objects. */
export interface Input {
  /** Of all clusters, in the order of the input. */
  readonly documents: readonly SourceDocument[]
  readonly snapshot: Snapshot
  /** Of objects and proxies that state none. */
  readonly namespace: string
  /** The mesh without the files over it; undefined without such files, and where nobody asked for it. */
  readonly before: Snapshot | undefined
}

/** What a command wants of its input. */
export interface InputWants extends LiveWants {
  /** Whether the mesh without the files over it is wanted too. */
  readonly before?: boolean | undefined
  /** false when the command itself says what is wrong with single objects. */
  readonly objectProblems?: boolean
}

/** As `loadInput`, for whom the text does not matter. */
export async function loadSnapshot(
  options: InputOptions,
  session: Session,
  wants: LiveWants = CONFIGURATION,
): Promise<Snapshot> {
  return (await loadInput(options, session, wants)).snapshot
}

const CONFIGURATION: LiveWants = { reads: 'configuration' }

/** Documents of files and of live clusters, before they have a meaning. */
export interface Gathered {
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly SourceProblem[]
  /** The config cluster's ID, as far as something states it. */
  readonly clusterId: string | undefined
  /** IDs of the remote clusters. */
  readonly remotes: readonly string[]
  /** Of what states none; undefined: the usual one. */
  readonly namespace: string | undefined
  /** Documents that are laid over the others; undefined when none are. */
  readonly over?: readonly SourceDocument[]
}

async function gatherFiles(options: InputOptions, session: Session): Promise<Gathered> {
  const { io } = session
  const { documents, problems, bytes } = await loadSources({
    inputs: [
      ...(options.filename ?? []).map((path) => inputOf(path, '')),
      ...(options.remote ?? []).map(([id, path]) => inputOf(path, id)),
    ],
    recursive: options.recursive ?? false,
    cwd: io.cwd,
    stdin: io.stdin,
  })
  growHeapSlowly(bytes)
  const { clusterId, namespace } = options
  return { documents, problems, clusterId, remotes: checkRemotes(options), namespace }
}

/**
 * Reads live clusters, whose connections stay open.
 * @throws UserError when there is no cluster, LiveError
 */
export async function openLive(options: InputOptions, session: Session, wants: LiveWants): Promise<LiveMesh> {
  // Read from disk only when there is a cluster to read.
  const { readLive } = await import('./live/mesh.ts')
  const mesh = await readLive(options, wants, session)
  if (mesh) return mesh
  throw new UserError(
    'no input: neither files nor a cluster',
    '-f, --filename PATH reads files, or - standard input; a cluster needs a kubeconfig: -c, KUBECONFIG or ~/.kube/config',
  )
}

/**
 * What the cluster options lead to, with the files of remote clusters.
 * @throws UserError when there is no cluster, LiveError
 */
async function gatherLive(options: InputOptions, session: Session, wants: LiveWants): Promise<Gathered> {
  const mesh = await openLive(options, session, wants)
  mesh.close()
  return gatheredFrom(mesh, options, session)
}

/** What was read of live clusters, with the files of remote clusters behind it. */
export async function gatheredFrom(
  mesh: Omit<LiveMesh, 'close'>,
  options: InputOptions,
  session: Session,
): Promise<Gathered> {
  const files = await gatherFiles({ ...options, filename: [] }, session)
  return {
    documents: [...mesh.documents, ...files.documents],
    problems: [...mesh.problems, ...files.problems],
    clusterId: mesh.clusterId,
    remotes: [...new Set([...mesh.remotes, ...files.remotes])],
    namespace: options.namespace || mesh.namespace,
  }
}

/**
 * What the options say of how documents are to be typed, but for the mesh configuration.
 * @throws UserError
 */
export function snapshotOptions(
  { clusterId, remotes, namespace, over }: Gathered,
  options: InputOptions,
): SnapshotOptions {
  const { istioNamespace, revision } = options
  return {
    clusterId,
    remotes,
    defaultNamespace: namespace,
    istioNamespace,
    revision,
    istiodEnv: istiodEnvOf(options),
    istioVersion: istioVersionOf(options),
    over,
  }
}

/**
 * Types what was gathered; what is wrong with it is said on stderr.
 * @throws UserError
 */
export async function inputFrom(
  gathered: Gathered,
  options: InputOptions,
  session: Session,
  wants: Pick<InputWants, 'before' | 'objectProblems'> = {},
): Promise<Input> {
  const { documents, problems, namespace, over } = gathered
  const stated = snapshotOptions(gathered, options)
  const meshConfig =
    options.meshConfig === undefined
      ? undefined
      : await readSingleDocument(options.meshConfig, '--mesh-config', session)
  const settings = { ...stated, meshConfig }
  const snapshot = buildSnapshot(documents, settings)
  const before = over && wants.before ? buildSnapshot(documents, { ...settings, over: undefined }) : undefined
  const ofObjects = wants.objectProblems === false ? [] : objectProblems(snapshot, session.options.verbose ?? false)
  await session.report([...problems, ...snapshot.problems, ...ofObjects])
  if (over) await sayObjectChanges(snapshot, session)
  return {
    documents: forgetValues(over ? [...documents, ...over] : documents),
    snapshot: joinAll(snapshot, options),
    namespace: namespace || DEFAULT_NAMESPACE,
    before: before && joinAll(before, options),
  }
}

/** Whoever names a cluster beside files may well expect it to be read. */
async function warnOfClusterOptions(options: InputOptions, session: Session): Promise<void> {
  const given = [
    options.kubeconfig !== undefined && '--kubeconfig',
    options.context !== undefined && '--context',
    options.remoteSecrets && '--remote-secrets',
  ].filter((flag) => typeof flag === 'string')
  if (given.length === 0) return
  await session.warn(`${given.join(', ')}: no cluster is read, because there are files`, '-k lays the files over it')
}

/**
 * Reads files, a cluster, or files over either. What is wrong with the input is not said yet.
 * @throws UserError, LiveError
 */
export async function gatherInput(options: InputOptions, session: Session, wants: LiveWants): Promise<Gathered> {
  // Mistakes of the command line are said before anything is read.
  checkRemotes(options)
  istiodEnvOf(options)
  istioVersionOf(options)
  checkOverlay(options)
  const { filename = [], base, useKube = false } = options
  const isLive = useKube || (filename.length === 0 && base === undefined)
  if (!isLive) await warnOfClusterOptions(options, session)
  if (base === undefined && !isLive) return gatherFiles(options, session)
  const under = await (base === undefined
    ? gatherLive(options, session, wants)
    : gatherFiles({ ...options, filename: base }, session))
  if (filename.length === 0) return under
  const { documents, problems } = await gatherFiles({ ...options, remote: [] }, session)
  return { ...under, over: documents, problems: [...under.problems, ...problems] }
}

/**
 * Reads and types everything that the options name: files, or without any, the current cluster. What is wrong with it
 * is said on stderr.
 * @param wants what of a cluster is read
 * @throws UserError, LiveError
 */
export async function loadInput(
  options: InputOptions,
  session: Session,
  wants: InputWants = CONFIGURATION,
): Promise<Input> {
  return inputFrom(await gatherInput(options, session, wants), options, session, wants)
}
