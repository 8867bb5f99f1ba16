/** Which of several istiods a proxy belongs to. */

import type { SelectedNode } from '../proxy/select.ts'
import { DEFAULT_REVISION, revisionNamed } from '../resources/mesh/istiod.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import type { Loaded } from './load.ts'
import type { Reporter } from './reporter.ts'
import type { InputRequest } from './request.ts'

/**
 * The mesh under the istiod of a proxy: that of the revision, or tag, that its labels or those of its namespace name.
 * Without such labels, and when the request names a revision, the mesh stays as it is.
 */
export async function underOwnIstiod(
  loaded: Loaded,
  choose: (snapshot: Snapshot) => SelectedNode,
  { istiod, mesh }: Pick<InputRequest, 'istiod' | 'mesh'>,
  reporter: Reporter,
): Promise<Loaded> {
  const { istiods } = loaded.snapshot
  if (istiod.revision !== undefined || istiods.revisions.length < 2) return loaded
  const { revision: wanted } = choose(loaded.snapshot)
  if (wanted === undefined) return loaded
  const revision = revisionNamed(wanted, istiods)
  if (revision === istiods.applied || (revision === undefined && wanted === DEFAULT_REVISION)) return loaded
  if (revision === undefined) {
    await reporter.warn(
      `the proxy belongs to revision ${wanted}, which is none of the input's: that of istiod ${istiods.applied} applies`,
      `choose one of ${istiods.revisions.join(', ')} with --revision`,
    )
    return loaded
  }
  if (mesh.kind === 'cluster') {
    await reporter.warn(
      `the proxy belongs to revision ${revision}, but the settings of revision ${istiods.applied} were read`,
      `--revision ${revision}`,
    )
    return loaded
  }
  const tag = wanted === revision ? '' : ` (tag ${wanted})`
  await reporter.note(`the proxy belongs to revision ${revision}${tag}, so the settings of its istiod apply`)
  return loaded.ofRevision(revision)
}
