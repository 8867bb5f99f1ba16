/** Plans the outbound listeners of the egress listeners (core/listener.go buildSidecarOutboundListeners). */
import { groupBy } from '../../../common/collections.ts'
import { listenerName } from '../../../common/names.ts'
import { oncePer } from '../../../common/once.ts'
import { parseProtocol } from '../../../registry/protocol.ts'
import type { Port, Service } from '../../../registry/service.ts'
import type { EgressListenerView, ProxyView } from '../../../scope/view.ts'
import { dynamicHostOf } from '../../filters/plan/tcp-destination.ts'
import { isWildcardBind, WILDCARDS } from './binding.ts'
import { type HttpChain, MATCH_ALL } from './chains.ts'
import {
  ConflictLog,
  type ListenerConflict,
  type PortRef,
  type SkippedPort,
  type SkipReason,
  type Winner,
} from './conflicts.ts'
import { type ListenerEntry, ListenerMap } from './merge.ts'
import { ServiceOrigin, WHY } from './origins.ts'
import { type EgressBinding, type Place, Placement } from './placement.ts'
import { TcpChains } from './tcp-chains.ts'

export interface OutboundPlan {
  readonly entries: readonly ListenerEntry[]
  readonly conflicts: readonly ListenerConflict[]
  readonly skipped: readonly SkippedPort[]
}

interface ImportedPort {
  readonly service: Service
  readonly port: Port
}

/** The imports of an egress listener, one port at a time. */
function* importedPorts({ services }: EgressListenerView): Iterable<ImportedPort> {
  for (const service of services) for (const port of service.ports) yield { service, port }
}

const importsByPort = oncePer((egress: EgressListenerView) => groupBy(importedPorts(egress), ({ port }) => port.number))

class OutboundPlanner {
  readonly #view: ProxyView
  readonly #tcpChains: TcpChains
  readonly #log: ConflictLog
  readonly #listeners: ListenerMap
  readonly #skipped: SkippedPort[] = []
  readonly #placement: Placement
  readonly #plaintextAlpn: readonly string[]
  readonly #onlyPort: number | undefined

  constructor(view: ProxyView, plaintextAlpn: readonly string[], onlyPort: number | undefined) {
    this.#view = view
    this.#tcpChains = new TcpChains(view)
    this.#log = new ConflictLog(view)
    this.#listeners = new ListenerMap(this.#log, view.registry.snapshot.features)
    this.#placement = new Placement(view)
    this.#plaintextAlpn = plaintextAlpn
    this.#onlyPort = onlyPort
  }

  plan(): OutboundPlan {
    for (const egress of this.#view.egressListeners) {
      const binding = this.#placement.bindingOf(egress)
      const { spec } = egress
      if (spec?.port) {
        if (!this.#isWanted(spec.port.number)) continue
        const port = { number: spec.port.number, name: spec.port.name, protocol: parseProtocol(spec.port.protocol) }
        this.#addExplicit(binding, port)
      } else {
        this.#listeners.lockAll()
        this.#addCatchAll(binding)
      }
    }
    return { entries: [...this.#listeners.entries], conflicts: this.#log.conflicts, skipped: this.#skipped }
  }

  #isWanted(port: number): boolean {
    return this.#onlyPort === undefined || this.#onlyPort === port
  }

  #skip(service: Service, port: Port, reason: SkipReason): void {
    this.#skipped.push({ service, port, reason })
  }

  /** A listener with its own port: the services' ports and protocols do not matter. */
  #addExplicit(binding: EgressBinding, port: Port): void {
    const reason = this.#placement.refusal(binding, port)
    for (const service of binding.egress.services) {
      this.#addAt(binding, service, port, reason ?? this.#placement.placeOf(binding, service, port))
    }
  }

