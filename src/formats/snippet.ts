/** A line of a manifest with the value underlined. */
import { clean } from './clean.ts'
import { type Line, styled } from './spans.ts'
import { displayWidth, truncate } from './width.ts'

/** Longer lines are cut if the terminal's width is unknown. */
const USUAL_WIDTH = 160
const NARROWEST = 20
const ELLIPSIS = '…'
/** How much is shown before the value on a line that is too long. */
const CONTEXT = 16
/** A longer inline mapping or sequence is underlined only at its start. */
const LONGEST_FLOW = 32
const BEGINS_FLOW = /^[{[]/

export interface Underlined {
  readonly text: string
  readonly number: number
  /** From 1. */
  readonly column: number
  readonly length: number
}

/** The part of a line around the value; minified manifests may be a single line. */
function windowOf(text: string, column: number, width: number): { readonly text: string; readonly column: number } {
  if (text.length <= width || column + CONTEXT <= width) return { text: text.slice(0, width + 1), column }
  const start = column - 1 - CONTEXT
  return { text: ELLIPSIS + text.slice(start, start + width), column: CONTEXT + ELLIPSIS.length + 1 }
}

/** @param width the space on the terminal for the two lines */
export function snippetLines({ text, number, column, length }: Underlined, width: number = USUAL_WIDTH): Line[] {
  const gutter = String(number)
  const room = Math.max(NARROWEST, width - gutter.length - 3)
  const part = windowOf(text, column, room)
  const before = displayWidth(clean(part.text.slice(0, part.column - 1)))
  const value = part.text.slice(part.column - 1, part.column - 1 + length)
  const isLongFlow = BEGINS_FLOW.test(value) && value.length > LONGEST_FLOW
  const taken = isLongFlow ? 1 : displayWidth(clean(value))
  const carets = '^'.repeat(Math.max(1, Math.min(taken, room - before)))
  return [
    [styled('dim', `${gutter} | `), truncate(clean(part.text), room)],
    [styled('dim', `${' '.repeat(gutter.length)} | `), ' '.repeat(before), styled('warning', carets)],
  ]
}
