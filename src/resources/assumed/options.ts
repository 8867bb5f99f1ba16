/** What may be assumed of a cluster that manifests leave out. */

/** What `--assume` takes beside `all` and `none`. */
export const ASSUMPTIONS = ['cluster-ips', 'pods'] as const
export type Assumption = (typeof ASSUMPTIONS)[number]

/** What is assumed, and of which objects. */
export interface AssumeOptions {
  readonly what: ReadonlySet<Assumption>
  /**
   * Also of objects that an API server has stored. In their cluster a Service without an address has none, and a
   * workload without pods is scaled to zero.
   */
  readonly ofStored: boolean
}

/** Everything, of objects that no cluster has stored: manifests in files, alone or over a cluster. */
export const ASSUMED_OF_FILES: AssumeOptions = { what: new Set(ASSUMPTIONS), ofStored: false }

/** Nothing: the input as istiod would read it. */
export const ASSUMED_NOTHING: AssumeOptions = { what: new Set(), ofStored: false }

const isAssumption = (word: string): word is Assumption => ASSUMPTIONS.some((known) => known === word)

/**
 * Reads `all`, `none`, or some assumptions with commas between them.
 * @returns what is to be assumed, of stored objects too; undefined for any other text
 */
export function parseAssumptions(text: string): AssumeOptions | undefined {
  if (text === 'none') return ASSUMED_NOTHING
  const words = text === 'all' ? ASSUMPTIONS : text.split(',').map((word) => word.trim())
  return words.every(isAssumption) ? { what: new Set(words.filter(isAssumption)), ofStored: true } : undefined
}
