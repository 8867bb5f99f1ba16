/** Rules whose delegate does not accept them. */
import type { VirtualServiceResource } from '../../../../kinds/index.ts'
import { describeResource } from '../../../../kinds/resource.ts'
import type { Snapshot } from '../../../../resources/snapshot.ts'
import type { RelatedPlace } from '../../rule.ts'

export interface DelegateMistake {
  readonly source: VirtualServiceResource
  readonly index: number
  readonly reason: string
  readonly related: readonly RelatedPlace[]
}

/** Whether exportTo of the VirtualService, or the mesh's default, includes the namespace. */
function isExportedTo(target: VirtualServiceResource, namespace: string, { mesh }: Snapshot): boolean {
  const { exportTo } = target.spec
  const stated = exportTo.length > 0 ? exportTo : mesh.defaultVirtualServiceExportTo
  const own = target.meta.namespace
  return stated.length === 0 || stated.some((to) => to === '*' || (to === '.' ? own : to) === namespace)
}

/** Looks up delegates, as far as the input has them. */
class Delegates {
  readonly #snapshot: Snapshot
  readonly #byName = new Map<string, VirtualServiceResource>()
  readonly #namespaces = new Set<string>()

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    for (const each of snapshot.istio.virtualServices) {
      this.#byName.set(`${each.meta.namespace}/${each.meta.name}`, each)
      this.#namespaces.add(each.meta.namespace)
    }
  }

  mistakeOf(
    source: VirtualServiceResource,
    namespace: string,
    name: string,
  ): Omit<DelegateMistake, 'source' | 'index'> | undefined {
    const target = this.#byName.get(`${namespace}/${name}`)
    const full = `VirtualService ${namespace}/${name}`
    if (!target) {
      // The input may lack all VirtualServices of that namespace.
      if (!this.#namespaces.has(namespace)) return undefined
      return { reason: `it delegates to ${full}, which is not in the input`, related: [] }
    }
    const related = [{ message: 'the VirtualService that it delegates to', location: target.location }]
    if (target.spec.hosts.length > 0) {
      return {
        reason: `it delegates to ${describeResource(target)}, which has hosts of its own and so is not a delegate`,
        related,
      }
    }
    if (isExportedTo(target, source.meta.namespace, this.#snapshot)) return undefined
    return {
      reason: `it delegates to ${describeResource(target)}, which is not exported to namespace ${source.meta.namespace}`,
      related,
    }
  }
}

/** Every rule whose delegate does not exist, is not one, or is not visible. */
export function* delegateMistakes(snapshot: Snapshot): Iterable<DelegateMistake> {
  const delegates = new Delegates(snapshot)
  for (const source of snapshot.istio.virtualServices) {
    for (const [index, { delegate }] of source.spec.http.entries()) {
      if (!delegate) continue
      const mistake = delegates.mistakeOf(source, delegate.namespace || source.meta.namespace, delegate.name)
      if (mistake) yield { source, index, ...mistake }
    }
  }
}
