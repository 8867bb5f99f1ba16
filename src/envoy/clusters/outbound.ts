/** Clusters of the services that a proxy calls (pilot/pkg/networking/core/cluster.go buildOutboundClusters). */

import { outboundClusterName, sniClusterName } from '../../names.ts'
import type { Protocol } from '../../registry/protocol.ts'
import { isWildcard, type Port, portLocation, type Service } from '../../registry/service.ts'
import type { Subset, TrafficPolicy } from '../../resources/istio/destination-rule.ts'
import { describeResource } from '../../resources/resource.ts'
import type { MergedDestinationRule } from '../../scope/view.ts'
import { balancedGroups, dnsCandidates, type Target } from '../endpoints/balance.ts'
import type { LocalityGroup } from '../endpoints/groups.ts'
import { type LabelScope, prioritized } from '../endpoints/priorities.ts'
import type { Origin } from '../facts.ts'
import { type LocalitySetting, localitySetting } from '../policy/locality.ts'
import { namespaceMtls } from '../policy/peer-authentication.ts'
import {
  type EffectivePolicy,
  endpointPolicy,
  NO_POLICY,
  policyOfPort,
  policyOfSubset,
  withMeshDefaults,
} from '../policy/traffic-policy.ts'
import { type UpstreamTls, upstreamTls } from '../tls/upstream.ts'
import { type ClusterContext, poolOf } from './context.ts'
import { decideHttp } from './http-options.ts'
import { CLUSTER_PROVIDED, commonLbConfig, lbAlgorithm } from './load-balancing.ts'
import { serviceAccounts, takesMtls } from './mtls.ts'
import type { ClusterPlan, NameForwarding } from './plan.ts'
import { statName } from './stat-name.ts'
import type { DiscoveryType, IstioMetadata, ServiceMetadata } from './types.ts'

/** For its own clients, or for gateways that pass mTLS on by its SNI without ending it. */
export type OutboundMode = 'ordinary' | 'passthrough'

export interface OutboundCluster {
  readonly plan: ClusterPlan
  readonly explain: () => readonly Origin[]
}

/** What the clusters of one service have in common. */
interface ServiceFacts {
  readonly service: Service
  readonly mode: OutboundMode
  readonly rule: MergedDestinationRule | undefined
  readonly ruleHasSelector: boolean
  /** Path of the rule, for telemetry. */
  readonly config: string | undefined
  readonly metadata: readonly ServiceMetadata[] | undefined
  readonly accounts: readonly string[]
  /** Clusters that resolve the requested name. */
  readonly forwards: boolean
  readonly keepsSessions: boolean
}

/** A default or subset cluster before its policy is applied. */
interface Variant {
  readonly port: Port
  readonly subset: Subset | undefined
  /** undefined for name forwarding. */
  readonly type: DiscoveryType | undefined
  readonly groups: readonly LocalityGroup[] | undefined
  readonly labelScope: LabelScope
  readonly policy: EffectivePolicy
  /** The top-level policy by which mTLS is guessed. */
  readonly stated: TrafficPolicy | undefined
}

const SESSION_LABELS = ['istio.io/persistent-session', 'istio.io/persistent-session-header'] as const

/** Ports of wildcard hosts whose name a request tells. */
const FORWARDED_PROTOCOLS: ReadonlySet<Protocol> = new Set<Protocol>(['HTTP', 'HTTP2', 'GRPC', 'TLS'])

/** Clusters that resolve a wildcard's names themselves. */
export const forwardsNames = ({ hostname, resolution }: Service): boolean =>
  resolution === 'DynamicDNS' && isWildcard(hostname)

function discoveryType(service: Service, isSidecar: boolean): DiscoveryType {
  switch (service.resolution) {
    case 'DNSLB':
      return service.raceFirstConnect ? 'LOGICAL_DNS' : 'STRICT_DNS'
    case 'DNSRoundRobinLB':
      return 'LOGICAL_DNS'
    case 'Passthrough':
      // A gateway has no original destination of its own.
      return isSidecar ? 'ORIGINAL_DST' : 'EDS'
    default:
      return 'EDS'
  }
}

const isDns = (type: DiscoveryType | undefined): boolean => type === 'STRICT_DNS' || type === 'LOGICAL_DNS'

const passesThrough = (policy: Pick<TrafficPolicy, 'loadBalancer'> | undefined): boolean =>
  policy?.loadBalancer?.simple === 'PASSTHROUGH'

