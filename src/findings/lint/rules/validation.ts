/** One rule for each cause for which istiod's admission check rejects an object or warns about it. */
import type { VALIDATION_ENTRIES } from '../catalogue/validation.ts'
import type { RulesOf } from '../rule.ts'

export const VALIDATION_RULES: RulesOf<typeof VALIDATION_ENTRIES> = {}
