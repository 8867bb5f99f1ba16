/** The listener addresses of a service port (core/listener.go, the first half of buildSidecarOutboundListener). */
import { ipFamily, UNIX_PREFIX, UNSPECIFIED, UNSPECIFIED_IPV6 } from '../../../common/addresses.ts'
import type { Endpoint } from '../../../registry/endpoint.ts'
import { isHttp, isTcp } from '../../../registry/protocol.ts'
import { mayHaveEndpoints } from '../../../registry/registry.ts'
import type { Port, Service } from '../../../registry/service.ts'
import type { EgressListenerView, ProxyView } from '../../../scope/view.ts'
import { LOCALHOSTS, type PortCheck, portCheck, WILDCARDS } from './binding.ts'
import type { SkipReason } from './conflicts.ts'
import { WHY } from './origins.ts'

/** An egress listener's settings for all its services. */
export interface EgressBinding {
  readonly egress: EgressListenerView
  readonly bindToPort: boolean
  /** Empty when it depends on each service. */
  readonly binds: readonly string[]
  readonly why: string
}

/** A listener address, and how a chain distinguishes the service from others there. */
export interface Place {
  /** The first one names the listener. */
  readonly binds: readonly string[]
  readonly cidr: readonly string[]
  readonly address: string
  readonly why: string
}

const NO_BINDS: readonly string[] = []
const NO_ENDPOINTS: readonly Endpoint[] = []

/** Finds the listener addresses of service ports; created once per proxy. */
export class Placement {
  readonly #view: ProxyView
  readonly #check: PortCheck

  constructor(view: ProxyView) {
    this.#view = view
    this.#check = portCheck(view, true)
  }

  bindingOf(egress: EgressListenerView): EgressBinding {
    const { spec } = egress
    const { interceptionMode, ipMode } = this.#view.proxy
    const bind = spec?.bind ?? ''
    const bindToPort = interceptionMode === 'NONE' || spec?.captureMode === 'NONE' || bind.startsWith(UNIX_PREFIX)
    if (bind !== '') return { egress, bindToPort, binds: [bind], why: WHY.sidecarBind }
    if (bindToPort) return { egress, bindToPort, binds: LOCALHOSTS[ipMode], why: WHY.localhost }
    return { egress, bindToPort, binds: NO_BINDS, why: '' }
  }

  /** Why a port cannot have a listener, whatever the service; undefined when it can. */
  refusal({ bindToPort, binds }: EgressBinding, port: Port): SkipReason | undefined {
    return this.#check({ bindToPort, bind: binds[0] ?? '', port: port.number, protocol: port.protocol })
  }

  /** The places of a service port in a listener without its own port, or why there are none. */
  placesOf(binding: EgressBinding, service: Service, port: Port): readonly Place[] | SkipReason {
    const refused = this.refusal(binding, port)
    if (refused) return refused
    if (this.#isHeadless(binding, service, port)) return this.#headlessPlaces(binding, service, port)
    return this.placeOf(binding, service, port)
  }

  /** The single place of a service port, ignoring headless endpoints, or why there is none. */
  placeOf(binding: EgressBinding, service: Service, port: Port): readonly [Place] | SkipReason {
    if (service.resolution === 'Alias') return 'alias'
    if (port.protocol === 'UDP') return 'udp'
    return [this.#place(binding, service, port, binding.binds)]
  }

  /** Whether the listeners of a service are those of its endpoints. */
  dependsOnEndpoints(binding: EgressBinding, service: Service): boolean {
    return service.ports.some((port) => this.#isHeadless(binding, service, port))
  }

  #isHeadless({ binds }: EgressBinding, service: Service, port: Port): boolean {
    return (
      binds.length === 0 &&
      service.resolution === 'Passthrough' &&
      (isTcp(port.protocol) || port.protocol === 'Unsupported') &&
      this.#view.addressOf(service) === UNSPECIFIED
    )
  }

  /** Endpoints of one port in all clusters, ready or not. */
  #endpointsOf(service: Service, port: Port): readonly Endpoint[] {
    const { registry } = this.#view
    if (!mayHaveEndpoints(service, registry)) return NO_ENDPOINTS
    return registry.instancesOf(service.namespace, service.hostname).get(port.number) ?? NO_ENDPOINTS
  }

  #headlessPlaces(binding: EgressBinding, service: Service, port: Port): readonly Place[] | SkipReason {
    const endpoints = this.#endpointsOf(service, port)
    if (endpoints.length === 0 && service.registry === 'External' && service.selector === undefined) {
      return [this.#place(binding, service, port, NO_BINDS)]
    }
    const [own] = this.#view.proxy.ips
    const usable = endpoints.filter(
      ({ addresses }) => addresses[0] !== own && addresses.every((address) => ipFamily(address) !== 0),
    )
    if (usable.length === 0) return 'headless-without-endpoints'
    const atEndpoint = { ...binding, why: WHY.endpoint }
    return usable.map(({ addresses }) => this.#place(atEndpoint, service, port, addresses))
  }

  #place(binding: EgressBinding, service: Service, port: Port, binds: readonly string[]): Place {
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

  /** A host name does not show an entry's IP family: an IPv6 proxy uses its own unspecified address. */
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
}
