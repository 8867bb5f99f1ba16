/** Which routes of VirtualServices and which ServiceEntries no test has reached. */

import { groupBy } from '../../common/collections.ts'
import type { Origin } from '../../envoy/explained.ts'
import { describeResource } from '../../kinds/resource.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { DocumentPlace } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'

interface Item {
  readonly what: string
  readonly location: Location
}

export interface Coverage {
  /** From 0 to 100; 100 if there is nothing to reach. */
  readonly percent: number
  readonly reached: number
  readonly missed: readonly Item[]
  /** The percentage below which the run fails; undefined if any is enough. */
  readonly minimum: number | undefined
}

function routesOf({ istio }: Snapshot): readonly Item[] {
  return istio.virtualServices.flatMap((resource) => {
    const { http, tls, tcp } = resource.spec
    // What hands requests to a delegate has no route of its own.
    const own = http.flatMap(({ delegate }, index) => (delegate ? [] : [['http', index] as const]))
    const others = [...tls.keys()].map((index) => ['tls', index] as const)
    const plain = [...tcp.keys()].map((index) => ['tcp', index] as const)
    return [...own, ...others, ...plain].map(([kind, index]) => ({
      what: `${describeResource(resource)} ${kind}[${index}]`,
      location: resource.location.child('spec', kind, index),
    }))
  })
}

function itemsOf(snapshot: Snapshot): readonly Item[] {
  const entries = snapshot.istio.serviceEntries.map((resource) => ({
    what: describeResource(resource),
    location: resource.location,
  }))
  return [...routesOf(snapshot), ...entries]
}

/** At most this many routes and entries that no test reached are printed; the others are counted. */
export const MOST_MISSED = 20

export const isEnough = ({ percent, minimum = 0 }: Coverage): boolean => percent >= minimum

export function coverageText(coverage: Coverage): string {
  const less = isEnough(coverage) ? '' : `, less than ${coverage.minimum}%`
  return `coverage: ${coverage.percent}% of routes and ServiceEntries${less}`
}

/** Collects what the tests of one mesh reach. */
export class Reached {
  readonly #items: readonly Item[]
  readonly #byDocument: ReadonlyMap<DocumentPlace, readonly Item[]>
  readonly #reached = new Set<Item>()

  constructor(snapshot: Snapshot) {
    this.#items = itemsOf(snapshot)
    this.#byDocument = groupBy(this.#items, ({ location }) => location.document)
  }

  add(origins: readonly Origin[]): void {
    for (const { location } of origins) {
      if (!location) continue
      for (const item of this.#byDocument.get(location.document) ?? []) {
        if (item.location.contains(location)) this.#reached.add(item)
      }
    }
  }

  get items(): { readonly reached: number; readonly missed: readonly Item[] } {
    return { reached: this.#reached.size, missed: this.#items.filter((item) => !this.#reached.has(item)) }
  }
}

/** What the tests of all meshes reach together. */
export function coverageOf(meshes: readonly Reached[], minimum: number | undefined): Coverage {
  const all = meshes.map(({ items }) => items)
  const reached = all.reduce((sum, each) => sum + each.reached, 0)
  const missed = all.flatMap((each) => each.missed)
  const total = reached + missed.length
  return { percent: total === 0 ? 100 : Math.floor((reached / total) * 1000) / 10, reached, missed, minimum }
}
