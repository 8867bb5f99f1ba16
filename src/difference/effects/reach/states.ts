/** Whether a proxy reaches a service port, and why not. */

import { outboundClusterName } from '../../../common/names.ts'
import { once } from '../../../common/once.ts'
import type { ListenerConflict } from '../../../envoy/listeners/index.ts'
import { ReasonFinder } from '../../../findings/conflicts/without-listener.ts'
import { describeResource } from '../../../kinds/resource.ts'
import { isHttp } from '../../../registry/protocol.ts'
import { portLocation } from '../../../registry/service.ts'
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

/** One side of a sidecar. */
export class PortStates {
  readonly #view: ProxyView
  readonly #losses: ReadonlyMap<string, ListenerConflict>
  readonly #reach: ReachedPorts
  readonly #reasons: () => ReasonFinder
  readonly #hosts: () => ReadonlySet<string>

  constructor(view: ProxyView, losses: ReadonlyMap<string, ListenerConflict>, reach: ReachedPorts) {
    this.#view = view
    this.#losses = losses
    this.#reach = reach
    this.#reasons = once(() => new ReasonFinder(view, reach.skipped))
    this.#hosts = once(() => new Set(view.registry.services.map(({ hostname }) => hostname)))
  }

  of({ host, port }: ServicePort, key: string): State {
    const service = this.#view.serviceByHost.get(host)
    if (!service?.ports.some(({ number }) => number === port)) return { kind: 'absent', reason: this.#absence(host) }
    if (this.#reach.reached.has(outboundClusterName(port, '', host))) return { kind: 'reached' }
    const conflict = this.#losses.get(key)
    if (conflict) return { kind: 'lost', conflict }
    return { kind: 'none', reason: this.#reasons().of(service, port) }
  }

  /** The nearest wildcard host whose routes take the requests for a host that the proxy does not know. */
  wildcardOf({ host, port }: ServicePort): string | undefined {
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      const wildcard = `*${host.slice(dot)}`
      const ports = wildcard === host ? [] : (this.#view.serviceByHost.get(wildcard)?.ports ?? [])
      const isRouted = ports.some(({ number, protocol }) => number === port && isHttp(protocol))
      if (isRouted && this.#reach.reached.has(outboundClusterName(port, '', wildcard))) return wildcard
    }
    return undefined
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
