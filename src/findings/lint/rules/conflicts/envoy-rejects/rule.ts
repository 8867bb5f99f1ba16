import type { HostRule, IngressRule, ListenerRule } from '../../../rule.ts'
import { besideOwnListener, besideSameAddress, ingressDuplicate } from './duplicate-addresses.ts'
import { duplicateMatches } from './duplicate-matches.ts'
import { logicalDns } from './logical-dns.ts'

/** The configuration that Envoy rejects, with one check per kind. */
export const envoyRejects: HostRule & ListenerRule & IngressRule = {
  checkHost: logicalDns,
  *checkListener(listener) {
    yield* besideOwnListener(listener)
    yield* besideSameAddress(listener)
    yield* duplicateMatches(listener)
  },
  checkIngress: ingressDuplicate,
}
