import type { ScopedFound, ScopeFacts, ScopeRule } from '../../../rule.ts'
import { duplicateAddresses } from './duplicate-addresses.ts'
import { duplicateMatches } from './duplicate-matches.ts'
import { logicalDns } from './logical-dns.ts'

/** What of the configuration Envoy refuses, each with a check of its own. */
const REFUSALS: readonly ((facts: ScopeFacts) => Iterable<ScopedFound>)[] = [
  duplicateAddresses,
  duplicateMatches,
  logicalDns,
]

export const envoyRejects: ScopeRule = {
  *checkScope(facts) {
    for (const refusals of REFUSALS) yield* refusals(facts)
  },
}
