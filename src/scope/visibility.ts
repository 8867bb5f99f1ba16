/** Which namespaces see a service (pilot/pkg/model/push_context.go initServiceRegistry, IsServiceVisible). */

import type { AllocatedRegistry } from '../allocation/allocation.ts'
import { changedIn } from '../common/changes/hunks.ts'
import { filteredAfter } from '../common/changes/lists.ts'
import { append } from '../common/collections.ts'
import { keepingWhole } from '../common/memory.ts'
import { oncePerKey } from '../common/once.ts'
import type { Service } from '../registry/service.ts'
import type { Features } from '../resources/mesh/features.ts'

const NONE: readonly Service[] = []

export interface Visibility {
  /** The declared set, otherwise the mesh's default. */
  exportToOf(service: Service): ReadonlySet<string>
  isVisible(service: Service, namespace: string): boolean
  /** The services that a namespace may import: those private or exported to it first, then public ones. */
  candidatesOf(namespace: string): readonly Service[]
  /** The first part of these: services that some other namespaces may not import. */
  ownOf(namespace: string): readonly Service[]
}

const EVERYWHERE: ReadonlySet<string> = new Set(['*'])

/**
 * The mesh's default export for Services, or for VirtualServices with hosts, that have none of their own; empty for
 * none.
 * @param targets as the mesh configuration has them
 */
export function defaultExportTo(targets: readonly string[], features: Features): ReadonlySet<string> {
  const stated = new Set(targets)
  if (stated.size === 0) return EVERYWHERE
  if (features.has('default-export-to-namespaces')) return stated
  return new Set(['.', '*'].filter((target) => stated.has(target)).slice(0, 1))
}

/** Services that the same namespaces may import, with their places in the registry. */
interface Exported {
  readonly services: Service[]
  readonly order: number[]
}

/** A list in the order of the registry. */
function inOrder(groups: readonly Exported[]): readonly Service[] {
  const [only, ...others] = groups
  if (!only) return NONE
  if (others.length === 0) return only.services
  const placed = groups.flatMap(({ services, order }) =>
    services.map((service, index) => ({ service, at: order[index] as number })),
  )
  return placed.sort((a, b) => a.at - b.at).map(({ service }) => service)
}

/**
 * The services that only some namespaces may import. An entry may have thousands of hosts and be exported to thousands
 * of namespaces, so its services are kept once, and not once for each namespace.
 */
class Somewhere {
  /** By the set of namespaces, which all services of an entry share, and the own namespace if the set has a dot. */
  readonly #groups = new Map<ReadonlySet<string>, Map<string, Exported>>()
  readonly #byNamespace = new Map<string, Exported[]>()

  add(service: Service, exportTo: ReadonlySet<string>, at: number): void {
    const own = exportTo.has('.') ? service.namespace : ''
    const known = this.#groups.get(exportTo) ?? new Map<string, Exported>()
    this.#groups.set(exportTo, known)
    const group = known.get(own) ?? this.#newGroup(exportTo, own)
    known.set(own, group)
    group.services.push(service)
    group.order.push(at)
  }

  #newGroup(exportTo: ReadonlySet<string>, own: string): Exported {
    const group: Exported = { services: [], order: [] }
    for (const namespace of new Set([...exportTo].map((target) => (target === '.' ? own : target)))) {
      append(this.#byNamespace, namespace, group)
    }
    return group
  }

  /** Asked for when all services are added. */
  readonly of = oncePerKey((namespace: string) => inOrder(this.#byNamespace.get(namespace) ?? []))
}

interface Audiences {
  readonly everywhere: readonly Service[]
  readonly somewhere: Somewhere
}

const exportOf = ({ exportTo }: Service, fallback: ReadonlySet<string>): ReadonlySet<string> =>
  exportTo.size > 0 ? exportTo : fallback

const audiences = keepingWhole(
  (services: readonly Service[], features: Features, defaults: readonly string[]): Audiences => {
    const fallback = defaultExportTo(defaults, features)
    const everywhere: Service[] = []
    const somewhere = new Somewhere()
    for (const [at, service] of services.entries()) {
      const exportTo = exportOf(service, fallback)
      if (exportTo.has('*')) everywhere.push(service)
      else if (!exportTo.has('~')) somewhere.add(service, exportTo, at)
    }
    return { everywhere, somewhere }
  },
  ({ everywhere: before, somewhere }, hunks, services, features, defaults) => {
    const fallback = defaultExportTo(defaults, features)
    const isOf = (target: string) => (service: Service) => exportOf(service, fallback).has(target)
    const changed = changedIn(hunks)
    // The places in the registry change too, but not the order of those that stay.
    if (!changed.every((service) => isOf('*')(service) || isOf('~')(service))) return undefined
    const everywhere = filteredAfter(before, hunks, services, isOf('*'))
    return everywhere && { everywhere, somewhere }
  },
)

export function serviceVisibility(registry: AllocatedRegistry): Visibility {
  const { mesh, features } = registry.snapshot
  const fallback = defaultExportTo(mesh.defaultServiceExportTo, features)
  const exportToOf = (service: Service) => exportOf(service, fallback)

  const { memory } = registry.snapshot
  const { everywhere, somewhere } = audiences(memory, '', registry.services, features, mesh.defaultServiceExportTo)

  return {
    exportToOf,
    isVisible(service, namespace) {
      const exportTo = exportToOf(service)
      return exportTo.has('*') || (exportTo.has('.') && service.namespace === namespace) || exportTo.has(namespace)
    },
    ownOf: (namespace) => somewhere.of(namespace),
    candidatesOf(namespace) {
      const own = somewhere.of(namespace)
      return own.length > 0 ? [...own, ...everywhere] : everywhere
    },
  }
}
