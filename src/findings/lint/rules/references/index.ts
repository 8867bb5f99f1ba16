import type { REFERENCE_ENTRIES } from '../../catalogue/references.ts'
import type { RulesOf } from '../../rule.ts'

export const REFERENCE_RULES: RulesOf<typeof REFERENCE_ENTRIES> = {}
