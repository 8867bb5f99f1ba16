/** Follows one connection or request from the client through every proxy on its way. */
import { outboundCapture } from './capture.ts'
import type { Client } from './client.ts'
import type { Connection } from './connection.ts'
import { resolveHost } from './name.ts'
import { type Entrance, type Peer, type PeerProxy, type Peers, type Sender, senderOf } from './peers.ts'
import {
  ARRIVES,
  type Branch,
  type Ending,
  type Hop,
  type Outcome,
  type Step,
  type Target,
  type Trace,
} from './step.ts'
import { endpointText } from './steps/endpoints.ts'
import { throughListener } from './steps/hop.ts'
import { arrivalAt } from './steps/inbound.ts'
import { listenerOf, routerListenerOf } from './steps/listener.ts'

/** What a client asks for. */
export interface TraceRequest extends Pick<Connection, 'tls' | 'http' | 'serverFirst' | 'source' | 'identity'> {
  /** A name or an address. */
  readonly host: string
  readonly port: number
}

export interface TraceSettings {
  /** Addresses of names that the proxy does not answer itself, by name in lower case without a final dot. */
  readonly resolve: ReadonlyMap<string, string>
  /** Follow every cluster of a weighted destination, not only the one with the largest weight. */
  readonly allBranches: boolean
  /** How many proxies to follow after the client's own. */
  readonly depth: number
}

/** What a proxy sends on, as the next one sees it. */
const sentBy = (sent: Connection, { identity, address }: Sender): Connection => ({
  ...sent,
  identity,
  source: address,
  client: sent.client ?? address,
  peer: undefined,
  serverName: undefined,
  http: sent.http && { ...sent.http, claims: undefined },
})

/** How well a connection fares; of several branches, the best one names the outcome. */
const RANKS: readonly Outcome[] = [
  'reached',
  'passthrough',
  'redirect',
  'direct-response',
  'not-captured',
  'no-endpoints',
  'blackhole',
  'refused',
  'no-address',
  'loop',
]

function best(endings: readonly Ending[]): Ending | undefined {
  const rank = ({ outcome }: Ending): number => RANKS.indexOf(outcome)
  return [...endings].sort((a, b) => rank(a) - rank(b))[0]
}

/** At most this many endpoints of a branch are looked at. */
const MOST_TARGETS = 10

interface Followed {
  readonly steps: readonly Step[]
  readonly ending: Ending
}

class Tracer {
  readonly #peers: Peers
  readonly #settings: TraceSettings

  constructor(peers: Peers, settings: TraceSettings) {
    this.#peers = peers
    this.#settings = settings
  }

  /**
   * @param sender the proxy that the hop goes through
   * @param passed the proxies so far, with what they got
   */
  followHop(hop: Hop, sender: Sender, passed: readonly string[]): Followed {
    if (hop.ending) return { steps: hop.steps, ending: hop.ending }
    const steps = [...hop.steps]
    const endings: Ending[] = []
    const heaviest = [...hop.branches].sort((a, b) => b.weight - a.weight)[0]
    for (const branch of hop.branches) {
      steps.push(...branch.steps)
      const isFollowed = this.#settings.allBranches || branch === heaviest
      const followed = isFollowed ? this.#followBranch(branch, sender, passed) : { steps: [], ending: branch.ending }
      steps.push(...followed.steps)
      endings.push(followed.ending)
    }
    const ending = best(endings) ?? { outcome: 'refused', text: 'the proxy has no cluster for the connection' }
    return { steps, ending: { ...ending, text: branchesText(hop.branches, endings, ending) } }
  }

  #followBranch(branch: Branch, sender: Sender, passed: readonly string[]): Followed {
    if (!ARRIVES.has(branch.ending.outcome)) return { steps: [], ending: branch.ending }
    const active = branch.targets.filter(({ endpoint }) => endpoint.share > 0).slice(0, MOST_TARGETS)
    const steps = new Map<string, Step>()
    const endings: Ending[] = []
    for (const target of active) {
      const peer = this.#peerOf(target)
      if (!peer) continue
      if (peer.proxy?.view.proxy.type === 'router')
        return this.#followRouter(peer, peer.proxy, sentBy(target.sent, sender), passed)
      const { step, ending } = arrivalAt(peer, sentBy(target.sent, sender))
      // Replicas say the same, except for their names.
      const key = step.reason
      if (!steps.has(key)) steps.set(key, step)
      endings.push(ending ?? branch.ending)
    }
    return { steps: [...steps.values()], ending: combined(branch, endings) }
  }

  #peerOf({ endpoint }: Target): Peer | undefined {
    return this.#peers.at(endpoint.address, endpoint.port, endpoint.clusterId)
  }

  #followRouter(peer: Peer, { configuration, view }: PeerProxy, sent: Connection, passed: readonly string[]): Followed {
    const connection = { ...sent, port: peer.port }
    const at = endpointText({ address: connection.address ?? '', port: peer.port })
    const key = [peer.description, at, connection.tls?.sni, connection.http?.authority, connection.http?.path].join(' ')
    const via = peer.service ? `, behind Service ${peer.service.meta.namespace}/${peer.service.meta.name}` : ''
    const location = peer.resource.location.child('metadata', 'name')
    const step: Step = {
      stage: 'gateway',
      result: peer.description,
      reason: `a gateway takes the connection at port ${peer.port}${via}`,
      origins: [{ what: peer.description, location, why: 'the gateway at this address' }],
    }
    const end = (outcome: Outcome, text: string): Followed => ({ steps: [step], ending: { outcome, text } })
    if (passed.includes(key)) return end('loop', `the connection comes back to ${peer.description} for ever`)
    if (passed.length >= this.#settings.depth)
      return end('loop', `not followed after ${passed.length} proxies (--depth)`)
    const chosen = routerListenerOf(configuration, peer.port)
    if (!chosen) return end('refused', `${peer.description} does not listen on port ${peer.port}`)
    const { steps, ending } = this.followHop(
      throughListener(configuration, chosen, connection),
      senderOf(view.proxy, view.registry.snapshot.mesh.trustDomain),
      [...passed, key],
    )
    return { steps: [step, ...steps], ending }
  }
}

