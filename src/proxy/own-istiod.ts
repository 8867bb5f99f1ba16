/** Which istiod of the input a proxy belongs to. */
import { DEFAULT_REVISION, revisionNamed } from '../resources/mesh/istiod.ts'
import type { Snapshot } from '../resources/snapshot.ts'

/** The istiod of a proxy beside the one that applies. */
export type OwnIstiod =
  | { readonly kind: 'applied' }
  /** The input has no such revision. */
  | { readonly kind: 'unknown' }
  /** Another revision of the input. */
  | { readonly kind: 'other'; readonly revision: string }

const APPLIED: OwnIstiod = { kind: 'applied' }

/** The warning about a proxy whose revision the input does not have. */
export const unknownRevisionText = (wanted: string | undefined, { istiods }: Snapshot): string =>
  `the proxy belongs to revision ${wanted}, which is none of the input's: that of istiod ${istiods.applied} applies`

/** @param wanted the revision or tag that labels of the proxy or its namespace name; undefined when none does */
export function ownIstiodOf(wanted: string | undefined, { istiods }: Snapshot): OwnIstiod {
  if (wanted === undefined || istiods.revisions.length < 2) return APPLIED
  const revision = revisionNamed(wanted, istiods)
  if (revision === istiods.applied || (revision === undefined && wanted === DEFAULT_REVISION)) return APPLIED
  return revision === undefined ? { kind: 'unknown' } : { kind: 'other', revision }
}
