/** Weights and priorities of localities as one proxy sees them (pilot/pkg/networking/core/loadbalancer). */

import { groupBy } from '../../../common/collections.ts'
import { LABELS } from '../../../common/istio-names.ts'
import { type LocalityParts, localityMatches, localityParts } from '../../../common/locality.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import type { Features } from '../../../resources/mesh/features.ts'
import type { LocalitySetting, LocalityWeighting, ZoneAwareRouting } from '../../policy/locality.ts'
import { addWeights, type BalancedEndpoint, type LocalityGroup, regrouped } from './groups.ts'

/** The client's properties that priorities depend on. */
export interface Viewpoint {
  readonly locality: LocalityParts
  readonly labels: ReadonlyMap<string, string>
  /** When failover compares networks first, endpoints of other networks come last. */
  readonly otherNetworksLast: boolean
}

export function viewpointOf({ locality, labels }: Pick<Proxy, 'locality' | 'labels'>, features: Features): Viewpoint {
  return { locality: localityParts(locality), labels, otherNetworksLast: features.has('other-networks-last') }
}

/** The groups to which failover by labels applies. For DNS clusters only some endpoints' labels are known. */
export type LabelScope = 'all' | 'first' | 'none'

type Failover = readonly { readonly from: string; readonly to: string }[]

/** Renumbers priorities without gaps, from 0. */
function compacted(groups: readonly LocalityGroup[]): LocalityGroup[] {
  const ranks = [...new Set(groups.map(({ priority }) => priority))].sort((a, b) => a - b)
  const rankOf = new Map(ranks.map((priority, rank) => [priority, rank]))
  return groups.map((group) => ({ ...group, priority: rankOf.get(group.priority) ?? 0 }))
}

/** Divides each existing priority into `buckets`. */
function subdivided(
  groups: readonly LocalityGroup[],
  buckets: number,
  bucketOf: (locality: LocalityParts) => number,
): LocalityGroup[] {
  return compacted(
    groups.map((group) => ({
      ...group,
      priority: group.priority * buckets + bucketOf(localityParts(group.locality)),
    })),
  )
}

/** The target of the first failover setting for a region; undefined when there is none. */
const failoverTarget = (region: string, failover: Failover): string | undefined =>
  failover.find(({ from }) => from === region)?.to

/** Distance of a locality: same 0, same zone 1, same region 2, others 3, or 4 if failover goes to another region. */
function distance(own: LocalityParts, other: LocalityParts, failover: Failover): number {
  if (own.region !== other.region) {
    const target = failoverTarget(own.region, failover)
    return target === undefined || target === other.region ? 3 : 4
  }
  if (own.zone !== other.zone) return 2
  return own.subZone === other.subZone ? 0 : 1
}

/** Zone-aware routing compares regions only: own 0, failover target 1, others 2. */
function regionDistance(own: LocalityParts, other: LocalityParts, failover: Failover): number {
  if (own.region === other.region) return 0
  return failoverTarget(own.region, failover) === other.region ? 1 : 2
}

interface WantedLabel {
  readonly label: string
  readonly value: string
}

/** `label` means the proxy's own value of it, `label=value` that value. */
function wantedLabels(labels: readonly string[], proxy: ReadonlyMap<string, string>): WantedLabel[] {
  const stated = new Map<string, string>()
  const names = labels.map((text) => {
    const [label = '', value, ...rest] = text.split('=')
    if (value !== undefined && rest.length === 0) stated.set(label, value)
    return label
  })
  return names.map((label) => ({ label, value: stated.get(label) ?? proxy.get(label) ?? '' }))
}

/** The more labels agree, counted from the first, the lower the number; other networks come last. */
function labelPriority(endpoint: BalancedEndpoint, wanted: readonly WantedLabel[], networkFirst: boolean): number {
  let otherNetwork = 0
  for (const [index, { label, value }] of wanted.entries()) {
    if ((endpoint.labels.get(label) ?? '') === value) continue
    if (index > 0 || !networkFirst) return otherNetwork + wanted.length - index
    otherNetwork = wanted.length
  }
  return otherNetwork
}

