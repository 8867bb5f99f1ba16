/** Clusters of the services that a proxy calls (pilot/pkg/networking/core/cluster.go buildOutboundClusters). */

import { outboundClusterName, sniClusterName } from '../../../common/names.ts'
import type { Subset } from '../../../kinds/messages/destination-rule.ts'
import type { Port, Resolution, Service } from '../../../registry/service.ts'
import { prioritized } from '../../endpoints/plan/priorities.ts'
import type { Origin } from '../../explained.ts'
import { type LocalitySetting, localitySetting } from '../../policy/locality.ts'
import { statName, statSubject } from '../../policy/stat-name.ts'
import type { EffectivePolicy } from '../../policy/traffic-policy.ts'
import { type UpstreamTls, upstreamTls } from '../../policy/upstream-tls.ts'
import type { ClusterPlan, IstioMetadata, NameForwarding } from './cluster.ts'
import { type ClusterContext, poolOf } from './context.ts'
import { decideHttp } from './http-options.ts'
import { CLUSTER_PROVIDED, commonLb, lbAlgorithm } from './load-balancing.ts'
import { takesMtls } from './mtls.ts'
import { explainOutbound } from './outbound-origins.ts'
import {
  FORWARDED_PROTOCOLS,
  finalType,
  forwardsNames,
  isDns,
  type OutboundMode,
  type OutboundService,
  outboundService,
  passesThrough,
  type Variant,
} from './outbound-service.ts'
import { defaultVariant, subsetVariant } from './outbound-variants.ts'

/** A cluster that exists but is planned on demand, because there may be very many. */
export interface OutboundCluster {
  readonly name: string
  readonly key: ClusterKey
  plan(): ClusterPlan
  explain(): readonly Origin[]
}

function clusterName(outbound: OutboundService, { port, subset }: Variant): string {
  const name = outbound.mode === 'passthrough' ? sniClusterName : outboundClusterName
  return name(port.number, subset?.name ?? '', outbound.service.hostname)
}

