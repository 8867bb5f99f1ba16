/** Rules for what istiod's admission check rejects or warns about: one per cause. */
import { DECODE_CODES, VALIDATION_CODES } from '../../../kinds/validation/codes.ts'
import type { RuleEntry } from '../rule.ts'
import type { Cause, RuleCode } from './validation/cause.ts'
import { DESTINATION_RULE_CAUSES } from './validation/destination-rule.ts'
import { ENVOY_FILTER_CAUSES } from './validation/envoy-filter.ts'
import { GENERAL_CAUSES } from './validation/general.ts'
import { LISTENER_CAUSES } from './validation/listeners.ts'
import { POLICY_CAUSES } from './validation/policies.ts'
import { SECURITY_CAUSES } from './validation/security.ts'
import { SERVICE_ENTRY_CAUSES } from './validation/service-entry.ts'
import { VIRTUAL_SERVICE_CAUSES } from './validation/virtual-service.ts'

/** Every cause with a rule: a code without an entry does not compile. */
const CAUSES: Readonly<Record<RuleCode, Cause>> = {
  ...GENERAL_CAUSES,
  ...SERVICE_ENTRY_CAUSES,
  ...LISTENER_CAUSES,
  ...DESTINATION_RULE_CAUSES,
  ...POLICY_CAUSES,
  ...SECURITY_CAUSES,
  ...VIRTUAL_SERVICE_CAUSES,
  ...ENVOY_FILTER_CAUSES,
}

const TITLES: Readonly<Record<RuleCode, string>> = { ...VALIDATION_CODES, ...DECODE_CODES }

/** The validation codes that have a rule `invalid-CODE`. */
export const VALIDATION_RULE_CODES = Object.keys(CAUSES) as readonly RuleCode[]

export type ValidationRuleId = `invalid-${RuleCode}`

export const VALIDATION_ENTRIES = Object.fromEntries(
  VALIDATION_RULE_CODES.map((code) => [`invalid-${code}`, { title: TITLES[code], ...CAUSES[code] }]),
) as Readonly<Record<ValidationRuleId, RuleEntry>>
