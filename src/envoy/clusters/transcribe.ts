/** Writes decided clusters as Envoy's messages; decides nothing. */
import { BLACK_HOLE_CLUSTER } from '../../names.ts'
import { loadAssignment } from '../endpoints/transcribe.ts'
import type { ClusterLoadAssignment } from '../endpoints/types.ts'
import { address, durationText, type Extension, envoyType } from '../json.ts'
import { detectedMtls, tlsSocket, withProxyProtocol } from '../tls/upstream.ts'
import type { ClusterContext } from './context.ts'
import { protocolOptions } from './http-options.ts'
import { outlierDetection } from './outlier-detection.ts'
import type { ClusterPlan, NameForwarding } from './plan.ts'
import type { EnvoyCluster, IstioMetadata, UpstreamBindConfig } from './types.ts'

/** Names in statistics end with a semicolon, which tells them apart from what follows. */
const STAT_DELIMITER = ';'
/** The longest duration that Envoy takes. */
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

function dnsFields({ dnsFamily }: ClusterPlan, { dns, mesh }: ClusterContext): Partial<EnvoyCluster> {
  if (!dnsFamily) return {}
  return {
    dnsLookupFamily: dnsFamily,
    dnsJitter: durationText(dns.jitter),
    dnsRefreshRate: durationText(mesh.dnsRefreshRate),
    respectDnsTtl: true,
    typedDnsResolverConfig: { name: CARES, typedConfig: { '@type': CARES_TYPE, udpMaxQueries: dns.udpMaxQueries } },
  }
}

function resolver({ address: host, port }: NonNullable<NameForwarding['resolver']>): Extension {
  const resolvers = [{ socketAddress: { address: host, portValue: port } }]
  return { name: CARES, typedConfig: { '@type': CARES_TYPE, resolvers } }
}

function clusterType(forwarding: NameForwarding | undefined): EnvoyCluster['clusterType'] {
  return (
    forwarding && {
      name: 'envoy.clusters.dynamic_forward_proxy',
      typedConfig: {
        '@type': envoyType('extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig'),
        dnsCacheConfig: {
          name: forwarding.cacheName,
          dnsLookupFamily: forwarding.family,
          maxHosts: forwarding.maxHosts,
          typedDnsResolverConfig: forwarding.resolver && resolver(forwarding.resolver),
        },
        allowInsecureClusterOptions: forwarding.allowInsecure || undefined,
      },
    }
  )
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

type Sockets = Pick<EnvoyCluster, 'transportSocket' | 'transportSocketMatches'>

function tlsFields({ tls, http, type }: ClusterPlan, { mesh }: ClusterContext): Sockets {
  if (!tls) return {}
  const socket = tlsSocket(tls, http.upstream === 'http2', mesh.tlsDefaults)
  // Where the client chooses the address there is no metadata to match.
  return tls.detected && type !== 'ORIGINAL_DST'
    ? { transportSocketMatches: detectedMtls(socket) }
    : { transportSocket: socket }
}

function socketFields(plan: ClusterPlan, context: ClusterContext): Sockets {
  const sockets = tlsFields(plan, context)
  const { proxyProtocol: version } = plan
  if (version === undefined) return sockets
  const { transportSocket, transportSocketMatches } = sockets
  if (!transportSocketMatches) return { transportSocket: withProxyProtocol(version, transportSocket) }
  return {
    transportSocketMatches: transportSocketMatches.map((match) => ({
      ...match,
      transportSocket: withProxyProtocol(version, match.transportSocket),
    })),
  }
}

const istioMetadata = (istio: IstioMetadata | undefined): EnvoyCluster['metadata'] =>
  istio && { filterMetadata: { istio } }

export function transcribe(plan: ClusterPlan, context: ClusterContext): EnvoyCluster {
  const { name, pool } = plan
  return {
    name,
    altStatName: plan.statName + STAT_DELIMITER,
    type: plan.type,
    clusterType: clusterType(plan.forwarding),
    edsClusterConfig: plan.type === 'EDS' ? { serviceName: name, edsConfig: ADS } : undefined,
    connectTimeout: durationText(pool.connectTimeout),
    ...plan.algorithm,
    originalDstLbConfig: plan.portOverride === undefined ? undefined : { upstreamPortOverride: plan.portOverride },
    loadAssignment: assignment(plan),
    circuitBreakers: { thresholds: [pool.thresholds] },
    typedExtensionProtocolOptions: protocolOptions(plan.http),
    ...dnsFields(plan, context),
    outlierDetection: plan.outlierDetection && outlierDetection(plan.outlierDetection),
    cleanupInterval: plan.neverCleanedUp ? NEVER : undefined,
    upstreamBindConfig: bindConfig(plan.sourceAddresses),
    commonLbConfig: plan.commonLb,
    ...socketFields(plan, context),
    metadata: istioMetadata(plan.metadata),
    upstreamConnectionOptions: pool.keepalive && { tcpKeepalive: pool.keepalive },
    filters: plan.exchangesMetadata ? METADATA_EXCHANGE : undefined,
  }
}

/** Takes all traffic that may not go anywhere. */
export function blackHole({ mesh }: ClusterContext): EnvoyCluster {
  return {
    name: BLACK_HOLE_CLUSTER,
    altStatName: BLACK_HOLE_CLUSTER + STAT_DELIMITER,
    type: 'STATIC',
    connectTimeout: durationText(mesh.connectTimeout),
  }
}
