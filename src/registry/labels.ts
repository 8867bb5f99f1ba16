/** The labels of a workload that subsets, failover and selectors use (pilot/pkg/serviceregistry/util/label). */
import { LABELS } from '../common/istio-names.ts'
import type { Features } from '../resources/mesh/features.ts'

export interface Topology {
  readonly clusterId: string
  readonly network: string
  /** region/zone/subzone */
  readonly locality: string
  readonly nodeName: string
}

type Labels = ReadonlyMap<string, string>

/** The workload's labels and those that istiod adds if they have a value. */
function augmented(labels: Labels, topology: Topology, keepsNetwork: boolean): Labels {
  const out = new Map(labels)
  const [region, zone, subzone] = topology.locality.split('/')
  if (region) out.set(LABELS.region, region)
  if (zone) out.set(LABELS.zone, zone)
  if (subzone) out.set(LABELS.subzone, subzone)
  if (topology.clusterId) out.set(LABELS.cluster, topology.clusterId)
  if (topology.nodeName) out.set(LABELS.hostname, topology.nodeName)
  if (topology.network && !(keepsNetwork && out.has(LABELS.network))) out.set(LABELS.network, topology.network)
  return out
}

/** How an istiod release reads workload labels, and which ones it adds. */
export class WorkloadLabels {
  readonly #keepsNetwork: boolean
  readonly #topologyLocality: boolean
  /** For workloads without labels: equal topologies share a map. */
  readonly #shared = new Map<string, Labels>()

  constructor(features: Features) {
    this.#keepsNetwork = features.has('own-network-label')
    this.#topologyLocality = features.has('topology-locality-label')
  }

  /** The workload's labels and those that istiod adds if they have a value. */
  augment(labels: Labels, topology: Topology): Labels {
    if (labels.size > 0) return augmented(labels, topology, this.#keepsNetwork)
    const key = `${topology.clusterId}\n${topology.network}\n${topology.locality}\n${topology.nodeName}`
    let known = this.#shared.get(key)
    if (!known) {
      known = augmented(labels, topology, this.#keepsNetwork)
      this.#shared.set(key, known)
    }
    return known
  }

  /** The locality in the labels, '' if none; dots are read as slashes if there is no slash. */
  localityOf(labels: Labels): string {
    const stated = this.#topologyLocality ? labels.get(LABELS.locality) : undefined
    const text = stated ?? labels.get(LABELS.oldLocality) ?? ''
    return text.includes('/') ? text : text.replaceAll('.', '/')
  }
}

const KNOWN = new WeakMap<Features, WorkloadLabels>()

export function workloadLabels(features: Features): WorkloadLabels {
  let known = KNOWN.get(features)
  if (!known) {
    known = new WorkloadLabels(features)
    KNOWN.set(features, known)
  }
  return known
}

/** The locality in a Node's labels: all three parts, or '' if none is set. */
export function localityOfNode(labels: ReadonlyMap<string, string>): string {
  const region = labels.get(LABELS.region) || labels.get(LABELS.oldRegion) || ''
  const zone = labels.get(LABELS.zone) || labels.get(LABELS.oldZone) || ''
  const subzone = labels.get(LABELS.subzone) ?? ''
  return region === '' && zone === '' && subzone === '' ? '' : `${region}/${zone}/${subzone}`
}

/** Region, zone and subzone from the topology labels; undefined when none is set. */
export function localityOfTopologyLabels(labels: ReadonlyMap<string, string>): string | undefined {
  const parts = [labels.get(LABELS.region) ?? '', labels.get(LABELS.zone) ?? '', labels.get(LABELS.subzone) ?? '']
  return parts.every((part) => part === '') ? undefined : parts.join('/')
}