  #addCatchAll(binding: EgressBinding): void {
    const { egress } = binding
    const only = this.#onlyPort
    const imports = only === undefined ? importedPorts(egress) : (importsByPort(egress).get(only) ?? [])
    for (const { service, port } of imports) {
      this.#addAt(binding, service, port, this.#placement.placesOf(binding, service, port))
    }
  }

  #addAt(binding: EgressBinding, service: Service, port: Port, places: readonly Place[] | SkipReason): void {
    if (typeof places === 'string') this.#skip(service, port, places)
    else for (const place of places) this.#addListening(binding, service, port, place)
  }

  #addListening(binding: EgressBinding, service: Service, port: Port, place: Place): void {
    const owner = { service, port: this.#servicePort(binding, service, port) }
    const [wildcard] = WILDCARDS[this.#view.proxy.ipMode]
    const bind = place.binds[0] ?? ''
    const onWildcard = bind === wildcard
    this.#listeners.add({
      name: ListenerMap.nameOf(place.binds, port.number),
      binds: place.binds,
      bindToPort: binding.bindToPort,
      port,
      owner,
      explicit: this.#explicit(binding, port),
      origin: new ServiceOrigin(service, owner.port, place.why),
      onWildcard,
      tcpChains: () => this.#tcpChains.of({ owner, port, ...place, bind, egress: binding.egress }),
      httpChain: () => this.#httpChain(owner, port, bind, onWildcard),
    })
  }

  /** The service's own declaration of the port, if the Sidecar declares one. */
  #servicePort({ egress }: EgressBinding, service: Service, port: Port): Port {
    if (!egress.spec?.port) return port
    return service.ports.find(({ number }) => number === port.number) ?? port
  }

  #explicit({ egress }: EgressBinding, port: Port): Winner | undefined {
    const { sidecar } = this.#view
    return sidecar && egress.spec?.port ? { sidecar, egressIndex: egress.index, port } : undefined
  }

  #httpChain(owner: PortRef, port: Port, bind: string, onWildcard: boolean): HttpChain {
    const sniffed = port.protocol === 'Unsupported'
    const recognised = sniffed || (onWildcard && port.protocol !== 'HTTP_PROXY')
    return {
      kind: 'http',
      match: recognised
        ? { ...MATCH_ALL, applicationProtocols: this.#plaintextAlpn, transportProtocol: 'raw_buffer' }
        : MATCH_ALL,
      owner,
      routeName: this.#routeName(owner, port, bind, sniffed && !onWildcard),
      grpcWeb: port.protocol === 'GRPC-Web',
      dynamicHost: dynamicHostOf(owner.service),
      origin: new ServiceOrigin(owner.service, owner.port, recognised ? WHY.http1 : WHY.httpOnly),
    }
  }

  /** Named by port, by service for a listener of one service with detected protocol, or by unix socket. */
  #routeName(owner: PortRef, port: Port, bind: string, ofService: boolean): string {
    if (port.number === 0) return bind
    return ofService ? `${owner.service.hostname}:${port.number}` : String(port.number)
  }
}

/** A listener is named by its first address, and conflicts with others by each further non-wildcard address. */
const namingBinds = ({ binds }: Place): readonly string[] =>
  binds.filter((bind, index) => index === 0 || !isWildcardBind(bind))

/**
 * The names of the listeners for a service's ports, as imported by an egress listener without a port, and the names
 * that their further addresses would have.
 * @param placement the proxy's
 */
export function listenerNamesOf(placement: Placement, egress: EgressListenerView, service: Service): readonly string[] {
  const binding = placement.bindingOf(egress)
  return service.ports.flatMap((port) => {
    const places = placement.placesOf(binding, service, port)
    if (typeof places === 'string') return []
    return places.flatMap(namingBinds).map((bind) => listenerName(bind, port.number))
  })
}

/**
 * Plans the outbound listeners of a sidecar.
 * @param plaintextAlpn the names that the HTTP inspector gives to plain HTTP
 * @param onlyPort plans the listeners of this port alone, which no other port can change
 */
export function planOutbound(view: ProxyView, plaintextAlpn: readonly string[], onlyPort?: number): OutboundPlan {
  return new OutboundPlanner(view, plaintextAlpn, onlyPort).plan()
}
