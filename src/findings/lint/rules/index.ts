/** The check of each rule. */
import type { CATALOGUE } from '../catalogue/index.ts'
import type { RulesOf } from '../rule.ts'
import { CONFLICT_RULES } from './conflicts/index.ts'
import { HOST_RULES } from './hosts/index.ts'
import { REFERENCE_RULES } from './references/index.ts'
import { VALIDATION_RULES } from './validation.ts'

export const RULES: RulesOf<typeof CATALOGUE> = {
  ...CONFLICT_RULES,
  ...HOST_RULES,
  ...REFERENCE_RULES,
  ...VALIDATION_RULES,
}
