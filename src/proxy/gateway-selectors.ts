/** Which workloads the Gateways of a mesh select. */

import { compareBytes } from '../common/bytes.ts'
import { append } from '../common/collections.ts'
import type { GatewayResource } from '../kinds/index.ts'
import { selects } from '../kinds/resource.ts'

export type Labels = ReadonlyMap<string, string>

/** Selectors of Gateways, found by a label that they ask for. */
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

  /** An empty selector takes every router, but makes none. */
  selectSome(labels: Labels): boolean {
    for (const label of labels) {
      if (this.#byLabel.get(labelKey(label))?.some((selector) => selects(selector, labels))) return true
    }
    return false
  }
}

const labelKey = ([name, value]: readonly [string, string]): string => JSON.stringify([name, value])

/** The same for selectors that ask for the same labels. */
export const selectorKey = (selector: Labels): string => [...selector].map(labelKey).sort(compareBytes).join()
