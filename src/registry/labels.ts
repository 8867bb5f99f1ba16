/** The labels by which subsets, failover and selectors see a workload (pilot/pkg/serviceregistry/util/label). */

export const NETWORK_LABEL = 'topology.istio.io/network'
const REGION = 'topology.kubernetes.io/region'
const ZONE = 'topology.kubernetes.io/zone'
const SUBZONE = 'topology.istio.io/subzone'
const CLUSTER = 'topology.istio.io/cluster'
const HOSTNAME = 'kubernetes.io/hostname'

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
  if (region) out.set(REGION, region)
  if (zone) out.set(ZONE, zone)
  if (subzone) out.set(SUBZONE, subzone)
  if (topology.clusterId) out.set(CLUSTER, topology.clusterId)
  if (topology.nodeName) out.set(HOSTNAME, topology.nodeName)
  if (topology.network && !out.has(NETWORK_LABEL)) out.set(NETWORK_LABEL, topology.network)
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
  const text = labels.get('topology.istio.io/locality') ?? labels.get('istio-locality') ?? ''
  return text.includes('/') ? text : text.replaceAll('.', '/')
}

/** The locality that a Node's labels state; all three parts, or '' when none is stated. */
export function localityOfNode(labels: ReadonlyMap<string, string>): string {
  const region = labels.get(REGION) || labels.get('failure-domain.beta.kubernetes.io/region') || ''
  const zone = labels.get(ZONE) || labels.get('failure-domain.beta.kubernetes.io/zone') || ''
  const subzone = labels.get(SUBZONE) ?? ''
  return region === '' && zone === '' && subzone === '' ? '' : `${region}/${zone}/${subzone}`
}

/** Region, zone and subzone by the topology labels themselves, undefined when none is there. */
export function localityOfTopologyLabels(labels: ReadonlyMap<string, string>): string | undefined {
  const parts = [labels.get(REGION) ?? '', labels.get(ZONE) ?? '', labels.get(SUBZONE) ?? '']
  return parts.every((part) => part === '') ? undefined : parts.join('/')
}
