/**
 * Fixes of conflicts. A fix is offered only if computing the mesh again with the fix applied shows that its losers are
 * reached and that no other service has lost anything.
 */
export type { ChangeSet } from './change.ts'
export { changeSet } from './change.ts'
export {
  type ConflictWithFixes,
  type Fix,
  findFixes,
  planFixes,
  type Recompute,
  type Recomputed,
} from './find.ts'
export type { FixKind } from './kinds.ts'
