/** The labels by which subsets, failover and selectors see a workload (pilot/pkg/serviceregistry/util/label). */
import { LABELS } from '../common/istio-names.ts'

export interface Topology {
  readonly clusterId: string
  readonly network: string
  /** region/zone/subzone */
  readonly locality: string
  readonly nodeName: string
}

/** The workload's labels with those that istiod adds; each only when it has a value. */
export function augmentLabels(labels: ReadonlyMap<string, string>, topology: Topology): ReadonlyMap<string, string> {
  const out = new Map(labels)
  const [region, zone, subzone] = topology.locality.split('/')
  if (region) out.set(LABELS.region, region)
  if (zone) out.set(LABELS.zone, zone)
  if (subzone) out.set(LABELS.subzone, subzone)
  if (topology.clusterId) out.set(LABELS.cluster, topology.clusterId)
  if (topology.nodeName) out.set(LABELS.hostname, topology.nodeName)
  if (topology.network && !out.has(LABELS.network)) out.set(LABELS.network, topology.network)
  return out
}

/** Like augmentLabels, for many workloads without labels of their own: equal topologies share one map. */
export function labelAugmenter(): (
  labels: ReadonlyMap<string, string>,
  topology: Topology,
) => ReadonlyMap<string, string> {
  const shared = new Map<string, ReadonlyMap<string, string>>()
  return (labels, topology) => {
    if (labels.size > 0) return augmentLabels(labels, topology)
    const key = `${topology.clusterId}\n${topology.network}\n${topology.locality}\n${topology.nodeName}`
    let augmented = shared.get(key)
    if (!augmented) {
      augmented = augmentLabels(labels, topology)
      shared.set(key, augmented)
    }
    return augmented
  }
}

/** The locality that a workload's labels state, '' when none: dots stand for slashes unless it has slashes. */
export function localityOfLabels(labels: ReadonlyMap<string, string>): string {
  const text = labels.get(LABELS.locality) ?? labels.get(LABELS.oldLocality) ?? ''
  return text.includes('/') ? text : text.replaceAll('.', '/')
}

/** The locality that a Node's labels state; all three parts, or '' when none is stated. */
export function localityOfNode(labels: ReadonlyMap<string, string>): string {
  const region = labels.get(LABELS.region) || labels.get(LABELS.oldRegion) || ''
  const zone = labels.get(LABELS.zone) || labels.get(LABELS.oldZone) || ''
  const subzone = labels.get(LABELS.subzone) ?? ''
  return region === '' && zone === '' && subzone === '' ? '' : `${region}/${zone}/${subzone}`
}

/** Region, zone and subzone by the topology labels themselves, undefined when none is there. */
export function localityOfTopologyLabels(labels: ReadonlyMap<string, string>): string | undefined {
  const parts = [labels.get(LABELS.region) ?? '', labels.get(LABELS.zone) ?? '', labels.get(LABELS.subzone) ?? '']
  return parts.every((part) => part === '') ? undefined : parts.join('/')
}
