/** What one proxy sees, as subjects of rules: hosts, outbound listeners, ingress listeners. */
import { groupBy, groupLike } from '../../../common/collections.ts'
import { listenerName, outboundClusterName } from '../../../common/names.ts'
import { once } from '../../../common/once.ts'
import {
  type ListenerEntry,
  type OutboundPlan,
  type OutboundTargets,
  outboundTargets,
  type PortRef,
  planSidecar,
  type SidecarPlan,
  type SkippedPort,
} from '../../../envoy/listeners/index.ts'
import { isWildcardBind } from '../../../envoy/listeners/plan/binding.ts'
import { isHeadlessService, type Service } from '../../../registry/service.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type Conflict, conflictsOf, reachedPorts } from '../../conflicts/index.ts'
import type { HostSubject, IngressSubject, ListenerSubject, MeshFacts, Proposer } from '../subjects.ts'
import { dnsEndpointCount } from './dns-endpoints.ts'
import { ViewProposer } from './proposer.ts'

const NONE: readonly never[] = []

/** The clusters of service ports that listeners lead to, directly or by shared routes. */
function reachedClusters({ clusters, routed }: OutboundTargets): ReadonlySet<string> {
  const referenced = new Set(clusters)
  for (const { service, port } of routed) referenced.add(outboundClusterName(port.number, '', service.hostname))
  return reachedPorts(referenced)
}

/** Lists a service that several egress listeners import once. */
function importedServices({ egressListeners }: ProxyView): readonly Service[] {
  const [only] = egressListeners
  if (only && egressListeners.length === 1) return only.services
  return [...new Set(egressListeners.flatMap(({ services }) => services))]
}

/** Listeners by the names for their further addresses. */
function byFurtherAddress({ entries }: OutboundPlan): ReadonlyMap<string, ListenerEntry> {
  const out = new Map<string, ListenerEntry>()
  for (const entry of entries) {
    for (const bind of entry.binds.slice(1)) {
      const name = listenerName(bind, entry.port.number)
      if (name !== entry.name) out.set(name, entry)
    }
  }
  return out
}

function headlessPorts(services: readonly Service[]): ReadonlyMap<number, readonly PortRef[]> {
  const headless = services.filter(isHeadlessService)
  const ports = headless.flatMap((service) => service.ports.map((port): PortRef => ({ service, port })))
  return groupBy(ports, ({ port }) => port.number)
}

/** What the subjects of all hosts share. */
interface HostFacts {
  readonly mesh: MeshFacts
  readonly view: ProxyView
  readonly proposer: Proposer
  readonly isReached: (host: string, port: number) => boolean
  readonly byHost: () => ReadonlyMap<string, readonly Service[]>
  readonly skipped: () => ReadonlyMap<string, readonly SkippedPort[]>
}

/** Looks up only what a rule asks for: most rules soon see that a host does not concern them. */
class HostOfScope implements HostSubject {
  readonly host: string
  readonly services: readonly Service[]
  readonly #facts: HostFacts

  constructor(facts: HostFacts, host: string) {
    this.#facts = facts
    this.host = host
    this.services = facts.byHost().get(host) ?? NONE
  }

  get mesh(): MeshFacts {
    return this.#facts.mesh
  }

  get view(): ProxyView {
    return this.#facts.view
  }

  get proposer(): Proposer {
    return this.#facts.proposer
  }

  get merged(): Service | undefined {
    return this.view.serviceByHost.get(this.host)
  }

  get declared(): readonly Service[] {
    return this.mesh.registry.servicesByHost.get(this.host) ?? NONE
  }

  get skipped(): readonly SkippedPort[] {
    return this.#facts.skipped().get(this.host) ?? NONE
  }

  get isReached(): HostSubject['isReached'] {
    return (port) => this.#facts.isReached(this.host, port)
  }

  get dnsEndpointCount(): HostSubject['dnsEndpointCount'] {
    const { merged, view } = this
    return (port) => (merged ? dnsEndpointCount(view, merged, port) : 0)
  }
}