function ruleConfig({ source }: MergedDestinationRule): string {
  const { namespace, name } = source.meta
  return `/apis/networking.istio.io/v1/namespaces/${namespace}/destination-rule/${name}`
}

function factsOf(context: ClusterContext, service: Service, mode: OutboundMode): ServiceFacts {
  const rule = context.view.destinationRuleOf(service, 'outbound')
  const forwards = mode === 'ordinary' && forwardsNames(service)
  const { hostname: host, name, namespace } = service
  return {
    service,
    mode,
    rule,
    ruleHasSelector: rule?.source.spec.workloadSelector !== undefined,
    config: rule && ruleConfig(rule),
    metadata: forwards ? undefined : [{ host, name, namespace }],
    accounts: forwards || mode === 'passthrough' ? [] : serviceAccounts(context.view, service),
    forwards,
    keepsSessions: mode === 'ordinary' && !forwards && SESSION_LABELS.some((label) => service.labels.get(label)),
  }
}

function targetOf(facts: ServiceFacts, port: Port, subset: Subset | undefined): Target {
  const { service, rule, mode } = facts
  const policy = endpointPolicy(rule, port.number, subset?.name ?? '')
  return { service, port, rule, subset, policy, mtlsOnly: mode === 'passthrough' }
}

/** What a DNS cluster resolves; undefined for other clusters. */
function dnsGroups(context: ClusterContext, facts: ServiceFacts, port: Port, subset: Subset | undefined) {
  const target = targetOf(facts, port, subset)
  return balancedGroups(context.view, target, dnsCandidates(context.view, target))
}

function clusterName(facts: ServiceFacts, { port, subset }: Variant): string {
  const name = facts.mode === 'passthrough' ? sniClusterName : outboundClusterName
  return name(port.number, subset?.name ?? '', facts.service.hostname)
}

function tlsOf(context: ClusterContext, facts: ServiceFacts, variant: Variant, name: string): UpstreamTls | undefined {
  if (facts.mode === 'passthrough') return undefined
  const { service, accounts, forwards, ruleHasSelector } = facts
  const { port, subset, policy, stated } = variant
  const { meshExternal } = service
  const automatic = !policy.tls && !meshExternal && context.mesh.enableAutoMtls !== false
  return upstreamTls(
    policy.tls,
    {
      clusterName: name,
      sni: forwards ? '' : sniClusterName(port.number, subset?.name ?? '', service.hostname),
      serviceAccounts: accounts,
      isEntry: service.registry === 'External',
      meshExternal,
      automatic: automatic && takesMtls(context.view, service, port.number, stated),
      dynamic: forwards,
      ruleHasSelector,
    },
    context.client,
  )
}

function metadataOf(facts: ServiceFacts, { subset, policy }: Variant): IstioMetadata | undefined {
  const { metadata, config, service } = facts
  const external = !subset && service.meshExternal
  if (!metadata && !config && !external) return undefined
  const mode = policy.tls?.mode
  return {
    services: metadata,
    external: external || undefined,
    config,
    subset: subset?.name,
    alpn_override: config && (mode === 'SIMPLE' || mode === 'MUTUAL') ? 'false' : undefined,
  }
}

function forwardingOf(
  context: ClusterContext,
  facts: ServiceFacts,
  tls: UpstreamTls | undefined,
): NameForwarding | undefined {
  if (!facts.forwards) return undefined
  return {
    cacheName: `${facts.service.hostname}_dfp_dns_cache`,
    family: context.dns.family,
    maxHosts: undefined,
    resolver: undefined,
    allowInsecure: tls !== undefined && !(tls.autoSni && tls.autoSanValidation),
  }
}

function statNameOf(context: ClusterContext, facts: ServiceFacts, { port, subset }: Variant, name: string): string {
  // Clusters that forward names keep theirs.
  const pattern = facts.forwards ? '' : context.mesh.outboundClusterStatName
  return statName(pattern, name, { service: facts.service, port, subset: subset?.name ?? '', targetPort: 0 })
}

function settingOf(
  context: ClusterContext,
  { service }: ServiceFacts,
  policy: EffectivePolicy,
): LocalitySetting | undefined {
  return localitySetting(context.mesh, policy.loadBalancer, service.trafficDistribution)
}

