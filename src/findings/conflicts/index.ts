/** The ports that a proxy cannot reach: those that lost a place in a listener, and those without a listener. */
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
export { PortLosses } from './port-losses.ts'
export { type Reach, reachedPorts, reachOf } from './reach.ts'
