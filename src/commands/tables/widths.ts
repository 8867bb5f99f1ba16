/** How wide the columns of a drawn table are, and where its cells are broken. */
import { broken } from '../../formats/break.ts'
import { type Line, textOf } from '../../formats/spans.ts'
import { displayWidth } from '../../formats/width.ts'

/** Spaces on both sides of a cell: a table that would not fit otherwise has none. */
export type Padding = 0 | 1

/** Columns with their borders and padding. */
export interface Columns {
  readonly widths: readonly number[]
  readonly padding: Padding
}

/** A narrow cell with more lines is easier to read in a list of records. */
const MOST_LINES = 5
const NARROW = 40

/** The width that borders and padding take. */
export const frameWidth = (columns: number, padding: Padding): number => columns * (1 + 2 * padding) + 1

/** Widths of texts and of their longest words, by column. */
function sizesOf(rows: readonly Line[]): { readonly natural: readonly number[]; readonly least: readonly number[] } {
  const natural: number[] = []
  const least: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      const text = textOf(cell)
      natural[index] = Math.max(natural[index] ?? 0, displayWidth(text))
      for (const word of text.split(' ')) least[index] = Math.max(least[index] ?? 0, displayWidth(word))
    }
  }
  return { natural, least }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** Columns with cells broken between words; undefined if words do not fit, or if cells became long and thin. */
function brokenColumns(rows: readonly Line[], least: readonly number[], natural: readonly number[], available: number) {
  const spare = available - sum(least)
  if (spare < 0) return undefined
  const wanted = natural.map((most, index) => most - (least[index] ?? 0))
  const share = spare / sum(wanted)
  const widths = least.map((fewest, index) => fewest + Math.floor((wanted[index] ?? 0) * share))
  const isThin = rows.some((row) =>
    row.some((cell, index) => {
      const width = widths[index] ?? 0
      return width < NARROW && broken(textOf(cell), width).length > MOST_LINES
    }),
  )
  return isThin ? undefined : widths
}

/**
 * Columns that fit a terminal: with cells in one line each if possible, otherwise broken between words. undefined if
 * names would have to be broken.
 * @param rows cleaned, including the headers
 * @param width that of the terminal
 */
export function fittingColumns(rows: readonly Line[], width: number): Columns | undefined {
  const { natural, least } = sizesOf(rows)
  const paddings: readonly Padding[] = [1, 0]
  const availableWith = (padding: Padding) => width - frameWidth(natural.length, padding)
  const whole = paddings.find((padding) => sum(natural) <= availableWith(padding))
  if (whole !== undefined) return { widths: natural, padding: whole }
  for (const padding of paddings) {
    const widths = brokenColumns(rows, least, natural, availableWith(padding))
    if (widths) return { widths, padding }
  }
  return undefined
}
