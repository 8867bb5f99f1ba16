/** Writes planned clusters as Envoy's messages; decides nothing. */
import { BLACK_HOLE_CLUSTER } from '../../../common/names.ts'
import { loadAssignment } from '../../endpoints/write/load-assignment.ts'
import type { ClusterLoadAssignment } from '../../endpoints/write/types.ts'
import { dnsCacheConfig } from '../../filters/write/dns-cache.ts'
import { address, durationText, type Extension, envoyType } from '../../json.ts'
import {
  detectedMtls,
  type TransportSocket,
  type TransportSocketMatch,
  tlsSocket,
  withProxyProtocol,
} from '../../tls/upstream.ts'
import type { ClusterPlan, ClusterSettings, IstioMetadata, NameForwarding } from '../plan/cluster.ts'
import { tcpKeepalive, thresholds } from './connection-pool.ts'
import { protocolOptions } from './http-options.ts'
import { algorithmConfig, commonLbConfig, lbPolicy } from './load-balancing.ts'
import { outlierDetection } from './outlier-detection.ts'
import type { EnvoyCluster, UpstreamBindConfig } from './types.ts'

/** Names in statistics end with a semicolon, which separates them from what follows. */
const STAT_DELIMITER = ';'
/** The longest duration that Envoy accepts. */
const NEVER = '9223372035s'
const CARES = 'envoy.network.dns_resolver.cares'
const CARES_TYPE = envoyType('extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig')

const METADATA_EXCHANGE: readonly Extension[] = [
  {
    name: 'istio.metadata_exchange',
    typedConfig: {
      '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
      typeUrl: 'type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange',
      value: { enable_discovery: true, protocol: 'istio-peer-exchange' },
    },
  },
]

const ADS = { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' } as const

function udpResolver(udpMaxQueries: number): Extension {
  return { name: CARES, typedConfig: { '@type': CARES_TYPE, udpMaxQueries } }
}

function clusterType(forwarding: NameForwarding): EnvoyCluster['clusterType'] {
  return {
    name: 'envoy.clusters.dynamic_forward_proxy',
    typedConfig: {
      '@type': envoyType('extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig'),
      dnsCacheConfig: dnsCacheConfig(forwarding),
      allowInsecureClusterOptions: forwarding.allowInsecure || undefined,
    },
  }
}

function assignment({ name, groups, bind }: ClusterPlan): ClusterLoadAssignment | undefined {
  if (groups) return loadAssignment(name, groups)
  if (!bind) return undefined
  return {
    clusterName: name,
    endpoints: [{ lbEndpoints: [{ endpoint: { address: address(bind.address, bind.port) } }] }],
  }
}

const socketOf = (text: string) => ({ address: text, portValue: 0 }) as const

function bindConfig([source, ...extra]: readonly string[]): UpstreamBindConfig | undefined {
  if (source === undefined) return undefined
  return {
    sourceAddress: socketOf(source),
    extraSourceAddresses: extra.length > 0 ? extra.map((text) => ({ address: socketOf(text) })) : undefined,
  }
}

function encryption({ tls, http }: ClusterPlan, { tlsDefaults }: ClusterSettings): TransportSocket | undefined {
  return tls && tlsSocket(tls, http.upstream === 'http2', tlsDefaults)
}

/** The socket for all endpoints, wrapped in the PROXY protocol if needed. */
function onlySocket({ proxyProtocol }: ClusterPlan, socket: TransportSocket | undefined): TransportSocket | undefined {
  return proxyProtocol === undefined ? socket : withProxyProtocol(proxyProtocol, socket)
}

/** Sockets selected by endpoint metadata, each wrapped in the PROXY protocol if needed. */
function matchedSockets({ proxyProtocol }: ClusterPlan, socket: TransportSocket): readonly TransportSocketMatch[] {
  const matches = detectedMtls(socket)
  if (proxyProtocol === undefined) return matches
  return matches.map((match) => ({
    ...match,
    transportSocket: withProxyProtocol(proxyProtocol, match.transportSocket),
  }))
}

const istioMetadata = (istio: IstioMetadata): EnvoyCluster['metadata'] => ({ filterMetadata: { istio } })

export function transcribe(plan: ClusterPlan, settings: ClusterSettings): EnvoyCluster {
  const { name, pool, algorithm, forwarding } = plan
  const { dnsQueries } = settings
  const lb = algorithmConfig(algorithm)
  const isDns = plan.dnsFamily !== undefined
  const socket = encryption(plan, settings)
  const matched = plan.tlsByEndpoint ? socket : undefined
  return {
    name,
    altStatName: plan.statName + STAT_DELIMITER,
    type: plan.type,
    clusterType: forwarding && clusterType(forwarding),
    edsClusterConfig: plan.type === 'EDS' ? { serviceName: name, edsConfig: ADS } : undefined,
    connectTimeout: durationText(pool.connectTimeout),
    lbPolicy: lbPolicy(algorithm),
    leastRequestLbConfig: lb.leastRequestLbConfig,
    roundRobinLbConfig: lb.roundRobinLbConfig,
    ringHashLbConfig: lb.ringHashLbConfig,
    maglevLbConfig: lb.maglevLbConfig,
    originalDstLbConfig: plan.portOverride === undefined ? undefined : { upstreamPortOverride: plan.portOverride },
    loadAssignment: assignment(plan),
    circuitBreakers: { thresholds: [thresholds(pool)] },
    typedExtensionProtocolOptions: protocolOptions(plan.http),
    dnsLookupFamily: plan.dnsFamily,
    dnsJitter: isDns ? durationText(dnsQueries?.jitter) : undefined,
    dnsRefreshRate: isDns ? durationText(settings.dnsRefreshRate) : undefined,
    respectDnsTtl: isDns || undefined,
    typedDnsResolverConfig: isDns && dnsQueries ? udpResolver(dnsQueries.udpMaxQueries) : undefined,
    outlierDetection: plan.outlierDetection && outlierDetection(plan.outlierDetection),
    cleanupInterval: plan.neverCleanedUp ? NEVER : undefined,
    upstreamBindConfig: bindConfig(plan.sourceAddresses),
    commonLbConfig: plan.commonLb && commonLbConfig(plan.commonLb),
    transportSocket: matched ? undefined : onlySocket(plan, socket),
    transportSocketMatches: matched && matchedSockets(plan, matched),
    metadata: plan.metadata && istioMetadata(plan.metadata),
    upstreamConnectionOptions: pool.keepalive && { tcpKeepalive: tcpKeepalive(pool.keepalive) },
    filters: plan.exchangesMetadata ? METADATA_EXCHANGE : undefined,
  }
}

/** Receives all traffic that is not allowed. */
export function blackHole({ connectTimeout }: ClusterSettings): EnvoyCluster {
  return {
    name: BLACK_HOLE_CLUSTER,
    altStatName: BLACK_HOLE_CLUSTER + STAT_DELIMITER,
    type: 'STATIC',
    connectTimeout: durationText(connectTimeout),
  }
}
