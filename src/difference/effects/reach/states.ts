/** Whether a proxy reaches a service port, and why not. */

import { outboundClusterName } from '../../../common/names.ts'
import { once } from '../../../common/once.ts'
import { LookupTable } from '../../../dns/lookup-table.ts'
import { buildNameTable } from '../../../dns/name-table.ts'
import type { ListenerConflict } from '../../../envoy/listeners/index.ts'
import { isWildcardBind } from '../../../envoy/listeners/plan/binding.ts'
import { ReasonFinder } from '../../../findings/conflicts/without-listener.ts'
import { describeResource } from '../../../kinds/resource.ts'
import { isHttp, isTls, type Protocol } from '../../../registry/protocol.ts'
import { portLocation, type Service } from '../../../registry/service.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { ReachedPorts, Source } from '../../model.ts'
import type { ServicePort } from './candidates.ts'

export type State =
  | { readonly kind: 'reached' }
  /** Another service has its listener. */
  | { readonly kind: 'lost'; readonly conflict: ListenerConflict }
  /** The proxy knows the port, but nothing leads to it. */
  | { readonly kind: 'none'; readonly reason: string }
  /** The proxy does not know the port. */
  | { readonly kind: 'absent'; readonly reason: string }

/** A host that gets what clients send to another one, which is gone. */
export interface Heir {
  readonly host: string
  readonly gets: 'requests' | 'connections'
}

interface WildcardPort {
  readonly service: Service
  readonly protocol: Protocol
}

/** One side of a sidecar. */
export class PortStates {
  readonly #view: ProxyView
  readonly #losses: ReadonlyMap<string, ListenerConflict>
  readonly #reach: ReachedPorts
  readonly #reasons: () => ReasonFinder
  readonly #hosts: () => ReadonlySet<string>
  readonly #names: () => LookupTable

  constructor(view: ProxyView, losses: ReadonlyMap<string, ListenerConflict>, reach: ReachedPorts) {
    this.#view = view
    this.#losses = losses
    this.#reach = reach
    this.#reasons = once(() => new ReasonFinder(view, reach))
    this.#hosts = once(() => new Set(view.registry.services.map(({ hostname }) => hostname)))
    this.#names = once(() => new LookupTable(buildNameTable(view), view))
  }

  of({ host, port }: ServicePort, key: string): State {
    const service = this.#view.serviceByHost.get(host)
    if (!service?.ports.some(({ number }) => number === port)) return { kind: 'absent', reason: this.#absence(host) }
    if (this.#reach.reached.has(outboundClusterName(port, '', host))) return { kind: 'reached' }
    const conflict = this.#losses.get(key)
    if (conflict) return { kind: 'lost', conflict }
    return { kind: 'none', reason: this.#reasons().of(service, port) }
  }

  /** Whether a port is known to carry TLS. */
  isTls({ host, port }: ServicePort): boolean {
    const protocol = this.#protocolOf(host, port)
    return protocol !== undefined && isTls(protocol)
  }

  /** undefined if the proxy does not know the port. */
  #protocolOf(host: string, port: number): Protocol | undefined {
    return this.#view.serviceByHost.get(host)?.ports.find(({ number }) => number === port)?.protocol
  }

  /**
   * The wildcard host that gets what clients send to a host that the proxy does not know: the one whose address the name
   * resolves to, otherwise the nearest one whose routes, or TLS chains of a listener on all addresses, match the name.
   * @param sendsTls whether clients speak TLS to the port
   */
  heirOf(place: ServicePort, sendsTls: boolean): Heir | undefined {
    const reached = this.#wildcardsOf(place)
    if (reached.length === 0) return undefined
    const answering = this.#answeringHost(place.host)
    // A TLS port takes only connections that name the host in TLS.
    const byAddress = ({ service, protocol }: WildcardPort): boolean =>
      service.hostname === answering && !isHttp(protocol) && (sendsTls || !isTls(protocol))
    const byName = ({ service, protocol }: WildcardPort): boolean =>
      isHttp(protocol) || (sendsTls && isTls(protocol) && isWildcardBind(this.#view.addressOf(service)))
    const heir = reached.find(byAddress) ?? reached.find(byName)
    return heir && { host: heir.service.hostname, gets: isHttp(heir.protocol) ? 'requests' : 'connections' }
  }

  /** The reached ports with this number of wildcard hosts that cover a host, the nearest first. */
  #wildcardsOf({ host, port }: ServicePort): readonly WildcardPort[] {
    const found: WildcardPort[] = []
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      const wildcard = `*${host.slice(dot)}`
      const service = wildcard === host ? undefined : this.#view.serviceByHost.get(wildcard)
      const protocol = this.#protocolOf(wildcard, port)
      if (!service || protocol === undefined) continue
      if (this.#reach.reached.has(outboundClusterName(port, '', wildcard))) found.push({ service, protocol })
    }
    return found
  }

  /** The host whose addresses the proxy's DNS server answers for a name. */
  #answeringHost(name: string): string | undefined {
    if (!this.#view.proxy.dnsCapture) return undefined
    const answer = this.#names().lookup(name, 'A')
    return answer.kind === 'answer' ? answer.record.host : undefined
  }

  /** Why the proxy does not know a host's port, behind "is"; '' if the mesh does not have it. */
  #absence(host: string): string {
    if (this.#view.serviceByHost.has(host) || !this.#hosts().has(host)) return ''
    const { sidecar } = this.#view
    const isVisible = this.#view.visibleServiceOf(host) !== undefined
    return sidecar && isVisible ? `left out by ${describeResource(sidecar)}` : 'not exported here'
  }

  sourcesOf({ host, port }: ServicePort): readonly Source[] {
    const service = this.#view.serviceByHost.get(host)
    if (!service) return []
    return [{ what: describeResource(service.source), location: portLocation(service, port) }]
  }

  /** The Sidecar that applies. */
  sidecarSources(): readonly Source[] {
    const { sidecar } = this.#view
    return sidecar ? [{ what: describeResource(sidecar), location: sidecar.location }] : []
  }
}
