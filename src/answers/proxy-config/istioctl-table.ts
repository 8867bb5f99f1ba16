/** Rows as istioctl prints them, each with its origins. */
import type { Origin } from '../../envoy/explained.ts'

export interface Row {
  readonly cells: readonly string[]
  /** The origins of the row, computed on demand. */
  readonly origins: () => readonly Origin[]
  /** What the row is about, in Envoy's form. */
  readonly subject?: unknown
  /** The cell of the table's column for `--explain`. */
  readonly explained?: () => string
}

export interface Table {
  readonly header: readonly string[]
  /** The header of a column that only `--explain` prints. */
  readonly explainedHeader?: string
  readonly rows: readonly Row[]
  /** Spaces after the longest cell of a column. */
  readonly padding: number
}

/** istioctl pads listeners by one space only. */
export const LISTENER_PADDING = 1
export const PADDING = 5

/** Compares like Go's strings.EqualFold, for the texts used here. */
export const equalFold = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** A table under its title, or a sentence if it has no rows. */
export interface Section {
  readonly title: string
  readonly content: Table | string
  /** What does not exist at all: istioctl prints the title and stops. */
  readonly missing?: string | undefined
}

/** The reason why istioctl prints no table at all. */
export const missingWhen = (all: readonly unknown[], what: string): string | undefined =>
  all.length === 0 ? `no ${what} found` : undefined
