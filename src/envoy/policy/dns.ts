/** How clusters and filters resolve names (networking/util/util.go, core/networkfilter.go). */
import type { Proxy } from '../../proxy/proxy.ts'
import { type Features, flag } from '../../resources/mesh/features.ts'

export type DnsLookupFamily = 'V4_ONLY' | 'V6_ONLY' | 'ALL'

/** The address family that a proxy resolves names to. */
export function dnsLookupFamily({ ipMode }: Proxy, { dualStack, env }: Features): DnsLookupFamily {
  if (ipMode === 'IPv4') return 'V4_ONLY'
  if (ipMode === 'Dual') return dualStack ? 'ALL' : 'V4_ONLY'
  return flag(env, 'ISTIO_ENABLE_IPV4_OUTBOUND_LISTENER_FOR_IPV6_CLUSTERS', false) ? 'ALL' : 'V6_ONLY'
}

/** A cache of names that are resolved on request. */
export interface DnsCache {
  readonly cacheName: string
  readonly family: DnsLookupFamily
  /** The cache's limit; undefined for Envoy's default. */
  readonly maxHosts: number | undefined
  /** `IP:PORT` of the resolver; undefined for the system's. */
  readonly resolver: { readonly address: string; readonly port: number } | undefined
}

const NAME = 'allow_any_dfp_dns_cache'
const MAX_HOSTS = 'PILOT_ALLOW_ANY_DYNAMIC_DNS_MAX_HOSTS'
const DEFAULT_MAX_HOSTS = 1024
const DEFAULT_RESOLVER = { address: '127.0.0.1', port: 15053 }

/** The `HOST:PORT` of the agent's DNS server. */
function resolverOf(proxy: Proxy): DnsCache['resolver'] {
  if (!proxy.dnsCapture) return undefined
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(proxy.metadata.get('DNS_PROXY_ADDR') ?? '')
  if (!match) return DEFAULT_RESOLVER
  const host = match[1] ?? match[2] ?? ''
  const port = /^\d{1,9}$/.test(match[3] ?? '') ? Number(match[3]) : DEFAULT_RESOLVER.port
  return { address: host === 'localhost' ? DEFAULT_RESOLVER.address : host, port }
}

/** The cache for unknown hosts under the outbound traffic policy ALLOW_ANY_DYNAMIC_DNS. */
export function unknownHostsCache(proxy: Proxy, features: Features): DnsCache {
  const limit = features.env.get(MAX_HOSTS) ?? ''
  return {
    cacheName: NAME,
    // The family depends on the addresses that the proxy states, not on the one in its ID.
    family: proxy.metadata.get('INSTANCE_IPS') ? dnsLookupFamily(proxy, features) : 'V4_ONLY',
    maxHosts: /^[-+]?\d{1,15}$/.test(limit) ? Number(limit) : DEFAULT_MAX_HOSTS,
    resolver: resolverOf(proxy),
  }
}
