/** What vipctl may assume about a cluster that is only known from manifests. */
import { quoted, UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'

/** The values of `--assume` in addition to `all` and `none`. */
export const ASSUMPTIONS = ['cluster-ips', 'pods', 'gateways', 'certificates'] as const
export type Assumption = (typeof ASSUMPTIONS)[number]

/** What is assumed, and for which objects. */
export interface AssumeOptions {
  readonly what: ReadonlySet<Assumption>
  /**
   * Also assume it for objects that an API server has stored. In their cluster, a Service without an address really has
   * none, and a workload without pods is scaled to zero.
   */
  readonly ofStored: boolean
  /** Keys of Secrets and ConfigMaps (`certificateKey`) that a live cluster was asked for, so that none is assumed. */
  readonly answered?: ReadonlySet<string> | undefined
}

/** Everything, for objects that no cluster has stored: manifests in files, alone or over a cluster. */
export const ASSUMED_OF_FILES: AssumeOptions = { what: new Set(ASSUMPTIONS), ofStored: false }

/** Nothing: the input as istiod would read it. */
export const ASSUMED_NOTHING: AssumeOptions = { what: new Set(), ofStored: false }

const isAssumption = (word: string): word is Assumption => ASSUMPTIONS.some((known) => known === word)

/**
 * Parses `all`, `none`, or a comma-separated list of assumptions.
 * @param where the option that states it
 * @returns what to assume, also for stored objects
 * @throws UserError for any other text
 */
export function statedAssumptions(text: string, where: string): AssumeOptions {
  if (text === 'none') return ASSUMED_NOTHING
  const words = text === 'all' ? ASSUMPTIONS : text.split(',').map((word) => word.trim())
  if (words.every(isAssumption)) return { what: new Set(words.filter(isAssumption)), ofStored: true }
  const known = ['all', 'none', ...ASSUMPTIONS]
  const close = nearest(text, known)
  const hint = close ? `did you mean ${close}?` : `allowed are ${known.join(', ')}`
  throw new UserError(`${where}: ${quoted(text)} is not an assumption`, hint)
}
