/**
 * Fixes of conflicts. A fix is offered only if computing the mesh again with the fix applied shows that its losers are
 * reached and that no other service has lost anything.
 */
export type { Change, ChangeSet, Edit } from './change.ts'
export { changeSet } from './change.ts'
export { withEdits } from './edit.ts'
export {
  type ConflictWithFixes,
  type Fix,
  findFixes,
  type Plan,
  planFixes,
  type Recompute,
  type Recomputed,
} from './find.ts'
export { FIX_KINDS, type FixKind } from './kinds.ts'
