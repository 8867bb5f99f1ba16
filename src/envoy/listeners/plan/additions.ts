/** Adds service ports to the listeners of a proxy. */
import type { Port, Service } from '../../../registry/service.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { dynamicHostOf } from '../../filters/plan/tcp-destination.ts'
import { WILDCARDS } from './binding.ts'
import { type HttpChain, MATCH_ALL } from './chains.ts'
import { ConflictLog, type ListenerConflict, type PortRef, type SkippedPort, type Winner } from './conflicts.ts'
import { type ListenerEntry, ListenerMap } from './merge.ts'
import { ServiceOrigin, WHY } from './origins.ts'
import type { EgressBinding, Place } from './placement.ts'
import type { TcpChains } from './tcp-chains.ts'

export interface OutboundPlan {
  readonly entries: readonly ListenerEntry[]
  readonly conflicts: readonly ListenerConflict[]
  readonly skipped: readonly SkippedPort[]
}

export class Additions {
  readonly log: ConflictLog
  readonly listeners: ListenerMap
  readonly #view: ProxyView
  readonly #tcpChains: TcpChains
  readonly #plaintextAlpn: readonly string[]

  /** @param plaintextAlpn the names that the HTTP inspector gives to plain HTTP */
  constructor(view: ProxyView, tcpChains: TcpChains, plaintextAlpn: readonly string[]) {
    this.log = new ConflictLog(view)
    this.listeners = new ListenerMap(this.log, view.registry.snapshot.features)
    this.#view = view
    this.#tcpChains = tcpChains
    this.#plaintextAlpn = plaintextAlpn
  }

  add(binding: EgressBinding, service: Service, port: Port, place: Place): void {
    const owner = new ServiceOrigin(service, this.#servicePort(binding, service, port), place.why)
    const [wildcard] = WILDCARDS[this.#view.proxy.ipMode]
    const bind = place.binds[0] ?? ''
    const onWildcard = bind === wildcard
    this.listeners.add({
      name: ListenerMap.nameOf(place.binds, port.number),
      binds: place.binds,
      bindToPort: binding.bindToPort,
      port,
      owner,
      explicit: this.#explicit(binding, port),
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
