/** Who is at an address: a workload with its proxy, or a Service in front of one. */
import { append, firstBy } from '../common/collections.ts'
import { once, oncePer } from '../common/once.ts'
import { lookUpResources } from '../envoy/lookup.ts'
import type { KubeService, Pod } from '../kinds/index.ts'
import { describeResource, type Resource, selects } from '../kinds/resource.ts'
import { buildProxy, type Node } from '../proxy/node.ts'
import { nodeOfEntry, nodeOfPod } from '../proxy/peer.ts'
import type { Proxy } from '../proxy/proxy.ts'
import { spiffeUri, trustDomainOf } from '../registry/identity.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import { viewOf } from '../scope/build.ts'
import type { ScopeContext } from '../scope/context.ts'
import type { ProxyView } from '../scope/view.ts'
import type { Location } from '../sources/location.ts'
import { type Configuration, computedConfiguration } from './configuration.ts'

/** A workload that a connection reaches. */
export interface Peer {
  readonly resource: Resource
  /** `Pod shop/web-1` */
  readonly description: string
  /** undefined for a workload entry. */
  readonly pod: Pod | undefined
  /** The port at the workload, which a Service in front of it may have translated. */
  readonly port: number
  /** The Service in front of it, if the address is the Service's. */
  readonly service: KubeService | undefined
  /** undefined for a workload without a proxy. */
  readonly proxy: PeerProxy | undefined
}

/** A proxy with its configuration, computed when it is asked for. */
export interface PeerProxy {
  readonly view: ProxyView
  readonly configuration: Configuration
}

interface PodPlace {
  readonly pod: Pod
  readonly cluster: ClusterObjects
}

interface ServicePlace {
  readonly service: KubeService
  readonly cluster: ClusterObjects
}

const ipsOf = ({ status }: Pod): readonly string[] => [...new Set([status.podIP, ...status.podIPs.map(({ ip }) => ip)])]

/** Addresses at which a Service is reached from other networks, and from its own cluster. */
function addressesOf({ spec, status }: KubeService): readonly string[] {
  const ingress = (status.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => [ip, hostname])
  return [...ingress, ...spec.externalIPs, ...spec.clusterIPs].filter((address) => address !== '' && address !== 'None')
}

/** The port of a workload that a Service's port leads to; undefined if the Service has no such port. */
function targetPort({ spec }: KubeService, port: number, pod: Pod | undefined): number | undefined {
  const target = spec.ports.find((item) => item.port === port || item.nodePort === port)?.targetPort
  if (typeof target !== 'string') return target
  return pod?.spec.containers.flatMap(({ ports }) => ports).find(({ name }) => name === target)?.containerPort
}

/** Who opens a connection, as the other side sees it. */
export interface Sender {
  /** The identity in its certificate of the mesh. */
  readonly identity: string
  readonly address: string | undefined
}

const DEFAULT_ACCOUNT = 'default'

/** @param trustDomain that of the mesh configuration */
export function senderOf({ namespace, serviceAccount, ips }: Proxy, trustDomain: string): Sender {
  const identity = spiffeUri(trustDomainOf(trustDomain), namespace, serviceAccount || DEFAULT_ACCOUNT)
  return { identity, address: ips[0] }
}

/** A router that a client outside of the mesh connects to. */
export interface Entrance extends Pick<PeerProxy, 'configuration'> {
  readonly description: string
  readonly location: Location | undefined
  /** At which the router listens. */
  readonly port: number
  readonly sender: Sender
}

/** The port at which a router gets connections to a port of its Service; the same port if it has no such Service. */
function entrancePort({ proxy, registry }: ProxyView, port: number): number {
  const { clusters } = registry.snapshot
  const cluster = clusters.find(({ id }) => id === proxy.clusterId) ?? clusters[0]
  for (const service of cluster.services) {
    const { selector } = service.spec
    if (service.meta.namespace !== proxy.namespace || selector.size === 0 || !selects(selector, proxy.labels)) continue
    const target = targetPort(service, port, proxy.pod)
    if (target !== undefined) return target
  }
  return port
}

const configurationOf = oncePer((view: ProxyView) => computedConfiguration(lookUpResources(view)))

