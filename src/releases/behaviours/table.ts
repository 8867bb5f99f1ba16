/** The table of behaviours: everything that differs between istiod's releases. */
import type { Behaviour } from '../behaviour.ts'
import { ALLOCATION } from './allocation.ts'
import { CLUSTERS } from './clusters.ts'
import { ENDPOINTS } from './endpoints.ts'
import { GATEWAY_API } from './gateway-api.ts'
import { LISTENERS } from './listeners.ts'
import { NAMES } from './names.ts'
import { PATCHES } from './patches.ts'
import { ROUTES } from './routes.ts'
import { SECURITY } from './security.ts'
import { TELEMETRY } from './telemetry.ts'

/** The behaviours in groups, with what each group is about. */
export const BEHAVIOUR_GROUPS = [
  ['automatic addresses', ALLOCATION],
  ['names', NAMES],
  ['listeners', LISTENERS],
  ['clusters', CLUSTERS],
  ['endpoints', ENDPOINTS],
  ['routes', ROUTES],
  ['gateway API', GATEWAY_API],
  ['security', SECURITY],
  ['telemetry and extensions', TELEMETRY],
  ['patches', PATCHES],
] as const satisfies readonly (readonly [title: string, behaviours: Readonly<Record<string, Behaviour>>])[]

const TABLE = {
  ...ALLOCATION,
  ...NAMES,
  ...LISTENERS,
  ...CLUSTERS,
  ...ENDPOINTS,
  ...ROUTES,
  ...GATEWAY_API,
  ...SECURITY,
  ...TELEMETRY,
  ...PATCHES,
}

export type BehaviourName = keyof typeof TABLE

/** The behaviours by name. */
export const BEHAVIOURS: Readonly<Record<BehaviourName, Behaviour>> = TABLE

/** Every name, by the stages of the table. */
export const BEHAVIOUR_NAMES: readonly BehaviourName[] = Object.keys(TABLE) as BehaviourName[]
