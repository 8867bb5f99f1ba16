/** Walks the egress listeners and decides which listeners there are (core/listener.go buildSidecarOutboundListeners). */
import { ipFamily } from '../../addresses.ts'
import type { Endpoint } from '../../registry/endpoint.ts'
import { isHttp, isTcp, parseProtocol } from '../../registry/protocol.ts'
import type { Port, Service } from '../../registry/service.ts'
import type { EgressListenerView, ProxyView } from '../../scope/view.ts'
import { dynamicHostOf } from '../filters/tcp-destination.ts'
import {
  LOCALHOSTS,
  type PortCheck,
  portCheck,
  UNIX_PREFIX,
  UNSPECIFIED,
  UNSPECIFIED_IPV6,
  WILDCARDS,
} from './binding.ts'
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
import { TcpChains } from './tcp-chains.ts'

export interface OutboundPlan {
  readonly entries: readonly ListenerEntry[]
  readonly conflicts: readonly ListenerConflict[]
  readonly skipped: readonly SkippedPort[]
}

/** What one egress listener says about all its services. */
interface EgressBinding {
  readonly egress: EgressListenerView
  readonly bindToPort: boolean
  /** Empty: it is up to each service. */
  readonly binds: readonly string[]
  readonly why: string
}

/** A place to listen, and how a chain tells the service from others there. */
interface Place {
  readonly binds: readonly string[]
  readonly cidr: readonly string[]
  readonly address: string
  readonly why: string
}

const NO_BINDS: readonly string[] = []

class OutboundPlanner {
  readonly #view: ProxyView
  readonly #tcpChains: TcpChains
  readonly #log: ConflictLog
  readonly #listeners: ListenerMap
  readonly #skipped: SkippedPort[] = []
  readonly #check: PortCheck
  readonly #plaintextAlpn: readonly string[]

  constructor(view: ProxyView, plaintextAlpn: readonly string[]) {
    this.#view = view
    this.#tcpChains = new TcpChains(view)
    this.#log = new ConflictLog(view)
    this.#listeners = new ListenerMap(this.#log)
    this.#check = portCheck(view, true)
    this.#plaintextAlpn = plaintextAlpn
  }

  plan(): OutboundPlan {
    for (const egress of this.#view.egressListeners) {
      const binding = this.#bindingOf(egress)
      const { spec } = egress
      if (spec?.port) {
        const port = { number: spec.port.number, name: spec.port.name, protocol: parseProtocol(spec.port.protocol) }
        this.#addExplicit(binding, port)
      } else {
        this.#listeners.lockAll()
        this.#addCatchAll(binding)
      }
    }
    return { entries: [...this.#listeners.entries], conflicts: this.#log.conflicts, skipped: this.#skipped }
  }

  #bindingOf(egress: EgressListenerView): EgressBinding {
    const { spec } = egress
    const { interceptionMode, ipMode } = this.#view.proxy
    const bind = spec?.bind ?? ''
    const bindToPort = interceptionMode === 'NONE' || spec?.captureMode === 'NONE' || bind.startsWith(UNIX_PREFIX)
    if (bind !== '') return { egress, bindToPort, binds: [bind], why: WHY.sidecarBind }
    if (bindToPort) return { egress, bindToPort, binds: LOCALHOSTS[ipMode], why: WHY.localhost }
    return { egress, bindToPort, binds: NO_BINDS, why: '' }
  }

  #skip(service: Service, port: Port, reason: SkipReason): void {
    this.#skipped.push({ service, port, reason })
  }

