/** Rows as istioctl prints them, each with what it came from. */
import type { Origin } from '../../envoy/facts.ts'

export interface Row {
  readonly cells: readonly string[]
  /** What decided about the row; looked up only when somebody asks. */
  readonly origins: () => readonly Origin[]
}

export interface Table {
  readonly header: readonly string[]
  readonly rows: readonly Row[]
  /** Blanks after the longest cell of a column. */
  readonly padding: number
}

/** istioctl's listeners stand close together. */
export const LISTENER_PADDING = 1
export const PADDING = 5

/** Compares as Go's strings.EqualFold does for the texts that occur here. */
export const equalFold = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