function groupsOf(context: ClusterContext, variant: Variant, setting: LocalitySetting | undefined) {
  if (!variant.groups || passesThrough(variant.policy)) return undefined
  const failoverOn = variant.policy.outlierDetection !== undefined
  return prioritized(variant.groups, setting, context.viewpoint, failoverOn, variant.labelScope)
}

function commonLbOf(
  context: ClusterContext,
  facts: ServiceFacts,
  variant: Variant,
  setting: LocalitySetting | undefined,
) {
  return commonLbConfig({
    setting,
    outlierDetection: variant.policy.outlierDetection,
    isDistributed: facts.service.trafficDistribution !== 'any',
    sendsUnhealthy: context.sendsUnhealthy,
    alwaysWeighted: context.alwaysWeighted,
    keepsSessions: facts.keepsSessions && !variant.subset,
  })
}

/** The type that is left when the load balancer passes everything through. */
function finalType({ type, policy }: Variant): DiscoveryType | undefined {
  return type !== undefined && passesThrough(policy) ? 'ORIGINAL_DST' : type
}

function planOf(context: ClusterContext, facts: ServiceFacts, variant: Variant): ClusterPlan {
  const { port, policy, type } = variant
  const name = clusterName(facts, variant)
  const pool = poolOf(context, policy)
  const tls = tlsOf(context, facts, variant, name)
  const setting = settingOf(context, facts, policy)
  const final = finalType(variant)
  return {
    name,
    statName: statNameOf(context, facts, variant, name),
    type: final,
    forwarding: forwardingOf(context, facts, tls),
    dnsFamily: isDns(type) ? (facts.service.raceFirstConnect ? 'ALL' : context.dns.family) : undefined,
    groups: groupsOf(context, variant, setting),
    bind: undefined,
    portOverride: type === 'ORIGINAL_DST' ? facts.service.passthroughTargetPorts.get(port.number) : undefined,
    neverCleanedUp: false,
    pool,
    http: {
      ...decideHttp({
        protocol: port.protocol,
        pool: policy.connectionPool,
        isSidecar: context.isSidecar,
        preserves: context.preservesCase,
        outbound: true,
        meshUpgrades: context.mesh.h2UpgradePolicy === 'UPGRADE',
      }),
      common: pool.common,
      http2: pool.http2,
      autoSni: tls?.autoSni ?? false,
      autoSanValidation: tls?.autoSanValidation ?? false,
      errorCodes: policy.outlierDetection?.outlierDetectionHttpErrorCodes ?? [],
    },
    commonLb: facts.forwards ? undefined : commonLbOf(context, facts, variant, setting),
    algorithm: facts.forwards || final === 'ORIGINAL_DST' ? CLUSTER_PROVIDED : lbAlgorithm(policy.loadBalancer),
    outlierDetection: policy.outlierDetection,
    tls,
    proxyProtocol: facts.mode === 'passthrough' ? undefined : policy.proxyProtocol?.version,
    metadata: metadataOf(facts, variant),
    exchangesMetadata: true,
    sourceAddresses: [],
  }
}

// ---- explanations ----

const WHY_TYPE: Readonly<Record<DiscoveryType | 'forwarding' | 'policy', string>> = {
  EDS: 'the endpoints of the service are known and balanced over',
  STRICT_DNS: 'resolution DNS: all addresses of the names are balanced over',
  LOGICAL_DNS: 'one address of the name at a time: resolution DNS_ROUND_ROBIN, or connections race for the first',
  ORIGINAL_DST: 'headless or resolution NONE: connections go to the address that the client chose',
  STATIC: 'a fixed address',
  forwarding: 'resolution DYNAMIC_DNS and a wildcard host: the requested name is resolved',
  policy: 'loadBalancer PASSTHROUGH: connections go to the address that the client chose',
}

const WHY_MTLS = {
  off: 'no automatic mTLS: the policy of the namespace or the mesh disables it',
  on: 'automatic mTLS to endpoints that take it',
} as const

function whyType(facts: ServiceFacts, variant: Variant): string {
  if (facts.forwards) return WHY_TYPE.forwarding
  if (variant.type !== 'ORIGINAL_DST' && passesThrough(variant.policy)) return WHY_TYPE.policy
  return WHY_TYPE[variant.type ?? 'EDS']
}

