/** Writes caches of names that are resolved on request. */
import { compact, type EnvoyMessage, type Extension, envoyType } from '../../json.ts'
import type { DnsCache } from '../../policy/dns.ts'

function resolverAt({ address: host, port }: NonNullable<DnsCache['resolver']>): Extension {
  const resolvers = [{ socketAddress: { address: host, portValue: port } }]
  return {
    name: 'envoy.network.dns_resolver.cares',
    typedConfig: { '@type': envoyType('extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig'), resolvers },
  }
}

export function dnsCacheConfig({ cacheName, family, maxHosts, resolver }: DnsCache): EnvoyMessage {
  return compact({
    name: cacheName,
    dnsLookupFamily: family,
    maxHosts,
    typedDnsResolverConfig: resolver && resolverAt(resolver),
  })
}
