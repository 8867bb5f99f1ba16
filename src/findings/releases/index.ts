/** What a change of the release means for a mesh. */
export { type Concern, type Concerns, concernsOf, type Effect } from './concerns.ts'
export type { InvolvedObject } from './observations.ts'
export { type WorkloadNode, workloadNodes } from './proxies.ts'
export { type StatedReading, statedReadings } from './stated.ts'
