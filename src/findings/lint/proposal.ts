import type { Change } from '../fixes/change.ts'

/** A possible fix of a finding that has not been proven. */
export interface FixProposal {
  /** An instruction without a full stop. */
  readonly title: string
  readonly changes: readonly Change[]
  /** The change cannot break anything, so `--fix` may make it once it is proven. */
  readonly safe: boolean
}
