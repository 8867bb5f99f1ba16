/** Rules about services that take each other's place in listeners. */
import type { Catalogue } from '../rule.ts'

export const CONFLICT_ENTRIES = {
  'tcp-port-conflict': {
    severity: 'error',
    title: 'TCP services without an address of their own share one listener',
    description:
      'Two or more TCP services that a proxy sees have no address that it could tell them apart by, so that they meet ' +
      'in one listener of the whole port. The oldest one gets every connection to the port; connections that are meant ' +
      'for the others reach its servers.',
    howToFix:
      'Give each entry an address of its own (spec.addresses), let proxies capture DNS so that automatic addresses ' +
      'count (ISTIO_META_DNS_CAPTURE), use different ports, or keep the entries apart with exportTo.',
    answersTo: [],
    issues: [6695, 11741, 57539],
  },
} as const satisfies Catalogue