function tlsOf(
  context: ClusterContext,
  outbound: OutboundService,
  variant: Variant,
  name: string,
): UpstreamTls | undefined {
  if (outbound.mode === 'passthrough') return undefined
  const { service, accounts, forwards, ruleHasSelector } = outbound
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

function metadataOf(outbound: OutboundService, { subset, policy }: Variant): IstioMetadata | undefined {
  const { metadata, config, service } = outbound
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
  outbound: OutboundService,
  tls: UpstreamTls | undefined,
): NameForwarding | undefined {
  if (!outbound.forwards) return undefined
  return {
    cacheName: `${outbound.service.hostname}_dfp_dns_cache`,
    family: context.dnsFamily,
    maxHosts: undefined,
    resolver: undefined,
    allowInsecure: tls !== undefined && !(tls.autoSni && tls.autoSanValidation),
  }
}

function statNameOf(
  context: ClusterContext,
  outbound: OutboundService,
  { port, subset }: Variant,
  name: string,
): string {
  // Clusters that forward names keep their own.
  const pattern = outbound.forwards ? '' : context.mesh.outboundClusterStatName
  return statName(pattern, name, statSubject(outbound.service, port, subset?.name ?? '', 0))
}

function settingOf(
  context: ClusterContext,
  { service }: OutboundService,
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
  outbound: OutboundService,
  variant: Variant,
  setting: LocalitySetting | undefined,
) {
  return commonLb({
    setting,
    outlierDetection: variant.policy.outlierDetection,
    isDistributed: outbound.service.trafficDistribution !== 'any',
    sendsUnhealthy: context.sendsUnhealthy,
    alwaysWeighted: context.alwaysWeighted,
    keepsSessions: outbound.keepsSessions && !variant.subset,
  })
}

function planOf(context: ClusterContext, outbound: OutboundService, variant: Variant, name: string): ClusterPlan {
  const { port, policy, type } = variant
  const pool = poolOf(context, policy)
  const tls = tlsOf(context, outbound, variant, name)
  const setting = settingOf(context, outbound, policy)
  const final = finalType(variant)
  const http = decideHttp({
    protocol: port.protocol,
    pool: policy.connectionPool,
    isSidecar: context.isSidecar,
    preserves: context.preservesCase,
    outbound: true,
    meshUpgrades: context.mesh.h2UpgradePolicy === 'UPGRADE',
    upgradesFirst: context.upgradesFirst,
  })
  return {
    name,
    statName: statNameOf(context, outbound, variant, name),
    type: final,
    forwarding: forwardingOf(context, outbound, tls),
    dnsFamily: isDns(type) ? (outbound.service.raceFirstConnect ? 'ALL' : context.dnsFamily) : undefined,
    groups: groupsOf(context, variant, setting),
    bind: undefined,
    portOverride: type === 'ORIGINAL_DST' ? outbound.service.passthroughTargetPorts.get(port.number) : undefined,
    neverCleanedUp: false,
    pool,
    http: {
      ...http,
      common: pool.common,
      http2: http.takesHttp2Limits ? pool.http2 : undefined,
      autoSni: tls?.autoSni ?? false,
      autoSanValidation: tls?.autoSanValidation ?? false,
      errorCodes: policy.outlierDetection?.outlierDetectionHttpErrorCodes ?? [],
    },
    commonLb: outbound.forwards ? undefined : commonLbOf(context, outbound, variant, setting),
    algorithm: outbound.forwards || final === 'ORIGINAL_DST' ? CLUSTER_PROVIDED : lbAlgorithm(policy.loadBalancer),
    outlierDetection: policy.outlierDetection,
    tls,
    // An original destination has no endpoint metadata to match.
    tlsByEndpoint: tls?.detected === true && final !== 'ORIGINAL_DST',
    proxyProtocol: outbound.mode === 'passthrough' ? undefined : policy.proxyProtocol?.version,
    metadata: metadataOf(outbound, variant),
    exchangesMetadata: true,
    sourceAddresses: [],
  }
}

class VariantCluster implements OutboundCluster {
  readonly name: string
  readonly #context: ClusterContext
  readonly #outbound: OutboundService
  readonly #variant: Variant

  constructor(context: ClusterContext, outbound: OutboundService, variant: Variant) {
    this.name = clusterName(outbound, variant)
    this.#context = context
    this.#outbound = outbound
    this.#variant = variant
  }

  get key(): ClusterKey {
    const { port, subset } = this.#variant
    return { service: this.#outbound.service, port, subset }
  }

  plan(): ClusterPlan {
    return planOf(this.#context, this.#outbound, this.#variant, this.name)
  }

  explain(): readonly Origin[] {
    return explainOutbound(this.#context, this.#outbound, this.#variant)
  }
}

function* clustersOfPort(context: ClusterContext, outbound: OutboundService, port: Port): Iterable<OutboundCluster> {
  const base = defaultVariant(context, outbound, port)
  if (!base) return
  yield new VariantCluster(context, outbound, base)
  if (forwardsNames(outbound.service)) return
  for (const subset of outbound.rule?.subsets ?? []) {
    const variant = subsetVariant(context, outbound, base, subset)
    if (variant) yield new VariantCluster(context, outbound, variant)
  }
}

function hasCluster(outbound: OutboundService, { protocol }: Port): boolean {
  return outbound.forwards ? FORWARDED_PROTOCOLS.has(protocol) : protocol !== 'UDP'
}

const WITHOUT_CLUSTER: ReadonlySet<Resolution> = new Set<Resolution>(['Alias', 'WaypointDNS'])

function isReached({ resolution, meshExternal }: Service, mode: OutboundMode): boolean {
  return mode === 'ordinary' ? !WITHOUT_CLUSTER.has(resolution) : !meshExternal
}

/** The clusters of services in order: per port the default one, then its subsets. */
export function* outboundClusters(
  context: ClusterContext,
  services: readonly Service[],
  mode: OutboundMode,
): Iterable<OutboundCluster> {
  for (const service of services) {
    if (!isReached(service, mode)) continue
    const outbound = outboundService(context, service, mode)
    for (const port of service.ports) if (hasCluster(outbound, port)) yield* clustersOfPort(context, outbound, port)
  }
}

/** Identifies a cluster of a service, so that it can be planned again. */
export interface ClusterKey {
  readonly service: Service
  readonly port: Port
  readonly subset: Subset | undefined
}

/** The cluster for a key from `outboundClusters`. */
export function clusterOfKey(context: ClusterContext, { service, port, subset }: ClusterKey, mode: OutboundMode) {
  const outbound = outboundService(context, service, mode)
  const base = defaultVariant(context, outbound, port) as Variant
  const variant = subset ? (subsetVariant(context, outbound, base, subset) as Variant) : base
  return new VariantCluster(context, outbound, variant)
}