/** The ending of a branch whose endpoints were looked at: one that takes the connection is enough. */
function combined(branch: Branch, endings: readonly Ending[]): Ending {
  const found = best(endings)
  if (!found) return branch.ending
  const refused = endings.filter(({ outcome }) => outcome === 'refused')
  if (refused.length === 0 || refused.length === endings.length) return found
  return { ...found, text: `${found.text}; ${refused.length} of ${endings.length} endpoints refuse it` }
}

/** What becomes of every branch, if there are several. */
function branchesText(branches: readonly Branch[], endings: readonly Ending[], { text }: Ending): string {
  if (branches.length < 2) return text
  const texts = branches.map(({ weight, cluster }, index) => {
    const ending = endings[index]
    return ending && ARRIVES.has(ending.outcome)
      ? `${weight}% ${ending.text}`
      : `${weight}% to ${cluster}: ${ending?.text}`
  })
  return texts.join('; ')
}

function connectionOf(request: TraceRequest, address: string | undefined): Connection {
  const { port, source, tls, http, serverFirst, identity } = request
  return { address, port, source, client: source, tls, http, serverFirst, identity }
}

/** A name of a service whose own listener should have taken the connection. */
const NOT_MEANT = 'the name is that of a service, and no listener of the proxy is for it on this port'

function pastProxy(steps: readonly Step[], address: string | undefined, port: number, isService: boolean): Trace {
  const to = endpointText({ address: address ?? 'an address outside the mesh', port })
  const text = `the connection goes straight to ${to}, past the proxy`
  return { steps, branches: [], ending: { outcome: 'not-captured', text }, isService }
}

/**
 * What becomes of a connection or request of an application, as Envoy 1.40 decides it under the computed configuration.
 *
 * @param client the application's proxy; a router takes the connection at its own address instead
 * @param peers the workloads of the mesh, which may be shared by many traces
 */
export function trace(client: Client, peers: Peers, request: TraceRequest, settings: TraceSettings): Trace {
  const { proxy, configuration } = client
  const { address, step: named, ending: unresolved, isService } = resolveHost(client, request.host, settings.resolve)
  const steps: Step[] = named ? [named] : []
  if (unresolved) return { steps, branches: [], ending: unresolved, isService }
  if (proxy.interceptionMode !== 'NONE') {
    const { captured, step } = outboundCapture(proxy, address, request.port)
    steps.push(step)
    if (!captured) return pastProxy(steps, address, request.port, isService)
  }
  const chosen = listenerOf(configuration, address, request.port)
  if (!chosen) return pastProxy(steps, address, request.port, isService)
  const hop = throughListener(configuration, chosen, connectionOf(request, address))
  const own = senderOf(proxy, client.scope.registry.snapshot.mesh.trustDomain)
  const sender = { ...own, identity: request.identity ?? own.identity, address: request.source ?? own.address }
  const { steps: followed, ending } = new Tracer(peers, settings).followHop(hop, sender, [])
  const explained = (given: Ending): Ending =>
    isService && given.outcome === 'passthrough' ? { ...given, text: `${given.text}; ${NOT_MEANT}` } : given
  return {
    steps: [...steps, ...followed],
    branches: hop.branches,
    route: hop.route,
    ending: explained(ending),
    isService,
  }
}

/** The same for a client without a proxy that connects to a workload itself, or to its Service. */
export function traceToWorkload(peer: Peer, request: TraceRequest): Trace {
  const { pod, service, port } = peer
  const address = service ? pod?.status.podIP : request.host
  const { step, ending } = arrivalAt(peer, connectionOf(request, address))
  const at = endpointText({ address: address ?? request.host, port })
  const reached: Ending = { outcome: 'reached', text: `${at} ${peer.description}` }
  return { steps: [step], branches: [], ending: ending ?? reached, isService: true }
}

/** The same for a client that connects to a router from outside of the mesh. */
export function traceFromOutside(
  peers: Peers,
  { description, location, configuration, port, sender }: Entrance,
  request: TraceRequest,
  settings: TraceSettings,
): Trace {
  const translated = port === request.port ? '' : `, which its Service translates to ${port}`
  const step: Step = {
    stage: 'gateway',
    result: description,
    reason: `a client outside of the mesh connects to port ${request.port} of the gateway${translated}`,
    origins: [{ what: description, location, why: 'the gateway that the client connects to' }],
  }
  const chosen = routerListenerOf(configuration, port)
  if (!chosen) {
    const ending = { outcome: 'refused', text: `${description} does not listen on port ${port}` } as const
    return { steps: [step], branches: [], ending, isService: true }
  }
  const hop = throughListener(configuration, chosen, connectionOf({ ...request, port }, undefined))
  const { steps, ending } = new Tracer(peers, settings).followHop(hop, sender, [])
  return { steps: [step, ...steps], branches: hop.branches, route: hop.route, ending, isService: true }
}
