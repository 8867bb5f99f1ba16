/** The objects behind the steps of a trace. */
import { append } from '../../common/collections.ts'
import { once } from '../../common/once.ts'
import type { Origin } from '../../envoy/explained.ts'
import type { Resource } from '../../kinds/resource.ts'
import { objectLists, type Snapshot } from '../../resources/snapshot.ts'
import type { DocumentPlace } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { placeMessage } from '../place.ts'
import type { SourceObject } from '../shapes/place.ts'

const SERVICE = 'Service'

/**
 * Finds objects by locations inside them. Many traces have the same sources, and of a long list only a few are printed,
 * so positions are computed once and on demand.
 */
export class Sources {
  readonly #snapshot: Snapshot
  /** Several objects share a document that is a list. */
  readonly #objects = once(() => {
    const { clusters, istio } = this.#snapshot
    const lists = [...clusters.flatMap(objectLists), ...Object.values(istio)] as readonly (readonly Resource[])[]
    const out = new Map<DocumentPlace, Resource[]>()
    for (const list of lists) for (const resource of list) append(out, resource.location.document, resource)
    return out
  })
  readonly #messages = new Map<DocumentPlace, Map<string, SourceObject | undefined>>()

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  #messageOf(location: Location): SourceObject | undefined {
    const objects = this.#objects().get(location.document)
    const here = objects?.filter((resource) => resource.location.contains(location)) ?? []
    // What istiod would deploy for a Gateway has the Gateway's place, which is what the user wrote.
    const object = here.find((resource) => resource.kind !== SERVICE || !this.#snapshot.assumed.objects.has(resource))
    if (!object) return undefined
    const { kind, meta } = object
    const position = once(() => placeMessage(location))
    return {
      kind,
      namespace: meta.namespace,
      name: meta.name,
      get location() {
        return position()
      },
    }
  }

  /** @returns undefined for a rule that does not depend on an object of the input */
  #at(location: Location | undefined): SourceObject | undefined {
    if (!location) return undefined
    const places = this.#messages.get(location.document) ?? new Map<string, SourceObject | undefined>()
    this.#messages.set(location.document, places)
    const key = JSON.stringify(location.path)
    if (!places.has(key)) places.set(key, this.#messageOf(location))
    return places.get(key)
  }

  /** The objects of a step, each once. */
  of(origins: readonly Origin[]): readonly SourceObject[] {
    return [...new Set(origins.flatMap(({ location }) => this.#at(location) ?? []))]
  }
}
