/** The networks of a mesh: their workloads, and the gateways into them. */
import { ipFamily } from '../../common/addresses.ts'
import { compareBytes } from '../../common/bytes.ts'
import type { NetworkGateway } from '../../registry/endpoint.ts'
import { networkResolver } from '../../registry/networks.ts'
import type { Registry } from '../../registry/registry.ts'
import { flag } from '../../resources/mesh/features.ts'
import { fileAndLine, problemAt } from '../../resources/problems.ts'
import type { SourceProblem } from '../../sources/document.ts'

export interface NetworkReport {
  readonly name: string
  /** IDs of the clusters whose pods are in it by default. */
  readonly clusters: readonly string[]
  /** `fromCidr` and `fromRegistry` of the mesh networks. */
  readonly ranges: readonly string[]
  /** Pods, WorkloadEntries and ServiceEntry endpoints in it. */
  readonly workloads: number
  readonly gateways: readonly NetworkGateway[]
}

interface Draft {
  readonly clusters: string[]
  readonly ranges: string[]
  workloads: number
  readonly gateways: NetworkGateway[]
}

class Drafts {
  readonly #byName = new Map<string, Draft>()

  of(name: string): Draft {
    let draft = this.#byName.get(name)
    if (!draft) {
      draft = { clusters: [], ranges: [], workloads: 0, gateways: [] }
      this.#byName.set(name, draft)
    }
    return draft
  }

  reports(): readonly NetworkReport[] {
    return [...this.#byName]
      .sort(([a], [b]) => compareBytes(a, b))
      .map(([name, draft]) => ({ name, ...draft }))
      .filter(({ name }) => name !== '')
  }
}

/** The network of each cluster, '' if it has none as a whole. */
export function clusterNetworks({ snapshot }: Registry): ReadonlyMap<string, string> {
  const resolver = networkResolver(snapshot.clusters, snapshot.meshNetworks)
  return new Map(snapshot.clusters.map(({ id }) => [id, resolver.networkOf(id, '')]))
}

/** All networks of the mesh, by name. */
export function networksOf(registry: Registry): readonly NetworkReport[] {
  const { snapshot } = registry
  const drafts = new Drafts()
  for (const [name, { endpoints }] of snapshot.meshNetworks.networks) {
    for (const { fromCidr, fromRegistry } of endpoints) drafts.of(name).ranges.push(fromCidr ?? fromRegistry ?? '')
  }
  for (const [id, network] of clusterNetworks(registry)) drafts.of(network).clusters.push(id)
  for (const workload of registry.workloads.all) drafts.of(workload.endpoint.network).workloads++
  for (const { spec } of snapshot.istio.serviceEntries) {
    for (const { network } of spec.endpoints) drafts.of(network).workloads++
  }
  for (const gateway of registry.networkGateways) drafts.of(gateway.network).gateways.push(gateway)
  return drafts.reports()
}

/** Gateways with host names, which istiod resolves unless it is configured to ignore them; vipctl cannot. */
export function unresolvedGateways({ networkGateways, snapshot }: Registry): readonly SourceProblem[] {
  if (!flag(snapshot.features.env, 'RESOLVE_HOSTNAME_GATEWAYS', true)) return []
  return networkGateways
    .filter(({ address }) => ipFamily(address) === 0)
    .map(({ network, address, location }): SourceProblem => {
      const place = location ? ` (${fileAndLine(location)})` : ''
      const differs = `istiod resolves it by DNS; endpoints of network ${network} do not use it here`
      const message = `not modelled: network gateway ${address}${place}: ${differs}`
      return location ? problemAt(location, { severity: 'warning', message }) : { severity: 'warning', message }
    })
}
