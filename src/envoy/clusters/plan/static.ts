/** Clusters that every proxy has (pilot/pkg/networking/core/cluster_builder.go buildBlackHoleCluster and others). */
import { INBOUND_PASSTHROUGH_CLUSTER, PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import { unknownHostsCache } from '../../policy/dns.ts'
import { upstreamTls } from '../../policy/upstream-tls.ts'
import type { ClusterPlan } from './cluster.ts'
import { decidePool, type PoolDecision } from './connection-pool.ts'
import type { ClusterContext } from './context.ts'
import type { HttpOptions } from './http-options.ts'
import { passthroughSources } from './inbound.ts'
import { CLUSTER_PROVIDED } from './load-balancing.ts'

const DYNAMIC_DNS_CLUSTER = 'AllowAnyDynamicDNSCluster'
const IDLE_TIMEOUT = { seconds: 300, nanos: 0 }

/** Timeouts and protocol of connections to the original destination. */
function passthroughHttp({ preservesCase, snapshot }: ClusterContext): HttpOptions {
  return {
    upstream: 'downstream',
    preserveCase: preservesCase && snapshot.features.has('header-case-of-passthrough'),
    takesHttp2Limits: true,
    common: { idleTimeout: IDLE_TIMEOUT, maxConnectionDuration: undefined, maxRequestsPerConnection: 0 },
    http2: undefined,
    autoSni: false,
    autoSanValidation: false,
    errorCodes: [],
  }
}

/** The mesh's limits, without its idle timeout, which these clusters do not use. */
function passthroughPool({ snapshot, mesh }: ClusterContext): PoolDecision {
  return decidePool(snapshot, mesh.defaultTrafficPolicy?.connectionPool, undefined)
}

/** The common part: connections to the original destination. */
function originalDestination(context: ClusterContext, name: string): ClusterPlan {
  return {
    name,
    statName: PASSTHROUGH_CLUSTER,
    type: 'ORIGINAL_DST',
    forwarding: undefined,
    dnsFamily: undefined,
    groups: undefined,
    bind: undefined,
    portOverride: undefined,
    neverCleanedUp: false,
    pool: passthroughPool(context),
    http: passthroughHttp(context),
    commonLb: undefined,
    algorithm: CLUSTER_PROVIDED,
    outlierDetection: undefined,
    tls: undefined,
    tlsByEndpoint: false,
    proxyProtocol: undefined,
    metadata: undefined,
    exchangesMetadata: true,
    sourceAddresses: [],
  }
}

export function passthroughCluster(context: ClusterContext): ClusterPlan {
  return originalDestination(context, PASSTHROUGH_CLUSTER)
}

export function inboundPassthroughCluster(context: ClusterContext): ClusterPlan {
  return {
    ...originalDestination(context, INBOUND_PASSTHROUGH_CLUSTER),
    exchangesMetadata: false,
    sourceAddresses: passthroughSources(context.proxy, true),
  }
}

/** For outbound policy ALLOW_ANY_DYNAMIC_DNS: resolves unknown hosts by name. */
export function dynamicDnsCluster(context: ClusterContext): ClusterPlan {
  const settings = context.mesh.outboundTrafficPolicy?.tls
  const encrypts = settings !== undefined && settings.mode !== 'DISABLE'
  const peer = {
    clusterName: DYNAMIC_DNS_CLUSTER,
    sni: '',
    serviceAccounts: [],
    isEntry: false,
    meshExternal: false,
    automatic: false,
    dynamic: true,
    ruleHasSelector: false,
  }
  // This cluster uses the mesh's settings; the proxy's own certificates do not replace them.
  const client = { ...context.client, certificates: undefined }
  const tls = encrypts ? upstreamTls(settings, peer, client) : undefined
  const { autoSni = false, autoSanValidation = false } = tls ?? {}
  const http: HttpOptions = { ...passthroughHttp(context), autoSni, autoSanValidation }
  const named = autoSni || autoSanValidation
  return {
    ...originalDestination(context, DYNAMIC_DNS_CLUSTER),
    statName: DYNAMIC_DNS_CLUSTER,
    type: undefined,
    forwarding: {
      ...unknownHostsCache(context.proxy, context.snapshot.features),
      allowInsecure: !encrypts || (tls !== undefined && !(autoSni && autoSanValidation)),
    },
    pool: context.defaultPool,
    // The options for a verified name replace all others.
    http: named ? { ...http, upstream: 'none', preserveCase: false, common: undefined } : http,
    tls,
  }
}
