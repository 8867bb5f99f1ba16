/**
 * Fixes of conflicts. One is offered only after the mesh was computed again with it applied: its losers are reached then,
 * and nobody else has lost anything.
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
