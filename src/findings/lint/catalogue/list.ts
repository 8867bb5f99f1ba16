/** All rules as data, without their checks, for `--rules`, `--explain` and configuration. */
import type { RuleEntry } from '../rule.ts'
import { CONFLICT_ENTRIES } from './conflicts.ts'
import { DESTINATION_ENTRIES } from './destinations.ts'
import { GATEWAY_API_ENTRIES } from './gateway-api.ts'
import { GATEWAY_ENTRIES } from './gateways.ts'
import { HOST_ENTRIES } from './hosts.ts'
import { PATCH_ENTRIES } from './patches.ts'
import { PORT_ENTRIES } from './ports.ts'
import { REFERENCE_ENTRIES } from './references.ts'
import { ROUTE_ENTRIES } from './routes.ts'
import { SECURITY_ENTRIES } from './security.ts'
import { VALIDATION_ENTRIES } from './validation.ts'

export const CATALOGUE = {
  ...CONFLICT_ENTRIES,
  ...HOST_ENTRIES,
  ...PORT_ENTRIES,
  ...REFERENCE_ENTRIES,
  ...ROUTE_ENTRIES,
  ...DESTINATION_ENTRIES,
  ...GATEWAY_ENTRIES,
  ...GATEWAY_API_ENTRIES,
  ...SECURITY_ENTRIES,
  ...PATCH_ENTRIES,
  ...VALIDATION_ENTRIES,
} as const

export type RuleId = keyof typeof CATALOGUE

export const RULE_IDS = Object.keys(CATALOGUE) as readonly RuleId[]

export const ruleEntry = (id: RuleId): RuleEntry => CATALOGUE[id]

export const isRuleId = (text: string): text is RuleId => Object.hasOwn(CATALOGUE, text)
