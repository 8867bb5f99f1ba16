/** Which rules depend on the release: those that hold only for some, and those that find something else in others. */
import type { BehaviourName } from '../../../releases/behaviours/table.ts'
import type { Features } from '../../../resources/mesh/features.ts'
import type { RuleId } from './list.ts'

/** How a rule depends on what istiod does. */
export interface RuleReleases {
  /** The rule runs only where istiod has this behaviour. */
  readonly onlyWith?: BehaviourName
  /** The rule runs only where istiod does not have this behaviour. */
  readonly onlyWithout?: BehaviourName
  /** Behaviours that change what the rule finds. */
  readonly differsBy?: readonly BehaviourName[]
}

const DYNAMIC_DNS: RuleReleases = { onlyWith: 'dynamic-dns' }

const AUTOMATIC_ADDRESSES: RuleReleases = { differsBy: ['automatic-addresses', 'addresses-in-status'] }

/** Rules that are not listed are the same for all releases, apart from what is computed. */
export const RULE_RELEASES: Readonly<Partial<Record<RuleId, RuleReleases>>> = {
  'stale-status-address': { onlyWith: 'addresses-in-status', differsBy: ['stale-addresses-cleared'] },
  'address-in-vip-range': AUTOMATIC_ADDRESSES,
  'vip-without-capture': AUTOMATIC_ADDRESSES,
  'tcp-address-required': AUTOMATIC_ADDRESSES,
  'none-not-allocated': AUTOMATIC_ADDRESSES,
  'ip-family-mismatch': { differsBy: ['automatic-ipv6'] },
  'multiple-addresses': { differsBy: ['family-of-first-address', 'exact-egress-hosts'] },
  'reserved-port': { differsBy: ['secure-metrics-ports'] },
  'tcp-port-conflict': { differsBy: ['auto-detected-ports-merge'] },
  'http-tcp-same-port': { differsBy: ['auto-detected-ports-merge'] },
  'sidecar-hides-entry': { differsBy: ['excluded-egress-hosts'] },
  'sidecar-host-unmatched': { differsBy: ['excluded-egress-hosts'] },
  'host-namespace-shadowed': { differsBy: ['excluded-egress-hosts', 'best-service-namespace'] },
  'headless-remote-network': { differsBy: ['healthy-only-names'] },
  'invalid-dynamic-dns-host-not-wildcard': DYNAMIC_DNS,
  'invalid-dynamic-dns-addresses': DYNAMIC_DNS,
  'invalid-dynamic-dns-endpoints': DYNAMIC_DNS,
  'invalid-dynamic-dns-protocol': { ...DYNAMIC_DNS, differsBy: ['dynamic-dns-tls', 'dynamic-dns-in-sidecars'] },
  'invalid-dynamic-dns-internal': { onlyWithout: 'dynamic-dns-in-sidecars' },
  'invalid-dynamic-dns-waypoint': { onlyWith: 'dynamic-dns-in-sidecars' },
  'invalid-resolution-unknown': { differsBy: ['dynamic-dns'] },
  'invalid-header-name-invalid': { differsBy: ['token-header-names', 'strict-claim-headers'] },
  'invalid-rule-unreachable': { differsBy: ['rules-after-catch-all'] },
  'invalid-cors-invalid': { differsBy: ['all-cors-methods'] },
  'invalid-load-balancer-invalid': { differsBy: ['slow-warmup'] },
  'invalid-traffic-policy-empty': { differsBy: ['retry-budget-alone'] },
  'invalid-egress-host-invalid': { differsBy: ['excluded-egress-hosts'] },
  'invalid-authorization-condition-invalid': { differsBy: ['service-account-attribute', 'trust-domain-attribute'] },
  'invalid-jwks-secret': { onlyWith: 'secret-keys-warned' },
  'invalid-patch-incomplete': { differsBy: ['merge-and-replace-list', 'patches-of-waypoints'] },
}

/** Whether a rule holds for the release of a mesh. */
export function holdsFor(rule: RuleId, features: Pick<Features, 'has'>): boolean {
  const { onlyWith, onlyWithout } = RULE_RELEASES[rule] ?? {}
  if (onlyWith !== undefined && !features.has(onlyWith)) return false
  return onlyWithout === undefined || !features.has(onlyWithout)
}
