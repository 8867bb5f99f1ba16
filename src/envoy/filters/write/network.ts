/** Writes network filters (pilot/pkg/networking/core/networkfilter.go). */
import type { Extensions } from '../../extensions/plan/extensions.ts'
import { networkExtensions } from '../../extensions/write/extensions.ts'
import { compact, durationText, type EnvoyMessage, type Extension, type Filter } from '../../json.ts'
import { NO_SECURITY } from '../../security/write/security.ts'
import type { TcpDestination } from '../plan/tcp-destination.ts'
import type { Traffic } from '../plan/traffic.ts'
import { dnsCacheName, NETWORK } from './constants.ts'
import type { ProxyFilters } from './proxy-filters.ts'

const SOURCE_IP_HASH = [{ sourceIp: {} }] as const

/** A plain TCP proxy to one cluster, for traffic that must not be logged. */
export function bareTcpProxy(cluster: string): Extension {
  return { name: NETWORK.tcpProxy.name, typedConfig: { '@type': NETWORK.tcpProxy.type, statPrefix: cluster, cluster } }
}

/**
 * A TCP proxy to one cluster, with the mesh's access log and the proxy's idle timeout.
 * @param statPrefix may be empty if the mesh's pattern refers to a service and there is none
 */
export function tcpProxy(filters: ProxyFilters, traffic: Traffic, statPrefix: string, cluster: string): Extension {
  return {
    name: NETWORK.tcpProxy.name,
    typedConfig: compact({
      '@type': NETWORK.tcpProxy.type,
      statPrefix: statPrefix || undefined,
      cluster,
      idleTimeout: filters.idleTimeout,
      accessLog: filters.by[traffic].tcpLog,
    }),
  }
}

export function mongoProxy(statPrefix: string): Extension {
  return { name: NETWORK.mongoProxy.name, typedConfig: { '@type': NETWORK.mongoProxy.type, statPrefix } }
}

function sniForwardProxy(filters: ProxyFilters, host: string, port: number): Extension {
  return {
    name: NETWORK.sniDynamicForwardProxy.name,
    typedConfig: {
      '@type': NETWORK.sniDynamicForwardProxy.type,
      dnsCacheConfig: { name: dnsCacheName(host), dnsLookupFamily: filters.settings.dnsLookupFamily },
      portValue: port,
    },
  }
}

/** The DestinationRule's fields. */
function policyFields({ policy }: TcpDestination): EnvoyMessage | undefined {
  return (
    policy &&
    compact({
      idleTimeout: durationText(policy.idleTimeout),
      maxDownstreamConnectionDuration: durationText(policy.maxConnectionDuration),
      hashPolicy: policy.hashSourceIp ? SOURCE_IP_HASH : undefined,
      tunnelingConfig:
        policy.tunnel && compact({ hostname: policy.tunnel.hostname, usePost: policy.tunnel.post || undefined }),
    })
  )
}

function destinationProxy(filters: ProxyFilters, traffic: Traffic, to: TcpDestination): Extension {
  const { tcpLog } = filters.by[traffic]
  return {
    name: NETWORK.tcpProxy.name,
    typedConfig: {
      '@type': NETWORK.tcpProxy.type,
      statPrefix: to.statPrefix,
      ...(typeof to.cluster === 'string' ? { cluster: to.cluster } : { weightedClusters: { clusters: to.cluster } }),
      ...(filters.idleTimeout !== undefined && { idleTimeout: filters.idleTimeout }),
      ...(tcpLog && { accessLog: tcpLog }),
      ...policyFields(to),
    },
  }
}

/**
 * The filters that check and measure the connections of a TCP chain, before those that forward them.
 * @param checked whether connections are checked as those to the proxy's own workload
 */
export function connectionFilters(
  filters: ProxyFilters,
  traffic: Traffic,
  extensions: Extensions | undefined,
  checked = true,
): Filter[] {
  const { custom, authorization } = checked ? filters.security.tcp : NO_SECURITY
  return [
    ...custom,
    ...networkExtensions(extensions, 'authn', 'authz'),
    ...authorization,
    ...networkExtensions(extensions, 'stats', 'none'),
    ...filters.by[traffic].metrics,
  ]
}

/**
 * The filters of an outbound TCP chain; the last one is the TCP proxy.
 * @param checked whether connections are checked as those to the proxy's own workload
 */
export function destinationFilters(
  filters: ProxyFilters,
  traffic: Traffic,
  to: TcpDestination,
  { extensions, checked }: { readonly extensions: Extensions | undefined; readonly checked: boolean },
): Filter[] {
  const chain = connectionFilters(filters, traffic, extensions, checked)
  if (to.dynamicHost !== undefined) chain.push(sniForwardProxy(filters, to.dynamicHost, to.port))
  if (to.mongo) chain.push(mongoProxy(to.statPrefix))
  chain.push(destinationProxy(filters, traffic, to))
  return chain
}