/** The view of one proxy with its planned listeners. */
export class Scope {
  readonly #mesh: MeshFacts
  readonly #view: ProxyView
  readonly #plan: SidecarPlan
  readonly #entries: readonly ListenerEntry[]
  readonly #proposer: Proposer
  readonly #hostFacts: HostFacts
  readonly #conflicts: ReadonlyMap<string, readonly Conflict[]>
  readonly #additionalAddresses: () => ReadonlyMap<string, ListenerEntry>
  readonly #headless: () => ReadonlyMap<number, readonly PortRef[]>
  readonly #byName: () => ReadonlyMap<string, ListenerEntry>
  readonly #portOf: ListenerSubject['portOf']

  constructor(mesh: MeshFacts, view: ProxyView) {
    this.#mesh = mesh
    this.#view = view
    this.#plan = planSidecar(view)
    const { outbound } = this.#plan
    const targets = outboundTargets(this.#plan)
    const { removed } = targets
    const reached = reachedClusters(targets)
    const isReached = (host: string, port: number): boolean => reached.has(outboundClusterName(port, '', host))
    this.#proposer = new ViewProposer(view, isReached)
    const conflicts = conflictsOf(targets.conflicts, (cluster) => !reached.has(cluster))
    this.#conflicts = groupBy(conflicts, ({ listener }) => listener)
    this.#additionalAddresses = once(() => byFurtherAddress(outbound))
    const services = importedServices(view)
    this.#headless = once(() => headlessPorts(services))
    this.#hostFacts = {
      mesh,
      view,
      proposer: this.#proposer,
      isReached,
      byHost: once(() => groupLike(services, ({ hostname }) => hostname, mesh.registry.servicesByHost)),
      skipped: once(() => groupBy(outbound.skipped, ({ service }) => service.hostname)),
    }
    this.#entries = removed.size === 0 ? outbound.entries : outbound.entries.filter(({ name }) => !removed.has(name))
    this.#byName = once(() => new Map(this.#entries.map((entry) => [entry.name, entry])))
    this.#portOf = ({ host, port }) => view.serviceByHost.get(host)?.ports.find(({ number }) => number === port)
  }

  /** The hosts that the proxy sees, in import order; those that only routes lead to come last. */
  get hosts(): Iterable<string> {
    const byHost = this.#hostFacts.byHost()
    const onlyRouted = [...this.#view.serviceByHost.keys()].filter((host) => !byHost.has(host))
    return onlyRouted.length === 0 ? byHost.keys() : [...byHost.keys(), ...onlyRouted]
  }

  /** @param host one of `hosts` */
  host(host: string): HostSubject {
    return new HostOfScope(this.#hostFacts, host)
  }

  /** The outbound listeners in the proxy's order, without those that EnvoyFilters remove. */
  get entries(): readonly ListenerEntry[] {
    return this.#entries
  }

  listenerNamed(name: string): ListenerSubject | undefined {
    const entry = this.#byName().get(name)
    return entry && this.listener(entry)
  }

  /** @param entry one of `entries` */
  listener(entry: ListenerEntry): ListenerSubject {
    const onAllAddresses = isWildcardBind(entry.binds[0] ?? '')
    return {
      mesh: this.#mesh,
      view: this.#view,
      proposer: this.#proposer,
      entry,
      conflicts: this.#conflicts.get(entry.name) ?? NONE,
      headless: onAllAddresses ? (this.#headless().get(entry.port.number) ?? NONE) : NONE,
      sameAddress: this.#additionalAddresses().get(entry.name),
      portOf: this.#portOf,
    }
  }

  /** Ingress listeners by port. */
  *ingress(): Iterable<IngressSubject> {
    const { sidecar } = this.#view
    if (!sidecar || sidecar.spec.ingress.length === 0) return
    const { inbound } = this.#plan
    const byName = this.#byName()
    for (const port of inbound.ports) {
      if (!port.sidecar) continue
      const name = listenerName(port.binds[0] ?? '', port.targetPort)
      yield {
        mesh: this.#mesh,
        view: this.#view,
        proposer: this.#proposer,
        sidecar,
        name,
        port,
        outbound: byName.get(name),
      }
    }
  }
}
