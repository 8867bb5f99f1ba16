import type { ObjectStatus } from '../../../../derivation/status.ts'
import { GATEWAY_GROUP, type ParentReference } from '../../../../kinds/messages/gateway-api/references.ts'
import type { Resource } from '../../../../kinds/resource.ts'
import type { Snapshot } from '../../../../resources/snapshot.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { statusesOf } from './conditions.ts'

/** The Gateways and ListenerSets of the input. */
class KnownParents {
  readonly #names = new Set<string>()
  readonly #namespaces = new Set<string>()
  readonly #byName = new Map<string, string>()

  constructor({ clusters: [config], verdicts }: Snapshot) {
    const rejected = verdicts.flatMap(({ resource, errors }) => (errors.length > 0 ? [resource] : []))
    for (const { kind, meta } of [...config.kubernetesGateways, ...config.listenerSets, ...rejected]) {
      this.#names.add(`${kind} ${meta.namespace}/${meta.name}`)
      this.#namespaces.add(`${kind} ${meta.namespace}`)
      this.#byName.set(`${kind} ${meta.name}`, `${meta.namespace}/${meta.name}`)
    }
  }

  /** The full name of one with the same name; undefined when there is none. */
  near({ kind, name }: ParentReference): string | undefined {
    return this.#byName.get(`${kind} ${name}`)
  }

  /** Whether the input would have the parent if it existed, and does not. */
  lacks(reference: ParentReference, namespace: string): boolean {
    const { kind, name } = reference
    if (this.#names.has(`${kind} ${namespace}/${name}`)) return false
    return this.#namespaces.has(`${kind} ${namespace}`) || this.near(reference) !== undefined
  }
}

interface Route extends Resource {
  readonly spec: { readonly parentRefs: readonly ParentReference[] }
}

/** A status with parents is that of a route. */
const routeOf = ({ resource, parents }: ObjectStatus): Route | undefined => (parents ? (resource as Route) : undefined)

const isOfGateways = ({ group, kind }: ParentReference): boolean =>
  group === GATEWAY_GROUP && (kind === 'Gateway' || kind === 'ListenerSet')

export const routeParentMissing: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    const statuses = statusesOf(mesh)
    if (statuses.length === 0) return
    const known = new KnownParents(mesh.registry.snapshot)
    for (const route of statuses.flatMap((status) => routeOf(status) ?? [])) {
      for (const [index, reference] of route.spec.parentRefs.entries()) {
        const namespace = reference.namespace || route.meta.namespace
        if (!isOfGateways(reference) || !known.lacks(reference, namespace)) continue
        const near = known.near(reference)
        const hint = near === undefined ? '' : `; ${near} is one of this name`
        yield {
          message: `there is no ${reference.kind} ${namespace}/${reference.name}, so the route has no effect there${hint}`,
          resource: route,
          location: route.location.child('spec', 'parentRefs', index),
        }
      }
    }
  },
}
