/** The other proxies of a mesh that connections of a client pass: those of workloads, and gateways. */

import { ipFamily } from '../../common/addresses.ts'
import { VIRTUAL_INBOUND } from '../../common/names.ts'
import { buildEnvoyResources } from '../../envoy/index.ts'
import type { Mesh } from '../../pipeline.ts'
import type { ProxyView } from '../../scope/view.ts'
import { inboundExclusion } from '../../simulation/capture.ts'
import { type Peer, type PeerProxy, Peers } from '../../simulation/peers.ts'
import {
  type Listener,
  type LoadAssignment,
  type ReceivedResources,
  receivedResources,
  type SocketAddress,
} from '../../simulation/resources.ts'
import { inboundListenerOf, routerListenerOf } from '../../simulation/steps/listener.ts'
import type { Entry } from '../network/rules.ts'

/** A proxy that takes connections of others. */
export interface OtherProxy {
  readonly view: ProxyView
  /** With listeners at the addresses of its workload, and without those for the workload's own connections. */
  readonly resources: ReceivedResources
}

export interface OtherProxies {
  readonly proxies: readonly OtherProxy[]
  /** Connections that they take. */
  readonly entries: readonly Entry[]
  /** Proxies beyond the limit, whose workloads are plain echo servers. */
  readonly left: number
}

/** Each Envoy takes 70 MB of memory, and 5 of the 128 watchers of files that the kernel allows a user by default. */
const MOST_PROXIES = 12
const UNSPECIFIED: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

interface PlacedEndpoint {
  readonly address: string
  readonly port: number
  readonly clusterId: string
}

function endpointsOf({ eds, cds }: ReceivedResources): readonly PlacedEndpoint[] {
  const assignments: readonly LoadAssignment[] = [...eds, ...cds.flatMap(({ loadAssignment }) => loadAssignment ?? [])]
  return assignments.flatMap(({ endpoints = [] }) =>
    endpoints.flatMap(({ lbEndpoints = [] }) =>
      lbEndpoints.map(({ endpoint, metadata }) => {
        const { address = '', portValue: port = 0 } = endpoint?.address?.socketAddress ?? {}
        const [, , , , clusterId = ''] = metadata?.filterMetadata?.istio?.workload?.split(';') ?? []
        return { address, port, clusterId }
      }),
    ),
  )
}

/** Addresses at which Services are reached from outside of their cluster, with their ports. */
function publicEndpoints({ snapshot }: Mesh): readonly PlacedEndpoint[] {
  return snapshot.clusters.flatMap(({ id: clusterId, services }) =>
    services.flatMap(({ spec, status }) => {
      const ingress = (status.loadBalancer?.ingress ?? []).map(({ ip }) => ip)
      const addresses = [...ingress, ...spec.externalIPs].filter((address) => ipFamily(address) !== 0)
      return addresses.flatMap((address) => spec.ports.map(({ port }) => ({ address, port, clusterId })))
    }),
  )
}

/** All sandboxed proxies share one network, so a listener on all addresses is on those of its workload. */
function placedAt(address: SocketAddress | undefined, ip: string): SocketAddress | undefined {
  const socketAddress = address?.socketAddress
  if (!socketAddress || !UNSPECIFIED.has(socketAddress.address ?? '')) return address
  return { socketAddress: { ...socketAddress, address: ip } }
}

function placedListener(listener: Listener, ips: readonly string[]): Listener {
  const [ip = ''] = ips.filter((each) => ipFamily(each) !== 0)
  const { additionalAddresses: _, ...rest } = listener
  const address = placedAt(listener.address, ip)
  return address ? { ...rest, address } : rest
}

const isRouter = ({ proxy }: ProxyView): boolean => proxy.type === 'router'

function resourcesOf(view: ProxyView): ReceivedResources {
  const resources = receivedResources(buildEnvoyResources(view))
  const taken = resources.lds.filter(({ trafficDirection }) => isRouter(view) || trafficDirection === 'INBOUND')
  return { ...resources, lds: taken.map((listener) => placedListener(listener, view.proxy.ips)) }
}

/** Where a proxy takes connections to a port of its workload; undefined if it does not. */
function entryPortOf({ pod, port }: Peer, { view, configuration }: PeerProxy, address: string): number | undefined {
  if (isRouter(view)) return routerListenerOf(configuration, port) && port
  if (inboundExclusion(pod, port)) return undefined
  const listener = inboundListenerOf(configuration, address, port)?.listener.resource
  if (!listener) return undefined
  return listener.name === VIRTUAL_INBOUND ? listener.address?.socketAddress?.portValue : port
}

class Search {
  readonly entries = new Map<string, Entry>()
  readonly proxies = new Map<string, OtherProxy>()
  readonly left = new Set<string>()
  readonly #peers: Peers
  readonly #client: string

  constructor({ scope }: Mesh, client: ProxyView) {
    this.#peers = new Peers(scope)
    this.#client = client.proxy.id
  }

  #proxyOf({ view }: PeerProxy): OtherProxy | undefined {
    const { id } = view.proxy
    const known = this.proxies.get(id)
    if (known) return known
    if (this.proxies.size >= MOST_PROXIES) {
      this.left.add(id)
      return undefined
    }
    const found = { view, resources: resourcesOf(view) }
    this.proxies.set(id, found)
    this.follow(endpointsOf(found.resources), isRouter(view))
    return found
  }

  /** @param goesOn whether connections go on from there */
  follow(endpoints: readonly PlacedEndpoint[], goesOn: boolean): void {
    if (goesOn) for (const endpoint of endpoints) this.#add(endpoint)
  }

  #add({ address, port, clusterId }: PlacedEndpoint): void {
    const key = `${address} ${port}`
    if (this.entries.has(key) || ipFamily(address) === 0) return
    const peer = this.#peers.at(address, port, clusterId)
    const proxy = peer?.proxy
    const ip = proxy?.view.proxy.ips.find((own) => ipFamily(own) === ipFamily(address))
    if (!peer || !proxy || ip === undefined || proxy.view.proxy.id === this.#client) return
    const to = entryPortOf(peer, proxy, peer.service ? ip : address)
    if (to === undefined) return
    this.entries.set(key, { address, port, to: { address: ip, port: to } })
    if (!this.#proxyOf(proxy)) this.entries.delete(key)
  }
}

/** The proxies behind the endpoints of a client, those behind theirs, and gateways that are reached from outside. */
export function otherProxies(mesh: Mesh, client: ProxyView, resources: ReceivedResources): OtherProxies {
  const search = new Search(mesh, client)
  search.follow(endpointsOf(resources), true)
  search.follow(publicEndpoints(mesh), true)
  return {
    proxies: [...search.proxies.values()],
    entries: [...search.entries.values()],
    left: search.left.size,
  }
}

export const NO_OTHERS: OtherProxies = { proxies: [], entries: [], left: 0 }
