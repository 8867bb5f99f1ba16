/** The settings of proxy, mesh and istiod that all clusters of a proxy share. */

import { type Duration, parseDuration } from '../../../kinds/schema/duration.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { flag } from '../../../resources/mesh/features.ts'
import type { MeshConfig } from '../../../resources/mesh/mesh-config.ts'
import type { Snapshot } from '../../../resources/snapshot.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { sendsUnhealthy } from '../../endpoints/plan/balance.ts'
import { type Viewpoint, viewpointOf } from '../../endpoints/plan/priorities.ts'
import { resourceOfCredential } from '../../policy/credentials.ts'
import { type DnsLookupFamily, dnsLookupFamily } from '../../policy/dns.ts'
import type { EffectivePolicy } from '../../policy/traffic-policy.ts'
import type { UpstreamClient } from '../../policy/upstream-tls.ts'
import type { ClusterSettings, QuerySettings } from './cluster.ts'
import { decidePool, type PoolDecision } from './connection-pool.ts'

export interface ClusterContext {
  readonly view: ProxyView
  readonly proxy: Proxy
  readonly snapshot: Snapshot
  readonly mesh: MeshConfig
  readonly isSidecar: boolean
  readonly preservesCase: boolean
  /** Upgrades to HTTP/2 are applied before the policy's other settings. */
  readonly upgradesFirst: boolean
  /** Subsets and a Sidecar's own pools inherit the retry budget of the underlying policy. */
  readonly inheritsRetryBudget: boolean
  /** Failover by labels also applies to DNS clusters. */
  readonly labelsOfDnsClusters: boolean
  readonly client: UpstreamClient
  readonly viewpoint: Viewpoint
  /** The address family that DNS clusters resolve. */
  readonly dnsFamily: DnsLookupFamily
  readonly settings: ClusterSettings
  readonly sendsUnhealthy: boolean
  readonly alwaysWeighted: boolean
  /** The pool of clusters whose policy has none. */
  readonly defaultPool: PoolDecision
}

const DEFAULT_JITTER: Duration = { seconds: 0, nanos: 100_000_000 }
const DEFAULT_UDP_QUERIES = 100

/** A whole number from istiod's environment; as in istiod, any other text is treated as absent. */
function wholeNumber(env: ReadonlyMap<string, string>, name: string, fallback: number): number {
  const text = env.get(name)
  return text !== undefined && /^[-+]?\d{1,15}$/.test(text) ? Number(text) : fallback
}

function querySettings(env: ReadonlyMap<string, string>): QuerySettings {
  return {
    jitter: parseDuration(env.get('PILOT_DNS_JITTER_DURATION') ?? '') ?? DEFAULT_JITTER,
    udpMaxQueries: wholeNumber(env, 'PILOT_DNS_CARES_UDP_MAX_QUERIES', DEFAULT_UDP_QUERIES),
  }
}

function clusterSettings({ mesh, features }: Snapshot): ClusterSettings {
  return {
    connectTimeout: mesh.connectTimeout,
    dnsRefreshRate: mesh.dnsRefreshRate,
    dnsQueries: features.has('dns-resolver-options') ? querySettings(features.env) : undefined,
    tlsDefaults: mesh.tlsDefaults,
  }
}

function clientOf(proxy: Proxy, snapshot: Snapshot): ClusterContext['client'] {
  const { features } = snapshot
  const chain = proxy.metadata.get('TLS_CLIENT_CERT_CHAIN')
  const key = proxy.metadata.get('TLS_CLIENT_KEY') ?? ''
  const root = proxy.metadata.get('TLS_CLIENT_ROOT_CERT') ?? ''
  return {
    isSidecar: proxy.type === 'sidecar',
    certificates: chain ? { chain, key, root } : undefined,
    settingsForExternal: flag(features.env, 'PREFER_DESTINATIONRULE_TLS_FOR_EXTERNAL_SERVICES', true),
    configMapsForAll: features.has('config-map-credentials'),
    skipsVerification: features.has('unverified-mesh-tls'),
    setsSniByHost: features.has('auto-sni'),
    resourceOfCredential: (name) => resourceOfCredential(name, features),
  }
}

export function clusterContext(view: ProxyView): ClusterContext {
  const { proxy, registry } = view
  const { snapshot } = registry
  const { features } = snapshot
  return {
    view,
    proxy,
    snapshot,
    mesh: snapshot.mesh,
    isSidecar: proxy.type === 'sidecar',
    preservesCase: proxy.config.proxyHeaders?.preserveHttp1HeaderCase ?? false,
    upgradesFirst: features.has('http2-upgrade-first'),
    inheritsRetryBudget: features.has('retry-budget-of-subsets'),
    labelsOfDnsClusters: features.has('label-failover-of-dns-clusters'),
    client: clientOf(proxy, snapshot),
    viewpoint: viewpointOf(proxy, features),
    dnsFamily: dnsLookupFamily(proxy, features),
    settings: clusterSettings(snapshot),
    sendsUnhealthy: sendsUnhealthy(view),
    defaultPool: decidePool(snapshot, undefined, undefined),
    alwaysWeighted: flag(features.env, 'ENABLE_LOCALITY_WEIGHTED_LB_CONFIG', false),
  }
}

/** Clusters without their own settings share one decision. */
export function poolOf(context: ClusterContext, policy: EffectivePolicy | undefined): PoolDecision {
  if (!policy?.connectionPool && !policy?.retryBudget) return context.defaultPool
  return decidePool(context.snapshot, policy.connectionPool, policy.retryBudget)
}