function splitByLabels(group: LocalityGroup, wanted: readonly WantedLabel[], networkFirst: boolean): LocalityGroup[] {
  const parts = groupBy(group.endpoints, (endpoint) => labelPriority(endpoint, wanted, networkFirst))
  return [...parts]
    .sort(([a], [b]) => a - b)
    .map(([priority, endpoints]) => ({ ...regrouped(group, endpoints), priority }))
}

function failoverByLabels(
  groups: readonly LocalityGroup[],
  labels: readonly string[],
  viewpoint: Viewpoint,
  scope: LabelScope,
): readonly LocalityGroup[] {
  if (viewpoint.labels.size === 0 || scope === 'none' || groups.length === 0) return groups
  const wanted = wantedLabels(labels, viewpoint.labels)
  const networkFirst = viewpoint.otherNetworksLast && labels[0] === LABELS.network
  const divided = scope === 'first' ? groups.slice(0, 1) : groups
  return compacted(divided.flatMap((group) => splitByLabels(group, wanted, networkFirst)))
}

/** Splits a pattern's weight over its groups by their own weights, in 32-bit arithmetic as in the reference. */
function shareWeight(
  groups: readonly LocalityGroup[],
  members: readonly number[],
  weight: number,
  out: LocalityGroup[],
) {
  const own = members.map((index) => groups[index]?.weight ?? 1)
  const total = own.reduce(addWeights, 0)
  for (const [position, index] of members.entries()) {
    const group = groups[index]
    const share = (Math.imul(own[position] ?? 1, weight) >>> 0) / total
    if (group && share > 0) out[index] = { ...group, weight: Math.ceil(share) }
  }
}

function distributed(groups: readonly LocalityGroup[], setting: LocalityWeighting, own: LocalityParts) {
  const rule = setting.distribute.find(({ from }) => localityMatches(own, from))
  if (!rule) return groups
  const out = [...groups]
  const rest = new Set(groups.keys())
  for (const [pattern, weight] of rule.to) {
    const members = [...rest].filter((index) => localityMatches(localityParts(groups[index]?.locality ?? ''), pattern))
    for (const index of members) rest.delete(index)
    shareWeight(groups, members, weight, out)
  }
  return out.map((group, index) => (rest.has(index) ? { ...group, endpoints: [] } : group))
}

function weighted(
  groups: readonly LocalityGroup[],
  setting: LocalityWeighting,
  viewpoint: Viewpoint,
  failoverOn: boolean,
  scope: LabelScope,
): readonly LocalityGroup[] {
  if (setting.distribute.length > 0) return distributed(groups, setting, viewpoint.locality)
  if (!failoverOn && !setting.forced) return groups
  const { failover, failoverPriority } = setting
  const byLabels = failoverPriority.length > 0 ? failoverByLabels(groups, failoverPriority, viewpoint, scope) : groups
  if (failoverPriority.length > 0 && failover.length === 0) return byLabels
  return subdivided(byLabels, 5, (locality) => distance(viewpoint.locality, locality, failover))
}

function zoneAware(
  groups: readonly LocalityGroup[],
  setting: ZoneAwareRouting,
  viewpoint: Viewpoint,
  scope: LabelScope,
): readonly LocalityGroup[] {
  if (!setting.enabled) return groups
  const { failover, failoverPriority } = setting
  const byLabels = failoverPriority.length > 0 ? failoverByLabels(groups, failoverPriority, viewpoint, scope) : groups
  return subdivided(byLabels, 3, (locality) => regionDistance(viewpoint.locality, locality, failover))
}

/**
 * Applies a locality setting to the groups of a cluster.
 * @param failoverOn whether outlier detection can eject endpoints, without which lower priorities are never used
 */
export function prioritized(
  groups: readonly LocalityGroup[],
  setting: LocalitySetting | undefined,
  viewpoint: Viewpoint,
  failoverOn: boolean,
  scope: LabelScope,
): readonly LocalityGroup[] {
  if (!setting) return groups
  if (setting.kind === 'zone-aware') return zoneAware(groups, setting, viewpoint, scope)
  return weighted(groups, setting, viewpoint, failoverOn, scope)
}
