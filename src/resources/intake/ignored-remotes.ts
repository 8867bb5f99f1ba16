import type { SourceProblem } from '../../sources/document.ts'
import { problemAt } from '../problems.ts'
import type { RawObject } from './objects.ts'

/** Istio objects in the input of a remote cluster, where istiod ignores them; one problem per kind. */
export class IgnoredRemotes {
  readonly #byKind = new Map<string, { object: RawObject; count: number }>()

  add(object: RawObject, count = 1): void {
    const key = `${object.location.document.cluster}/${object.kind}`
    const known = this.#byKind.get(key)
    if (known) known.count += count
    else this.#byKind.set(key, { object, count })
  }

  get size(): number {
    return this.#byKind.size
  }

  addAll(others: IgnoredRemotes): void {
    for (const { object, count } of others.#byKind.values()) this.add(object, count)
  }

  problems(): SourceProblem[] {
    return [...this.#byKind.values()].map(({ object, count }) => {
      const { document } = object.location
      const objects = count === 1 ? `a ${object.kind}` : `${count} objects of kind ${object.kind}`
      return problemAt(object.location, {
        severity: 'note',
        message: `ignored ${objects} of remote cluster ${document.cluster}: istiod reads them from the config cluster`,
      })
    })
  }
}
