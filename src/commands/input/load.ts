/** From the input options to a snapshot. */
import { parsePrefix } from '../../addresses.ts'
import { BOOLEAN_SETTINGS, PREFIX_SETTINGS } from '../../resources/environment.ts'
import { type IstioVersion, parseGoBool, parseIstioVersion } from '../../resources/features.ts'
import { buildSnapshot, DEFAULT_CLUSTER_ID } from '../../resources/index.ts'
import { type Join, JoinError, withJoins } from '../../resources/join.ts'
import { describeResource } from '../../resources/resource.ts'
import type { Snapshot, ValidationIssue, Verdict } from '../../resources/snapshot.ts'
import type { ProblemSeverity, SourceDocument, SourceProblem } from '../../sources/document.ts'
import { loadSources, type SourceInput } from '../../sources/index.ts'
import { issueText } from '../../views/validation.ts'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import type { Pair } from '../values.ts'
import type { InputOptions } from './options.ts'

const STDIN = '-'

/** @throws UsageError when standard input is asked for more than once: it can be read only once */
export function checkStdin(options: InputOptions, ...others: readonly (string | undefined)[]): void {
  const remotes = (options.remote ?? []).map(([, path]) => path)
  const paths = [...new Set(options.filename), ...remotes, options.meshConfig, ...others]
  if (paths.filter((path) => path === STDIN).length > 1) {
    throw new UsageError('- stands for standard input, which can be read only once')
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
      throw new UsageError(
        `--remote ${id}: this is the local cluster's ID`,
        `name the local cluster with --cluster-id, or give the remote one another ID`,
      )
    }
    if (ids.has(id)) throw new UsageError(`--remote ${id} is given twice`, 'each remote cluster has an ID of its own')
    ids.add(id)
  }
  return [...ids]
}

function settingProblem([name, value]: Pair): string | undefined {
  if (BOOLEAN_SETTINGS.includes(name) && parseGoBool(value) === undefined) return 'no boolean (true or false)'
  if (PREFIX_SETTINGS.includes(name) && !parsePrefix(value)) return 'no address range such as 240.240.0.0/16'
  return undefined
}

function istiodEnvOf(options: InputOptions): ReadonlyMap<string, string> {
  for (const pair of options.istiodEnv ?? []) {
    const problem = settingProblem(pair)
    if (problem) throw new UsageError(`--istiod-env ${pair[0]}: ${JSON.stringify(pair[1])} is ${problem}`)
  }
  return new Map(options.istiodEnv)
}

function istioVersionOf(options: InputOptions): IstioVersion | undefined {
  if (options.istioVersion === undefined) return undefined
  const version = parseIstioVersion(options.istioVersion)
  if (!version) {
    throw new UsageError(`--istio-version: ${JSON.stringify(options.istioVersion)} is no version`, 'such as 1.24')
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
    if (error instanceof JoinError) throw new UsageError(`--join: ${error.message}`, error.hint)
    throw error
  }
}

/** The first document of a file that holds one thing; what is wrong with the file is said. */
export async function readSingleDocument(path: string, flag: string, session: Session): Promise<SourceDocument> {
  const { io } = session
  const loaded = await loadSources({ inputs: [inputOf(path, '')], recursive: false, cwd: io.cwd, stdin: io.stdin })
  await session.report(loaded.problems)
  const [document] = loaded.documents
  if (!document) throw new UsageError(`${flag} ${path}: nothing to read there`)
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

/** What was read, as text and as objects. */
export interface Input {
  /** Of all clusters, in the order of the input. */
  readonly documents: readonly SourceDocument[]
  readonly snapshot: Snapshot
}

/** As `loadInput`, for whom the text does not matter. */
export async function loadSnapshot(options: InputOptions, session: Session): Promise<Snapshot> {
  return (await loadInput(options, session)).snapshot
}

/**
 * Reads and types everything that the options name; what is wrong with it is said on stderr.
 * @throws UsageError
 */
export async function loadInput(options: InputOptions, session: Session): Promise<Input> {
  const paths = options.filename ?? []
  if (paths.length === 0) {
    throw new UsageError(
      'no input: -f, --filename PATH is missing',
      'give a file, a directory, a glob, or - for standard input',
    )
  }
  const remotes = checkRemotes(options)
  const istiodEnv = istiodEnvOf(options)
  const istioVersion = istioVersionOf(options)
  const meshConfig =
    options.meshConfig === undefined
      ? undefined
      : await readSingleDocument(options.meshConfig, '--mesh-config', session)
  const { io } = session
  const loaded = await loadSources({
    inputs: [
      ...paths.map((path) => inputOf(path, '')),
      ...(options.remote ?? []).map(([id, path]) => inputOf(path, id)),
    ],
    recursive: options.recursive ?? false,
    cwd: io.cwd,
    stdin: io.stdin,
  })
  const { clusterId, namespace: defaultNamespace } = options
  const snapshot = buildSnapshot(loaded.documents, {
    clusterId,
    remotes,
    defaultNamespace,
    istiodEnv,
    istioVersion,
    meshConfig,
  })
  const verdicts = verdictProblems(snapshot.verdicts, session.options.verbose ?? false)
  await session.report([...loaded.problems, ...snapshot.problems, ...verdicts])
  return { documents: loaded.documents, snapshot: joinAll(snapshot, options) }
}
