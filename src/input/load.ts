/** From a request to a snapshot: reads and types its objects, and reports problems. */
import { UserError } from '../common/errors.ts'
import { countChanges, countText } from '../findings/changes/index.ts'
import { objectProblems } from '../findings/object-problems.ts'
import { unmodelledProblems } from '../findings/unmodelled.ts'
import type { Reads } from '../kinds/index.ts'
import { describeResource } from '../kinds/resource.ts'
import { ambientMesh } from '../proxy/ambient.ts'
import { OLDEST_EXACT } from '../releases/checked.ts'
import { versionText } from '../releases/version.ts'
import { buildSnapshot, type SnapshotOptions } from '../resources/index.ts'
import { withJoins } from '../resources/intake/join.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import type { SourceDocument } from '../sources/document.ts'
import { forgetValues, readAgain } from '../sources/index.ts'
import { readMeshConfiguration } from './files/single-document.ts'
import type { LiveRequirements } from './live/mesh.ts'
import { reportNamespace } from './namespace.ts'
import { namespaceOf, type ReadMesh, read, snapshotOptions } from './read.ts'
import type { Reporter } from './reporter.ts'
import type { InputRequest } from './request.ts'
import { namesText } from './words.ts'

/** A mesh as text and as objects. */
export interface Loaded extends Pick<ReadMesh, 'documents' | 'gaps'> {
  readonly snapshot: Snapshot
  /** The namespace of objects and proxies without one. */
  readonly namespace: string
  /** The mesh without the files over it; undefined without such files, or if not required. */
  readonly before: Snapshot | undefined
  /** The same mesh under an istiod of another version, or one that behaves otherwise. Nothing is reported again. */
  under(istiod: Pick<SnapshotOptions, 'istioVersion' | 'assumed'>): Snapshot
  /** The mesh of other objects, read like this one. Nothing is reported again. */
  of(documents: readonly SourceDocument[], istiod?: Pick<SnapshotOptions, 'istioVersion'>): Snapshot
  /** The same mesh under the istiod of another revision. Nothing is reported again. */
  ofRevision(revision: string): Loaded
}

/** What to compute from the input. */
export interface SnapshotRequirements {
  /** Whether the mesh without the files over it is needed too. */
  readonly before?: boolean | undefined
  /** false if problems with single objects are reported elsewhere. */
  readonly objectProblems?: boolean
  /** false if the release that is assumed when nothing states one is not to be reported. */
  readonly release?: boolean
}

export type InputRequirements = LiveRequirements & SnapshotRequirements

function joinAll(snapshot: Snapshot, { joins }: InputRequest): Snapshot {
  try {
    return withJoins(snapshot, joins)
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`--join: ${error.message}`, error.hint)
    throw error
  }
}

/** Reports how many objects the files over a mesh add and change. */
async function reportChanges({ changes }: Snapshot, reporter: Reporter): Promise<void> {
  const text = countText(countChanges(changes))
  await reporter.note(changes.length === 0 ? 'the files change no object' : `objects that the files change: ${text}`)
}

/** Whether there is nothing that istiod makes configuration of. */
const isEmpty = ({ clusters, istio }: Snapshot): boolean =>
  clusters.every(({ services }) => services.length === 0) && Object.values(istio).every((list) => list.length === 0)

/** Reports a release that nothing states, and one of which only the addresses are exact, if answers depend on it. */
async function reportRelease(snapshot: Snapshot, reads: Reads, reporter: Reporter): Promise<void> {
  if (reads === 'proxies' || isEmpty(snapshot)) return
  const { version, origin } = snapshot.release
  const text = versionText(version)
  if (version.minor < OLDEST_EXACT) {
    await reporter.warn(`automatic addresses are those of Istio ${text}, everything else is that of 1.${OLDEST_EXACT}`)
  }
  if (origin.kind !== 'assumed' || origin.deployment !== undefined) return
  await reporter.note(`Istio ${text} is assumed, the newest release; choose another with --istio-version`)
}

/** Enough to recognise the namespaces and workloads. */
const MOST_NAMED = 5

