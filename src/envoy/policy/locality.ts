/** Which locality load balancing setting applies (pilot/pkg/networking/core/loadbalancer GetEffectiveLbSetting). */

import { LABELS } from '../../common/istio-names.ts'
import type {
  LoadBalancerSettings,
  LocalityLoadBalancerSetting,
  ZoneAwareLoadBalancerSetting,
} from '../../kinds/messages/destination-rule.ts'
import type { TrafficDistribution } from '../../registry/service.ts'
import type { MeshConfig } from '../../resources/mesh/mesh-config.ts'

/** Weights of localities, or failover between them. */
export interface LocalityWeighting {
  readonly kind: 'locality'
  readonly distribute: LocalityLoadBalancerSetting['distribute']
  readonly failover: LocalityLoadBalancerSetting['failover']
  readonly failoverPriority: readonly string[]
  /** Failover applies without outlier detection. */
  readonly forced: boolean
}

/** Envoy's zone-aware routing within a region. */
export interface ZoneAwareRouting {
  readonly kind: 'zone-aware'
  readonly enabled: boolean
  readonly failover: ZoneAwareLoadBalancerSetting['failover']
  readonly failoverPriority: readonly string[]
  readonly minClusterSize: number | undefined
}

export type LocalitySetting = LocalityWeighting | ZoneAwareRouting

const NEAREST_ZONE = [LABELS.network, LABELS.region, LABELS.zone] as const

/** Failover labels of a service's traffic distribution, the broadest first. */
const DISTRIBUTION_LABELS: Readonly<Record<Exclude<TrafficDistribution, 'any'>, readonly string[]>> = {
  'same-zone': NEAREST_ZONE,
  'same-subzone': [...NEAREST_ZONE, LABELS.subzone],
  'same-node': [...NEAREST_ZONE, LABELS.subzone, LABELS.hostname],
}

function zoneAware(setting: ZoneAwareLoadBalancerSetting): ZoneAwareRouting {
  const { enabled, failover, failoverPriority, minClusterSize } = setting
  return { kind: 'zone-aware', enabled: enabled !== false, failover, failoverPriority, minClusterSize }
}

function weighting(setting: LocalityLoadBalancerSetting): LocalityWeighting | undefined {
  if (setting.enabled === false) return undefined
  const { distribute, failover, failoverPriority } = setting
  return { kind: 'locality', distribute, failover, failoverPriority, forced: false }
}

function distributed(distribution: Exclude<TrafficDistribution, 'any'>): LocalityWeighting {
  const failoverPriority = DISTRIBUTION_LABELS[distribution]
  return { kind: 'locality', distribute: [], failover: [], failoverPriority, forced: true }
}

const DISTRIBUTED = {
  'same-zone': distributed('same-zone'),
  'same-subzone': distributed('same-subzone'),
  'same-node': distributed('same-node'),
} as const

const OF_MESH = new WeakMap<MeshConfig, { readonly setting: LocalitySetting | undefined }>()

/** Created once, because most services have no setting of their own. */
function meshSetting(mesh: MeshConfig): LocalitySetting | undefined {
  let known = OF_MESH.get(mesh)
  if (!known) {
    const { zoneAwareLbSetting, localityLbSetting } = mesh
    const locality = localityLbSetting && weighting(localityLbSetting)
    known = { setting: zoneAwareLbSetting ? zoneAware(zoneAwareLbSetting) : locality }
    OF_MESH.set(mesh, known)
  }
  return known.setting
}

/** The setting of the rule, otherwise of the service's traffic distribution, otherwise of the mesh. */
export function localitySetting(
  mesh: MeshConfig,
  rule: LoadBalancerSettings | undefined,
  distribution: TrafficDistribution,
): LocalitySetting | undefined {
  if (rule?.zoneAwareLbSetting) return zoneAware(rule.zoneAwareLbSetting)
  if (rule?.localityLbSetting) return weighting(rule.localityLbSetting)
  if (distribution !== 'any') return DISTRIBUTED[distribution]
  return meshSetting(mesh)
}
