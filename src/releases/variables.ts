/**
 * Variables in istiod's environment that only some releases read, as far as they affect an answer. An istiod that
 * does not read a variable behaves as if it were not set.
 */
import { type Lifetime, lives } from './lifetime.ts'
import type { IstioVersion } from './version.ts'

export const VARIABLES: ReadonlyMap<string, Lifetime> = new Map<string, Lifetime>([
  ['DISABLE_SHADOW_HOST_SUFFIX', { since: ['1.28.0'] }],
  ['DISABLE_TRACK_REMAINING_CB_METRICS', { since: ['1.29.0'] }],
  ['ENABLE_AUTO_SNI', { until: ['1.26.0'] }],
  ['ENABLE_GATEWAY_API_INFERENCE_EXTENSION', { since: ['1.27.0'] }],
  ['ENABLE_WILDCARD_HOST_SERVICE_ENTRIES_FOR_TLS', { since: ['1.29.0'] }],
  ['ENABLE_INBOUND_RETRY_POLICY', { since: ['1.24.0'], until: ['1.27.0'] }],
  ['ENABLE_PROXY_FIND_POD_BY_IP', { since: ['1.26.5', '1.27.0'] }],
  ['MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP', { since: ['1.26.0'] }],
  ['PILOT_ALLOW_ANY_DYNAMIC_DNS_MAX_HOSTS', { since: ['1.31.0'] }],
  ['PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS', { since: ['1.31.0'] }],
  ['PILOT_DNS_CARES_UDP_MAX_QUERIES', { since: ['1.25.0'] }],
  ['PILOT_DNS_JITTER_DURATION', { since: ['1.25.0'] }],
  ['PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN', { since: ['1.27.0'] }],
  ['PILOT_ENABLE_HEADLESS_FILTER_CHAIN_LISTENER', { since: ['1.32.0'] }],
  ['PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS', { since: ['1.30.0'] }],
  ['PILOT_ENABLE_IP_AUTOALLOCATE', { since: ['1.23.0'] }],
  ['PILOT_ENABLE_STRICT_GATEWAY_MERGING', { since: ['1.31.0'] }],
  ['PILOT_GATEWAY_TRANSPORT_SOCKET_CONNECT_TIMEOUT', { since: ['1.30.0'] }],
  ['PILOT_IP_AUTOALLOCATE_IPV4_PREFIX', { since: ['1.27.0'] }],
  ['PILOT_IP_AUTOALLOCATE_IPV6_PREFIX', { since: ['1.27.0'] }],
  ['PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE', { since: ['1.30.0'] }],
])

/** Whether the istiod of a version reads a variable. */
export function reads(version: IstioVersion, variable: string): boolean {
  const lifetime = VARIABLES.get(variable)
  return lifetime === undefined || lives(lifetime, version)
}
