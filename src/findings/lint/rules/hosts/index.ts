import type { HOST_ENTRIES } from '../../catalogue/hosts.ts'
import type { RulesOf } from '../../rule.ts'

export const HOST_RULES: RulesOf<typeof HOST_ENTRIES> = {}