function ruleOrigins({ rule }: ServiceFacts, { subset }: Variant): Origin[] {
  if (!rule) return []
  const origins = rule.sources.map((source) => ({
    what: describeResource(source),
    location: source.location.child('spec', 'host'),
    why: 'the rule of this host that applies to the proxy',
  }))
  if (!subset) return origins
  const writer = rule.sources.find(({ spec }) => spec.subsets.some(({ name }) => name === subset.name)) ?? rule.source
  const index = writer.spec.subsets.findIndex(({ name }) => name === subset.name)
  const location = writer.location.child('spec', 'subsets', index)
  return [{ what: `subset ${subset.name} of ${describeResource(writer)}`, location, why: 'subset' }, ...origins]
}

function mtlsOrigins(context: ClusterContext, { service, mode }: ServiceFacts, { policy }: Variant): Origin[] {
  if (policy.tls || service.meshExternal || mode === 'passthrough') return []
  const mtls = namespaceMtls(context.view.registry, service.namespace)
  const why = mtls.mode === 'DISABLE' ? WHY_MTLS.off : WHY_MTLS.on
  return mtls.sources.map((source) => ({ what: describeResource(source), location: source.location, why }))
}

function explain(context: ClusterContext, facts: ServiceFacts, variant: Variant): readonly Origin[] {
  const { service } = facts
  const location = portLocation(service, variant.port.number)
  const declared = { what: describeResource(service.source), location, why: whyType(facts, variant) }
  return [declared, ...ruleOrigins(facts, variant), ...mtlsOrigins(context, facts, variant)]
}

// ---- a service's clusters ----

function built(context: ClusterContext, facts: ServiceFacts, variant: Variant): OutboundCluster {
  return { plan: planOf(context, facts, variant), explain: () => explain(context, facts, variant) }
}

/** The cluster of a whole port; undefined when its names cannot be told. */
function defaultVariant(context: ClusterContext, facts: ServiceFacts, port: Port): Variant | undefined {
  const { service, rule, forwards, mode } = facts
  const type = forwards ? undefined : discoveryType(service, context.isSidecar)
  const groups = isDns(type) ? dnsGroups(context, facts, port, undefined) : undefined
  if (groups?.length === 0) return undefined
  const policy = withMeshDefaults(policyOfPort(rule?.trafficPolicy, port.number), context.mesh) ?? NO_POLICY
  // Of a DNS cluster's endpoints only those of the first locality are known by their labels.
  const labelScope = mode === 'ordinary' ? 'first' : 'none'
  return { port, subset: undefined, type, groups, labelScope, policy, stated: rule?.trafficPolicy }
}

/** A subset starts from what became of the port's own cluster. */
function subsetVariant(
  context: ClusterContext,
  facts: ServiceFacts,
  base: Variant,
  subset: Subset,
): Variant | undefined {
  const { port } = base
  const type = passesThrough(subset.trafficPolicy) ? 'ORIGINAL_DST' : finalType(base)
  const groups = isDns(type) ? dnsGroups(context, facts, port, subset) : undefined
  if (groups?.length === 0) return undefined
  const policy = policyOfSubset(base.policy, subset.trafficPolicy, port.number) ?? NO_POLICY
  return { port, subset, type, groups, labelScope: 'none', policy, stated: subset.trafficPolicy }
}

function clustersOfPort(context: ClusterContext, facts: ServiceFacts, port: Port, out: OutboundCluster[]): void {
  const base = defaultVariant(context, facts, port)
  if (!base) return
  out.push(built(context, facts, base))
  if (forwardsNames(facts.service)) return
  for (const subset of facts.rule?.subsets ?? []) {
    const variant = subsetVariant(context, facts, base, subset)
    if (variant) out.push(built(context, facts, variant))
  }
}

function hasCluster(facts: ServiceFacts, { protocol }: Port): boolean {
  return facts.forwards ? FORWARDED_PROTOCOLS.has(protocol) : protocol !== 'UDP'
}

function isReached({ resolution, meshExternal }: Service, mode: OutboundMode): boolean {
  return mode === 'ordinary' ? resolution !== 'Alias' : !meshExternal
}

/** The clusters of services in their order: per port the default one, then its subsets. */
export function outboundClusters(
  context: ClusterContext,
  services: readonly Service[],
  mode: OutboundMode,
): OutboundCluster[] {
  const out: OutboundCluster[] = []
  for (const service of services) {
    if (!isReached(service, mode)) continue
    const facts = factsOf(context, service, mode)
    for (const port of service.ports) if (hasCluster(facts, port)) clustersOfPort(context, facts, port, out)
  }
  return out
}
