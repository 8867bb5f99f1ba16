/** A mesh of the library as the stages see it. */
import { exhaustionOf, exhaustionText } from '../allocation/exhaustion.ts'
import { once } from '../common/once.ts'
import { notModelledClusters } from '../findings/clusters/index.ts'
import { annotationProblems } from '../findings/lint/ignores.ts'
import { objectProblems } from '../findings/object-problems.ts'
import { unmodelledProblems } from '../findings/unmodelled.ts'
import { computeMesh, type Mesh } from '../pipeline.ts'
import { buildSnapshot, type SnapshotOptions } from '../resources/index.ts'
import type { SourceDocument, SourceProblem } from '../sources/document.ts'
import { forgetValues, readAgain } from '../sources/index.ts'
import type { ParsedFile } from '../sources/parse.ts'
import type { Settings } from './settings.ts'

/** A mesh, and how to compute it for another istiod. */
export interface MeshState {
  readonly documents: readonly SourceDocument[]
  readonly mesh: Mesh
  readonly problems: readonly SourceProblem[]
  /** The namespace of proxies without one. */
  readonly namespace: string | undefined
  /** Whether the options name the istiod that applies. */
  readonly isRevisionStated: boolean
  /** The same mesh under the istiod of another revision. */
  under(revision: string): Mesh
}

const exhaustionProblems = ({ registry }: Mesh): readonly SourceProblem[] =>
  exhaustionOf(registry).map((exhaustion) => ({ severity: 'warning', message: exhaustionText(exhaustion) }))

/** In the order in which the command line reports them. */
function problemsOf(mesh: Mesh, verbose: boolean): readonly SourceProblem[] {
  const { snapshot, registry } = mesh
  return [
    ...snapshot.problems,
    ...unmodelledProblems(snapshot, 'everything', true),
    ...objectProblems(snapshot, verbose),
    ...annotationProblems(snapshot),
    ...notModelledClusters(registry),
    ...exhaustionProblems(mesh),
  ]
}

/**
 * Computes a mesh from what was read.
 * @param meshConfig overrides the mesh configuration of the input
 */
export function stateOf(
  { documents, problems }: ParsedFile,
  meshConfig: SourceDocument | undefined,
  settings: Settings,
): MeshState {
  const options: SnapshotOptions = { ...settings.snapshot, meshConfig }
  const snapshot = buildSnapshot(documents, { ...options, memory: settings.memories.mesh })
  const mesh = computeMesh(snapshot)
  // Values of documents are large, and are read again when they are needed.
  const kept = forgetValues(documents)
  const meshes = new Map<string, () => Mesh>()
  return {
    documents: kept,
    mesh,
    problems: [...settings.problems, ...problems, ...problemsOf(mesh, settings.verbose)],
    namespace: options.defaultNamespace,
    isRevisionStated: options.revision !== undefined,
    under(revision) {
      const known =
        meshes.get(revision) ?? once(() => computeMesh(buildSnapshot(readAgain(kept), { ...options, revision })))
      meshes.set(revision, known)
      return known()
    },
  }
}