/** @param port of the router's Service, or at which the router listens */
export function entranceOf(view: ProxyView, port: number): Entrance {
  const { description, location } = view.proxy
  const sender = senderOf(view.proxy, view.registry.snapshot.mesh.trustDomain)
  return { description, location, configuration: configurationOf(view), port: entrancePort(view, port), sender }
}

export class Peers {
  readonly #scope: ScopeContext
  readonly #snapshot: Snapshot
  readonly #proxies = new Map<Resource, PeerProxy | undefined>()

  constructor(scope: ScopeContext) {
    this.#scope = scope
    this.#snapshot = scope.registry.snapshot
  }

  readonly #pods = once((): ReadonlyMap<string, readonly PodPlace[]> => {
    const out = new Map<string, PodPlace[]>()
    for (const cluster of this.#snapshot.clusters) {
      for (const pod of cluster.pods) for (const ip of ipsOf(pod)) append(out, ip, { pod, cluster })
    }
    return out
  })

  readonly #services = once((): ReadonlyMap<string, readonly ServicePlace[]> => {
    const out = new Map<string, ServicePlace[]>()
    for (const cluster of this.#snapshot.clusters) {
      for (const service of cluster.services) {
        for (const address of addressesOf(service)) append(out, address, { service, cluster })
      }
    }
    return out
  })

  readonly #entries = once(() => firstBy(this.#snapshot.istio.workloadEntries, ({ spec }) => spec.address))

  #proxyOf(resource: Resource, nodeOf: () => Node | undefined): PeerProxy | undefined {
    if (!this.#proxies.has(resource)) {
      const node = nodeOf()
      this.#proxies.set(resource, node && this.#proxyOfNode(node))
    }
    return this.#proxies.get(resource)
  }

  #proxyOfNode(node: Node): PeerProxy {
    const view = viewOf(buildProxy(node, this.#snapshot), this.#scope)
    return { view, configuration: configurationOf(view) }
  }

  #podPeer({ pod, cluster }: PodPlace, port: number, service: KubeService | undefined): Peer {
    const assumed = this.#snapshot.assumed.objects.has(pod) ? ' (assumed)' : ''
    const description = describeResource(pod) + assumed
    const proxy = this.#proxyOf(pod, () => nodeOfPod(pod, cluster, this.#snapshot))
    return { resource: pod, description, pod, port, service, proxy }
  }

  #behindService(address: string, port: number): Peer | undefined {
    for (const { service, cluster } of this.#services().get(address) ?? []) {
      const { selector } = service.spec
      const pod = selector.size > 0 ? cluster.pods.find(({ meta }) => selects(selector, meta.labels)) : undefined
      const target = pod && targetPort(service, port, pod)
      if (pod && target !== undefined) return this.#podPeer({ pod, cluster }, target, service)
    }
    return undefined
  }

  #entryAt(address: string, port: number): Peer | undefined {
    const entry = this.#entries().get(address)
    if (!entry) return undefined
    const [config] = this.#snapshot.clusters
    const proxy = this.#proxyOf(entry, () => nodeOfEntry(entry, config, this.#snapshot))
    return { resource: entry, description: describeResource(entry), pod: undefined, port, service: undefined, proxy }
  }

  /**
   * Who takes a connection to an address.
   * @param clusterId the cluster of a pod, because several may use one address; '' if it is not known
   */
  at(address: string, port: number, clusterId: string): Peer | undefined {
    const places = this.#pods().get(address) ?? []
    const place = places.find(({ cluster }) => cluster.id === clusterId) ?? places[0]
    if (place) return this.#podPeer(place, port, undefined)
    return this.#behindService(address, port) ?? this.#entryAt(address, port)
  }

  /** The router at an address, or behind the Service there; undefined if there is none. */
  entranceAt(address: string, port: number): Entrance | undefined {
    const peer = this.at(address, port, '')
    if (peer?.proxy?.view.proxy.type !== 'router') return undefined
    const { description, resource, proxy } = peer
    const location = resource.location.child('metadata', 'name')
    const { view, configuration } = proxy
    const sender = senderOf(view.proxy, view.registry.snapshot.mesh.trustDomain)
    return { description, location, configuration, port: peer.port, sender }
  }
}
