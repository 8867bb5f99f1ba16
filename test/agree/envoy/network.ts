/**
 * The proxies of one mesh as stock Envoys that are connected to each other: what one of them sends to the address of a
 * workload with a proxy enters the Envoy of that proxy. Who is at an address is what the simulation says.
 */
import { isIPv6 } from 'node:net'
import { once } from '../../../src/common/once.ts'
import { buildEnvoyResources } from '../../../src/envoy/index.ts'
import type { Arrival } from '../../../src/sandbox/probe.ts'
import type { ProxyView } from '../../../src/scope/view.ts'
import { inboundExclusion } from '../../../src/simulation/capture.ts'
import type { Peer, Peers } from '../../../src/simulation/peers.ts'
import {
  type Cluster,
  type LbEndpoint,
  type ReceivedResources,
  receivedResources,
} from '../../../src/simulation/resources.ts'
import { inboundListenerOf } from '../../../src/simulation/steps/listener.ts'
import { endpointsIn, isByAddress, loopbackOf } from './bootstrap.ts'
import type { Probe } from './client.ts'
import { type Relay, speakingFirst } from './echo.ts'
import { RealProxy, type Setting } from './real-proxy.ts'

export const resourcesOf = (view: ProxyView): ReceivedResources => receivedResources(buildEnvoyResources(view))

interface Place {
  readonly peer: Peer
  readonly address: string
}

const isRouter = ({ proxy }: Peer): boolean => proxy?.view.proxy.type === 'router'

/** Whether the workload's proxy takes connections to it, and not the application. */
function isTaken({ peer, address }: Place): boolean {
  if (!peer.proxy || inboundExclusion(peer.pod, peer.port)) return false
  return isRouter(peer) || inboundListenerOf(peer.proxy.configuration, address, peer.port) !== undefined
}

/** Names of the clusters that lead from a proxy to its own workload. */
export const TO_WORKLOAD = /^(?:inbound\||InboundPassthrough)/

export class Network {
  #aim: Place | undefined
  readonly #setting: Setting
  readonly #peers: Peers
  readonly #proxies = new Map<ProxyView, () => Promise<RealProxy>>()
  readonly #running = new Map<ProxyView, RealProxy>()

  constructor(setting: Setting, peers: Peers) {
    this.#setting = setting
    this.#peers = peers
  }

  #placeOf({ endpoint, metadata }: LbEndpoint): Place | undefined {
    const { address = '', portValue = 0 } = endpoint?.address?.socketAddress ?? {}
    const [, , , , clusterId = ''] = metadata?.filterMetadata?.istio?.workload?.split(';') ?? []
    const peer = this.#peers.at(address, portValue, clusterId)
    const place = peer && { peer, address }
    return place && isTaken(place) ? place : undefined
  }

  #relayOf(cluster: Cluster, { eds }: ReceivedResources): Relay | undefined {
    if (TO_WORKLOAD.test(cluster.name)) return undefined
    // The client's address decides, and Envoy gets another one in the test.
    const isAimed = isByAddress(cluster)
    const endpoints = endpointsIn(cluster, eds)
    const places = new Map(endpoints.map((endpoint, index) => [loopbackOf(index), this.#placeOf(endpoint)]))
    return (loopback) => {
      const { peer, address = '' } = (isAimed ? this.#aim : places.get(loopback)) ?? {}
      const running = peer?.proxy && this.#running.get(peer.proxy.view)
      if (!running || !peer) return undefined
      const [family, source] = isIPv6(address) ? ['TCP6', 'fd00::2'] : ['TCP4', '10.1.10.1']
      const port = running.portOf(isRouter(peer) ? 'direct' : 'inbound')
      return { port, header: `PROXY ${family} ${source} ${address} 40000 ${peer.port}\r\n` }
    }
  }

  /** The Envoy of a proxy, running together with all that it may send to. */
  async proxyOf(view: ProxyView, name: string): Promise<RealProxy> {
    const known = this.#proxies.get(view) ?? once(() => this.#start(view, name))
    this.#proxies.set(view, known)
    return await known()
  }

  async #start(view: ProxyView, name: string): Promise<RealProxy> {
    const resources = resourcesOf(view)
    const started = await RealProxy.start(this.#setting, name, resources, (cluster) =>
      this.#relayOf(cluster, resources),
    )
    this.#running.set(view, started)
    for (const endpoint of resources.cds.flatMap((cluster) => endpointsIn(cluster, resources.eds))) {
      const peer = this.#placeOf(endpoint)?.peer
      if (peer?.proxy && !this.#proxies.has(peer.proxy.view)) await this.proxyOf(peer.proxy.view, peer.description)
    }
    return started
  }

  /** Sends a connection from a proxy, one at a time. */
  async ask(first: RealProxy, probe: Probe): Promise<Arrival> {
    const { address, port } = probe
    this.#aim = this.#placeOf({ endpoint: { address: { socketAddress: { address, portValue: port } } } })
    const { proxy, description = '' } = this.#aim?.peer ?? {}
    if (proxy) await this.proxyOf(proxy.view, description)
    return await (probe.serverFirst ? speakingFirst(() => first.ask(probe)) : first.ask(probe))
  }

  stop(): void {
    for (const proxy of this.#running.values()) proxy.stop()
  }
}