  #refusal(binding: EgressBinding, port: Port): SkipReason | undefined {
    const { bindToPort, binds } = binding
    return this.#check({ bindToPort, bind: binds[0] ?? '', port: port.number, protocol: port.protocol })
  }

  /** A listener with a port of its own: the port and protocol of its services do not matter. */
  #addExplicit(binding: EgressBinding, port: Port): void {
    const reason = this.#refusal(binding, port)
    for (const service of binding.egress.services) {
      if (reason) this.#skip(service, port, reason)
      else this.#add(binding, service, port, binding.binds)
    }
  }

  #addCatchAll(binding: EgressBinding): void {
    for (const service of binding.egress.services) {
      for (const port of service.ports) {
        const reason = this.#refusal(binding, port)
        if (reason) this.#skip(service, port, reason)
        else if (this.#isHeadless(binding, service, port)) this.#addHeadless(binding, service, port)
        else this.#add(binding, service, port, binding.binds)
      }
    }
  }

  #isHeadless({ binds }: EgressBinding, service: Service, port: Port): boolean {
    return (
      binds.length === 0 &&
      service.resolution === 'Passthrough' &&
      (isTcp(port.protocol) || port.protocol === 'Unsupported') &&
      this.#view.addressOf(service) === UNSPECIFIED
    )
  }

  /** Endpoints of one port, ready or not, of all clusters. */
  #endpointsOf(service: Service, port: Port): readonly Endpoint[] {
    return this.#view.registry
      .endpointsOf(service.namespace, service.hostname)
      .filter(({ servicePortNumber, servicePortName }) =>
        servicePortNumber === undefined ? servicePortName === port.name : servicePortNumber === port.number,
      )
  }

  #addHeadless(binding: EgressBinding, service: Service, port: Port): void {
    const endpoints = this.#endpointsOf(service, port)
    if (endpoints.length === 0 && service.registry === 'External' && service.selector === undefined) {
      this.#add(binding, service, port, NO_BINDS)
      return
    }
    const [own] = this.#view.proxy.ips
    let listened = false
    for (const { addresses } of endpoints) {
      if (addresses[0] === own || !addresses.every((address) => ipFamily(address) !== 0)) continue
      this.#add({ ...binding, why: WHY.endpoint }, service, port, addresses)
      listened = true
    }
    if (!listened) this.#skip(service, port, 'headless-without-endpoints')
  }

  #add(binding: EgressBinding, service: Service, port: Port, binds: readonly string[]): void {
    if (service.resolution === 'Alias') this.#skip(service, port, 'alias')
    else if (port.protocol === 'UDP') this.#skip(service, port, 'udp')
    else this.#addListening(binding, service, port, binds)
  }

  #addListening(binding: EgressBinding, service: Service, port: Port, binds: readonly string[]): void {
    const place = this.#placeOf(binding, service, port, binds)
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

  /** The port as the service declares it, where the Sidecar declares one for itself. */
  #servicePort({ egress }: EgressBinding, service: Service, port: Port): Port {
    if (!egress.spec?.port) return port
    return service.ports.find(({ number }) => number === port.number) ?? port
  }

  #explicit({ egress }: EgressBinding, port: Port): Winner | undefined {
    const { sidecar } = this.#view
    return sidecar && egress.spec?.port ? { sidecar, egressIndex: egress.index, port } : undefined
  }

  #placeOf(binding: EgressBinding, service: Service, port: Port, binds: readonly string[]): Place {
    const wildcards = WILDCARDS[this.#view.proxy.ipMode]
    if (isHttp(port.protocol)) {
      const own = binds.length > 0
      return { binds: own ? binds : wildcards, cidr: [], address: '', why: own ? binding.why : WHY.http }
    }
    const address = this.#addressOf(service)
    const prefix = address.includes('/')
    const known = { cidr: NO_BINDS, address: prefix ? '' : address }
    if (binds.length > 0) return { ...known, binds, why: binding.why }
    const addresses = [address, ...this.#extraAddresses(service, address)]
    if (prefix) return { binds: wildcards, cidr: addresses, address: '', why: WHY.cidr }
    return { ...known, binds: addresses, why: this.#whyAddress(service, address) }
  }

  #whyAddress(service: Service, address: string): string {
    if (address !== UNSPECIFIED && address !== UNSPECIFIED_IPV6) return WHY.address
    return service.resolution === 'Passthrough' ? WHY.headlessWithoutEndpoints : WHY.noAddress
  }

  /** An entry's family is not known from host names: an IPv6 proxy takes the unspecified address of its own. */
  #addressOf(service: Service): string {
    const address = this.#view.addressOf(service)
    const foreign = service.registry === 'External' && this.#view.proxy.ipMode === 'IPv6' && address === UNSPECIFIED
    return foreign ? UNSPECIFIED_IPV6 : address
  }

  #extraAddresses(service: Service, address: string): readonly string[] {
    const extra = this.#view.addressesOf(service).slice(1)
    const both = service.registry === 'External' && this.#view.proxy.ipMode === 'Dual' && address === UNSPECIFIED
    return both ? [...extra, UNSPECIFIED_IPV6] : extra
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
      protocol: port.protocol,
      dynamicHost: dynamicHostOf(owner.service),
      origin: new ServiceOrigin(owner.service, owner.port, recognised ? WHY.http1 : WHY.httpOnly),
    }
  }

  /** Routes of the port, or of the one service that a sniffed listener belongs to, or of a unix socket. */
  #routeName(owner: PortRef, port: Port, bind: string, ofService: boolean): string {
    if (port.number === 0) return bind
    return ofService ? `${owner.service.hostname}:${port.number}` : String(port.number)
  }
}

/**
 * Decides the outbound listeners of a sidecar.
 * @param plaintextAlpn what the HTTP inspector calls plain HTTP
 */
export function planOutbound(view: ProxyView, plaintextAlpn: readonly string[]): OutboundPlan {
  return new OutboundPlanner(view, plaintextAlpn).plan()
}
