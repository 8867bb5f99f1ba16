/**
 * With a memory, keeps the findings of hosts and listeners of a proxy. After a change of ServiceEntries only the hosts
 * and listeners are checked again that it can have an effect on.
 */
import type { Vips } from '../../../allocation/allocation.ts'
import { comeOf, goneOf, hunksBetween } from '../../../common/changes/hunks.ts'
import type { Memory } from '../../../common/memory.ts'
import { Placement } from '../../../envoy/listeners/index.ts'
import type { Service } from '../../../registry/service.ts'
import { listsBesidesEntries } from '../../../resources/snapshot.ts'
import { viewOf } from '../../../scope/build.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import type { EgressListenerView, ProxyView } from '../../../scope/view.ts'
import type { RuleId } from '../catalogue/list.ts'
import type { Found } from '../rule.ts'
import { listenersOf, Neighbours } from './neighbours.ts'

/** A finding, and the rule that has it. */
export interface RuleFound {
  readonly id: RuleId
  readonly found: Found
}

export interface KeptFound extends RuleFound {
  /** See `keyOfFinding`. */
  readonly key: string
}

/** Findings by host, or by name of a listener; without those that have none. */
export type FoundBy = Map<string, readonly KeptFound[]>

/** The parts of a view that must be checked again. */
export interface Recheck {
  /** Correct only for these hosts and listeners. */
  readonly view: ProxyView
  /** Includes hosts that no longer exist. */
  readonly hosts: ReadonlySet<string>
  /** By name; includes listeners that no longer exist. */
  readonly listeners: ReadonlySet<string>
}

/** All services, and what their automatic addresses are. */
interface Seen {
  readonly services: readonly Service[]
  readonly basis: object | undefined
  readonly vipsOf: (service: Service) => Vips | undefined
}

const haveSameTexts = (a: Vips | undefined, b: Vips | undefined): boolean =>
  a === b || (a?.ipv4 === b?.ipv4 && a?.ipv6 === b?.ipv6)

/**
 * The services that came, went, moved, or have other automatic addresses. Their other addresses are their own.
 */
function changedServices(before: Seen, now: Seen): { gone: readonly Service[]; come: readonly Service[] } {
  const isSameAt = (index: number): boolean => {
    const service = before.services[index] as Service
    return haveSameTexts(before.vipsOf(service), now.vipsOf(service))
  }
  const haveSameVips = before.basis !== undefined && before.basis === now.basis
  const hunks = hunksBetween(before.services, now.services, haveSameVips ? undefined : isSameAt)
  return { gone: goneOf(hunks), come: comeOf(hunks) }
}

/** More changes than this share of the services are not worth the search, unless they are few. */
const LARGEST_SHARE = 0.1
const FEW = 20

/** The findings of one proxy, for as long as nothing changes but ServiceEntries. */
class KeptFindings {
  readonly hosts: FoundBy = new Map()
  readonly listeners: FoundBy = new Map()
  #seen: Seen | undefined
  readonly #names = new Map<Service, readonly string[]>()
  readonly #byListener = new Map<string, Set<Service>>()

