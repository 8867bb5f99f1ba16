/** Which columns fit the terminal, and how wide they are. */
import { displayWidth } from '../../../formats/width.ts'
import type { Column, Row } from '../../protocol.ts'

export const GAP = 2
/** A column that gets less is left out. */
const NARROWEST = 8
/** A text that is longer is cut when not everything fits. */
const WIDEST = 48

export interface FittedColumn {
  readonly index: number
  readonly width: number
}

export interface Fitted {
  readonly columns: readonly FittedColumn[]
  /** Whether columns are left out on the right. */
  readonly isCut: boolean
  /** Whether anything is cut or left out. */
  readonly isNarrow: boolean
}

/** Widens the columns to what is visible. */
export function widen(widths: number[], columns: readonly Column[], rows: readonly Row[]): void {
  for (const [index, { title }] of columns.entries()) {
    let width = Math.max(widths[index] ?? 0, title.length + 2)
    for (const { cells } of rows) width = Math.max(width, displayWidth(cells[index] ?? ''))
    widths[index] = width
  }
}

/**
 * @param offset how many columns after the first are scrolled out
 * @param room the width for all columns
 */
export function fitColumns(widths: readonly number[], offset: number, room: number): Fitted {
  const order = widths.map((_, index) => index).filter((index) => index === 0 || index > offset)
  const total = order.reduce((sum, index) => sum + (widths[index] ?? 0) + GAP, -GAP)
  const isNarrow = total > room
  const columns: FittedColumn[] = []
  let left = room
  for (const index of order) {
    const natural = widths[index] ?? 0
    const isLast = index === order.at(-1)
    const most = index === 0 ? Math.max(NARROWEST, Math.floor(room * 0.6)) : isLast ? natural : WIDEST
    const wanted = isNarrow ? Math.min(natural, most) : natural
    const width = Math.min(wanted, left)
    if (width < Math.min(natural, NARROWEST)) return { columns, isCut: true, isNarrow }
    columns.push({ index, width })
    left -= width + GAP
    if (left <= 0 && !isLast) return { columns, isCut: true, isNarrow }
  }
  return { columns, isCut: false, isNarrow: isNarrow || offset > 0 }
}
