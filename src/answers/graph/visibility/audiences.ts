/** Which namespaces see which hosts: for all hosts of a mesh. */
import { append } from '../../../common/collections.ts'
import type { Service } from '../../../registry/service.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import { restrictedView, type Watchers, watchersOf, watchersOfPublic } from './restricted.ts'

/** Hosts that the same namespaces see. */
export interface Audience {
  /** Sorted; empty if no namespace sees them. */
  readonly namespaces: readonly string[]
  /** One per host of an object, in the order of the registry. */
  readonly services: readonly Service[]
}

/** Sets of groups, each with a number, so that 100,000 services do not have a list each. */
class Sets {
  readonly #next: Map<number, number>[] = [new Map()]
  readonly #members: (readonly Watchers[])[] = [[]]

  /** The number of the set with one more group. */
  with(set: number, group: Watchers, number: number): number {
    const next = this.#next[set] as Map<number, number>
    const known = next.get(number)
    if (known !== undefined) return known
    const added = this.#members.length
    this.#members.push([...(this.#members[set] ?? []), group])
    this.#next.push(new Map())
    next.set(number, added)
    return added
  }

  namespacesOf(set: number): readonly string[] {
    return (this.#members[set] ?? []).flatMap(({ namespaces }) => namespaces).sort()
  }
}

/** One service for each host of an object: a service of several addresses is there several times. */
class Declarations {
  readonly all: Service[] = []
  readonly #first = new Map<Service['source'], (Service | undefined)[]>()

  constructor(services: Iterable<Service>) {
    for (const service of services) {
      const known = this.#first.get(service.source) ?? []
      this.#first.set(service.source, known)
      if (known[service.hostIndex] !== undefined) continue
      known[service.hostIndex] = service
      this.all.push(service)
    }
  }

  /** Also of a copy with fewer ports. */
  of({ source, hostIndex }: Service): Service | undefined {
    return this.#first.get(source)?.[hostIndex]
  }
}

/** All hosts, by the namespaces that see them; in the order of the registry. */
export function audiencesOf(context: ScopeContext): readonly Audience[] {
  const { registry, visibility } = context
  const { servicesByHost } = registry
  const declarations = new Declarations(registry.services)
  const isPublic = (service: Service) => visibility.exportToOf(service).has('*')
  const isPlain = (service: Service) => isPublic(service) && servicesByHost.get(service.hostname)?.length === 1
  const plain = declarations.all.filter(isPlain)
  const special = declarations.all.filter((service) => !isPlain(service))
  const specialOfAll = registry.services.filter((service) => !isPlain(service) && isPublic(service))
  const sets = new Sets()
  const seen = new Map<Service, number>(declarations.all.map((service) => [service, 0]))
  let number = 0

  function add(group: Watchers, among: ReadonlySet<Service>, candidates: readonly Service[]): void {
    number++
    const found = new Set<Service>()
    for (const { services } of restrictedView(group.proxy, context, candidates).egressListeners) {
      for (const service of services) {
        const declared = declarations.of(service)
        if (declared && among.has(declared)) found.add(declared)
      }
    }
    for (const service of found) seen.set(service, sets.with(seen.get(service) ?? 0, group, number))
  }

  const [plainSet, specialSet] = [new Set(plain), new Set(special)]
  for (const group of watchersOfPublic(context)) add(group, plainSet, plain)
  for (const group of watchersOf(context, special)) {
    add(group, specialSet, [...visibility.ownOf(group.proxy.namespace), ...specialOfAll])
  }
  return byNamespaces(seen, sets)
}

function byNamespaces(seen: ReadonlyMap<Service, number>, sets: Sets): readonly Audience[] {
  const bySet = new Map<number, Service[]>()
  for (const [service, set] of seen) append(bySet, set, service)
  const audiences = new Map<string, { readonly namespaces: readonly string[]; readonly services: Service[] }>()
  for (const [set, services] of bySet) {
    const namespaces = sets.namespacesOf(set)
    const key = namespaces.join()
    const known = audiences.get(key)
    if (known) for (const service of services) known.services.push(service)
    else audiences.set(key, { namespaces, services })
  }
  return [...audiences.values()]
}
