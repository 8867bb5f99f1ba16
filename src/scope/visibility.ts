/** Which namespaces see a service (pilot/pkg/model/push_context.go initServiceRegistry, IsServiceVisible). */

import type { AllocatedRegistry } from '../allocation/allocation.ts'
import { append } from '../common/collections.ts'
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

function namespacesOf(service: Service, exportTo: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...exportTo].map((target) => (target === '.' ? service.namespace : target)))
}

export function serviceVisibility(registry: AllocatedRegistry): Visibility {
  const { mesh, features } = registry.snapshot
  const fallback = defaultExportTo(mesh.defaultServiceExportTo, features)
  const exportToOf = (service: Service) => (service.exportTo.size > 0 ? service.exportTo : fallback)

  const everywhere: Service[] = []
  const somewhere = new Map<string, Service[]>()
  for (const service of registry.services) {
    const exportTo = exportToOf(service)
    if (exportTo.has('*')) everywhere.push(service)
    else if (!exportTo.has('~')) {
      for (const namespace of namespacesOf(service, exportTo)) append(somewhere, namespace, service)
    }
  }

  return {
    exportToOf,
    isVisible(service, namespace) {
      const exportTo = exportToOf(service)
      return exportTo.has('*') || (exportTo.has('.') && service.namespace === namespace) || exportTo.has(namespace)
    },
    ownOf: (namespace) => somewhere.get(namespace) ?? NONE,
    candidatesOf(namespace) {
      const own = somewhere.get(namespace) ?? NONE
      return own.length > 0 ? [...own, ...everywhere] : everywhere
    },
  }
}
