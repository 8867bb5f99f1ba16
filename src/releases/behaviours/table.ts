/** The table of behaviours: everything that differs between istiod's releases. */
import type { Behaviour } from '../behaviour.ts'
import { ALLOCATION } from './allocation.ts'
import { CLUSTERS } from './clusters.ts'
import { ENDPOINTS } from './endpoints.ts'
import { LISTENERS } from './listeners.ts'
import { NAMES } from './names.ts'
import { ROUTES } from './routes.ts'

const TABLE = { ...ALLOCATION, ...NAMES, ...LISTENERS, ...CLUSTERS, ...ENDPOINTS, ...ROUTES }

export type BehaviourName = keyof typeof TABLE

/** The behaviours by name. */
export const BEHAVIOURS: Readonly<Record<BehaviourName, Behaviour>> = TABLE