  #add(service: Service, names: readonly string[]): readonly string[] {
    this.#names.set(service, names)
    for (const name of names) {
      const known = this.#byListener.get(name)
      if (known) known.add(service)
      else this.#byListener.set(name, new Set([service]))
    }
    return names
  }

  /** @returns the names of its listeners */
  #remove(service: Service): readonly string[] {
    const names = this.#names.get(service) ?? []
    this.#names.delete(service)
    for (const name of names) this.#byListener.get(name)?.delete(service)
    return names
  }

  /** Forgets everything. @returns undefined: everything must be checked */
  #startOver(egress: EgressListenerView, namesOf: (service: Service) => readonly string[]): undefined {
    for (const map of [this.hosts, this.listeners, this.#names, this.#byListener]) map.clear()
    for (const service of egress.services) this.#add(service, namesOf(service))
  }

  /** What must be checked again; undefined for everything. */
  update(view: ProxyView, egress: EgressListenerView, context: ScopeContext): Recheck | undefined {
    const { registry } = context
    const placement = new Placement(view)
    const namesOf = (service: Service) => listenersOf(service, egress, placement, view.proxy)
    const before = this.#seen
    // Rules about a host look at all its services, including those that the proxy does not see.
    this.#seen = { services: registry.services, basis: registry.allocation.basis, vipsOf: registry.vipsOf }
    if (!before) return this.#startOver(egress, namesOf)
    const { gone, come } = changedServices(before, this.#seen)
    const most = Math.max(FEW, registry.services.length * LARGEST_SHARE)
    if (gone.length + come.length > most) return this.#startOver(egress, namesOf)
    const hosts = new Set([...gone, ...come].map(({ hostname }) => hostname))
    const listeners = new Set(gone.flatMap((service) => this.#remove(service)))
    const visible = hosts.size > FEW ? new Set(egress.services) : undefined
    const isVisible = (service: Service) => visible?.has(service) ?? egress.services.includes(service)
    for (const host of hosts) {
      // Services of one host share endpoints, which decide about the listeners of headless ones.
      for (const service of registry.servicesByHost.get(host) ?? []) {
        for (const name of this.#remove(service)) listeners.add(name)
        if (!isVisible(service)) continue
        for (const name of this.#add(service, namesOf(service))) listeners.add(name)
      }
    }
    const own = [...hosts].flatMap((host) => this.#servicesOf(host, context))
    const near = this.#neighbours(context).around(hosts, own, listeners)
    if (hasRoutes(hosts, near.services, egress)) return this.#startOver(egress, namesOf)
    return { view: viewOfOnly(near.services, view, egress, context), hosts, listeners: near.listeners }
  }

  #servicesOf(host: string, { registry }: ScopeContext): readonly Service[] {
    return (registry.servicesByHost.get(host) ?? []).filter((service) => this.#names.has(service))
  }

  #neighbours(context: ScopeContext): Neighbours {
    return new Neighbours({
      listenersOf: (service) => this.#names.get(service) ?? [],
      servicesIn: (listener) => this.#byListener.get(listener) ?? [],
      servicesOf: (host) => this.#servicesOf(host, context),
    })
  }
}

/** Whether VirtualServices make hosts depend on others. */
function hasRoutes(hosts: ReadonlySet<string>, services: Iterable<Service>, egress: EgressListenerView): boolean {
  if (egress.virtualServices.length === 0) return false
  for (const { hostname } of services) if (egress.virtualServiceOf(hostname)) return true
  return egress.virtualServices.some(({ http, tls, tcp }) =>
    [...http, ...tls, ...tcp].some(({ route }) => route.some(({ destination }) => hosts.has(destination?.host ?? ''))),
  )
}

function viewOfOnly(
  services: ReadonlySet<Service>,
  { proxy }: ProxyView,
  egress: EgressListenerView,
  context: ScopeContext,
): ProxyView {
  const candidates = egress.services.filter((service) => services.has(service))
  // The memory keeps the results for the whole view under the proxy's own name.
  const part = { ...proxy, id: `${proxy.id} (part)` }
  return viewOf(part, { ...context, visibility: { ...context.visibility, candidatesOf: () => candidates } })
}

export interface Kept {
  readonly findings: KeptFindings
  /** The proxy's only one. */
  readonly egress: EgressListenerView
}

/**
 * The findings that a memory keeps of a proxy.
 * @param name what distinguishes the run from others for the same proxy
 * @returns undefined without a memory, and for proxies whose listeners depend on more than the services in them
 */
export function keptFindings(view: ProxyView, name: string): Kept | undefined {
  const { proxy, registry, sidecar, egressListeners } = view
  const { memory } = registry.snapshot
  const [egress] = egressListeners
  if (!memory || sidecar || !egress) return undefined
  if (egress.services.some(({ resolution }) => resolution === 'Alias')) return undefined
  return { findings: recallFindings(memory, view, `${proxy.id} ${name}`), egress }
}

function recallFindings(memory: Memory, { proxy, registry }: ProxyView, name: string): KeptFindings {
  const { pod: _, location: __, ...facts } = proxy
  const own = memory.unlessChanged(`findings of ${name}`, {}, facts)
  return memory.recall(KeptFindings, own, listsBesidesEntries(registry.snapshot), () => new KeptFindings())
}
