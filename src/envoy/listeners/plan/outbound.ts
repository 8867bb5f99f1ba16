/** Plans the outbound listeners of the egress listeners (core/listener.go buildSidecarOutboundListeners). */
import { groupBy } from '../../../common/collections.ts'
import { listenerName } from '../../../common/names.ts'
import { oncePer } from '../../../common/once.ts'
import { parseProtocol } from '../../../registry/protocol.ts'
import type { Port, Service } from '../../../registry/service.ts'
import type { EgressListenerView, ProxyView } from '../../../scope/view.ts'
import { Additions, type OutboundPlan } from './additions.ts'
import { isWildcardBind } from './binding.ts'
import type { SkippedPort, SkipReason } from './conflicts.ts'
import { planKept } from './kept.ts'
import { type EgressBinding, type Place, Placement } from './placement.ts'
import { TcpChains } from './tcp-chains.ts'

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
  readonly #additions: Additions
  readonly #skipped: SkippedPort[] = []
  readonly #placement: Placement
  readonly #onlyPort: number | undefined

  constructor(view: ProxyView, plaintextAlpn: readonly string[], onlyPort: number | undefined) {
    this.#view = view
    this.#additions = new Additions(view, new TcpChains(view), plaintextAlpn)
    this.#placement = new Placement(view)
    this.#onlyPort = onlyPort
  }

  plan(): OutboundPlan {
    const { log, listeners } = this.#additions
    for (const egress of this.#view.egressListeners) {
      const binding = this.#placement.bindingOf(egress)
      const { spec } = egress
      if (spec?.port) {
        if (!this.#isWanted(spec.port.number)) continue
        const port = { number: spec.port.number, name: spec.port.name, protocol: parseProtocol(spec.port.protocol) }
        this.#addExplicit(binding, port)
      } else {
        listeners.lockAll()
        this.#addCatchAll(binding)
      }
    }
    return { entries: [...listeners.entries], conflicts: log.conflicts, skipped: this.#skipped }
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
    else for (const place of places) this.#additions.add(binding, service, port, place)
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
  const kept = onlyPort === undefined ? planKept(view, plaintextAlpn) : undefined
  return kept ?? new OutboundPlanner(view, plaintextAlpn, onlyPort).plan()
}
