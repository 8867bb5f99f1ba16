import type { HostRule, IngressRule, ListenerRule } from '../../../rule.ts'
import { besideOwnListener, besideSameAddress, hasDuplicateAddress, ingressDuplicate } from './duplicate-addresses.ts'
import { duplicateMatches, mayHaveDuplicateMatches } from './duplicate-matches.ts'
import { isLogicalDns, logicalDns } from './logical-dns.ts'

/** The configuration that Envoy rejects, with one check per kind. */
export const envoyRejects: HostRule & ListenerRule & IngressRule = {
  concernsHost: isLogicalDns,
  checkHost: logicalDns,
  concernsListener: (listener) => hasDuplicateAddress(listener) || mayHaveDuplicateMatches(listener),
  *checkListener(listener) {
    yield* besideOwnListener(listener)
    yield* besideSameAddress(listener)
    yield* duplicateMatches(listener)
  },
  checkIngress: ingressDuplicate,
}
