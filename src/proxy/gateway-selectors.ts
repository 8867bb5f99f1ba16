/** Which workloads a mesh's Gateways select. */

import { compareBytes } from '../common/bytes.ts'
import { append } from '../common/collections.ts'
import type { GatewayResource } from '../kinds/index.ts'
import { selects } from '../kinds/resource.ts'

export type Labels = ReadonlyMap<string, string>

/** Selectors of Gateways, indexed by one of their labels. */
export class GatewaySelectors {
  readonly #byLabel = new Map<string, Labels[]>()

  constructor(gateways: readonly GatewayResource[]) {
    const known = new Set<string>()
    for (const { selector } of gateways.map(({ spec }) => spec)) {
      const [first] = selector
      const text = selectorKey(selector)
      if (!first || known.has(text)) continue
      known.add(text)
      const label = labelKey(first)
      append(this.#byLabel, label, selector)
    }
  }

  /** An empty selector applies to every router, but does not make a workload a router. */
  selectSome(labels: Labels): boolean {
    for (const label of labels) {
      if (this.#byLabel.get(labelKey(label))?.some((selector) => selects(selector, labels))) return true
    }
    return false
  }
}

const labelKey = ([name, value]: readonly [string, string]): string => JSON.stringify([name, value])

/** A key that is equal for equal selectors. */
export const selectorKey = (selector: Labels): string => [...selector].map(labelKey).sort(compareBytes).join()
