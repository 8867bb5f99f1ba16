import type { DESTINATION_ENTRIES } from '../../catalogue/destinations.ts'
import type { RulesOf } from '../../rule.ts'
import { destinationRuleNotApplied } from './destination-rule-not-applied.ts'
import { mutualTlsMismatch } from './mutual-tls-mismatch.ts'
import { plainHttpToTls } from './plain-http-to-tls.ts'
import { subsetSelectsNothing } from './subset-selects-nothing.ts'
import { tlsTwice } from './tls-twice.ts'

export const DESTINATION_RULES: RulesOf<typeof DESTINATION_ENTRIES> = {
  'subset-selects-nothing': subsetSelectsNothing,
  'destination-rule-not-applied': destinationRuleNotApplied,
  'mutual-tls-mismatch': mutualTlsMismatch,
  'tls-twice': tlsTwice,
  'plain-http-to-tls': plainHttpToTls,
}