const named = (names: readonly string[], one: string, many: string): string =>
  `${names.length === 1 ? one : many} ${namesText(names, MOST_NAMED)}`

/** Reports what is part of the ambient mesh, and gets no sidecar. */
async function reportAmbient(snapshot: Snapshot, reporter: Reporter): Promise<void> {
  const { namespaces, workloads } = ambientMesh(snapshot)
  const parts = [
    ...(namespaces.size > 0 ? [named([...namespaces], 'namespace', 'namespaces')] : []),
    ...(workloads.length > 0 ? [named(workloads.map(describeResource), 'workload', 'workloads')] : []),
  ]
  if (parts.length === 0) return
  await reporter.note(`ambient mesh, so without sidecars: ${parts.join('; ')} (ztunnel and waypoints are not modelled)`)
}

/** The mesh configuration in the request; undefined to use that of the input. */
async function meshConfigOf(request: InputRequest, reporter: Reporter): Promise<SourceDocument | undefined> {
  const { meshConfig } = request.istiod
  return meshConfig === undefined ? undefined : readMeshConfiguration(meshConfig, request, reporter)
}

/** Types the input again, with other options. Values of documents are large and seldom needed again, so none is kept. */
function buildAgain(
  documents: readonly SourceDocument[],
  settings: SnapshotOptions,
  request: InputRequest,
): (more: Partial<SnapshotOptions>) => Snapshot {
  return (more) => {
    const options = { ...settings, ...more }
    const over = options.over && readAgain(options.over)
    return joinAll(buildSnapshot(readAgain(documents), { ...options, over }), request)
  }
}

/**
 * Types the input and reports its problems.
 * @throws UserError for a mesh configuration that cannot be read, or an impossible join
 */
export async function loadedFrom(
  mesh: ReadMesh,
  given: InputRequest,
  reporter: Reporter,
  requirements: InputRequirements,
): Promise<Loaded> {
  const { documents, problems, gaps, over, request = given } = mesh
  const meshConfig = await meshConfigOf(request, reporter)
  const settings = { ...snapshotOptions(mesh, request), meshConfig }
  const snapshot = buildSnapshot(documents, settings)
  // A memory keeps one mesh at a time.
  const others = { ...settings, memory: undefined }
  const before = over && requirements.before ? buildSnapshot(documents, { ...others, over: undefined }) : undefined
  const ofObjects = requirements.objectProblems === false ? [] : objectProblems(snapshot, reporter.verbose)
  const { reads } = requirements
  const notModelled = unmodelledProblems(snapshot, reads, reporter.verbose)
  await reporter.report([...problems, ...snapshot.problems, ...notModelled, ...ofObjects])
  if (requirements.release !== false) await reportRelease(snapshot, reads, reporter)
  await reportAmbient(snapshot, reporter)
  await reportNamespace(request.namespace, snapshot, reporter)
  if (over) await reportChanges(snapshot, reporter)
  const [kept, keptOver] = [forgetValues(documents), over && forgetValues(over)]
  const parts = { documents: keptOver ? [...kept, ...keptOver] : kept, gaps, namespace: namespaceOf(mesh) }
  const build = buildAgain(kept, { ...others, over: keptOver }, request)
  const of: Loaded['of'] = (others, istiod) =>
    joinAll(buildSnapshot(others, { ...settings, ...istiod, over: undefined }), request)
  const ofRevision = (revision: string): Loaded => ({
    ...parts,
    of,
    snapshot: build({ revision }),
    before: before && build({ revision, over: undefined }),
    under: (istiod) => build({ revision, ...istiod }),
    ofRevision,
  })
  return {
    ...parts,
    snapshot: joinAll(snapshot, request),
    before: before && joinAll(before, request),
    of,
    under: build,
    ofRevision,
  }
}

/**
 * Reads and types everything in a request, and reports problems.
 * @param requirements what to read from a cluster, and what to compute
 * @throws UserError, LiveError
 */
export async function load(
  request: InputRequest,
  reporter: Reporter,
  requirements: InputRequirements = { reads: 'configuration' },
): Promise<Loaded> {
  return loadedFrom(await read(request, requirements, reporter), request, reporter, requirements)
}
