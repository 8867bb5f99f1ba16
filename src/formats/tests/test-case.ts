/** Results of tests, for other programs. */
import type { Position } from '../../sources/document.ts'

export interface TestCase {
  /** The file of the suite. */
  readonly suite: string
  readonly name: string
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly place: Position
  /** Why it failed or was skipped: one line each. */
  readonly lines: readonly string[]
}
