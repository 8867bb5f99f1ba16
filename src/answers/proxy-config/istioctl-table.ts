/** Rows as istioctl prints them, each with what it came from. */
import type { Origin } from '../../envoy/explained.ts'

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

/** A table under its title, or a sentence where there is nothing to put into one. */
export interface Section {
  readonly title: string
  readonly content: Table | string
  /** What is missing altogether: istioctl prints the title and gives up. */
  readonly missing?: string | undefined
}

/** The reason for which istioctl prints no table at all. */
export const missingWhen = (all: readonly unknown[], what: string): string | undefined =>
  all.length === 0 ? `no ${what} found` : undefined
