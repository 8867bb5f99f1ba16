import type { Change } from '../fixes/change.ts'

/** A way to get rid of a finding that has not been tried. */
export interface FixProposal {
  /** What to do, as a command without a full stop. */
  readonly title: string
  readonly changes: readonly Change[]
  /** It changes nothing that anybody could miss, so that `--fix` may carry it out when it is proven. */
  readonly safe: boolean
}
