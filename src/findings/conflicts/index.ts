/** What a proxy cannot reach: ports that lost a place in a listener, and ports that no listener is made for. */
export {
  type Conflict,
  type ConflictParty,
  type ConflictReport,
  type ConflictRule,
  clusterOf,
  conflictsOf,
  findConflicts,
  findLosses,
  type Losses,
  type WithoutListener,
} from './conflicts.ts'
export { type Reach, reachOf } from './reach.ts'
