/** Sections of help: titles, and terms with descriptions, wrapped between words. */
import { wrap } from '../../formats/wrap.ts'

/** The width without a terminal. */
const DEFAULT_WIDTH = 80
/** Longer lines of prose are hard to read. */
const WIDEST = 100
const INDENT = '  '
const GAP = '  '
/** If the longest term leaves less than this, descriptions are below their terms. */
const NARROWEST_DESCRIPTION = 24

export type Term = readonly [term: string, description: string]

/** Its title and its lines. */
export type Section = readonly string[]

/** @param columns of the terminal; undefined without one */
export const helpWidth = (columns: number | undefined): number => Math.min(columns ?? DEFAULT_WIDTH, WIDEST)

export const indented = (lines: readonly string[], by: string = INDENT): string[] => lines.map((line) => by + line)

/** Terms with their descriptions in a second column. */
export function termLines(terms: readonly Term[], width: number): string[] {
  const longest = Math.max(...terms.map(([term]) => term.length))
  const column = INDENT.length + longest + GAP.length
  if (width - column < NARROWEST_DESCRIPTION) {
    const below = INDENT.repeat(3)
    return terms.flatMap(([term, description]) => [
      INDENT + term,
      ...indented(wrap(description, width - below.length), below),
    ])
  }
  return terms.flatMap(([term, description]) => {
    const [first = '', ...more] = wrap(description, width - column)
    return [`${INDENT}${term.padEnd(longest)}${GAP}${first}`, ...indented(more, ' '.repeat(column))]
  })
}

/** A command line; if it is too long, it continues on further lines as in a shell. */
export function commandLines(line: string, width: number): string[] {
  const lines = wrap(line, width - INDENT.length * 2 - ' \\'.length)
  return lines.map((part, index) => {
    const indent = index === 0 ? INDENT : INDENT + INDENT
    return `${indent}${part}${index === lines.length - 1 ? '' : ' \\'}`
  })
}

/** Empty without lines. */
export const section = (title: string, lines: readonly string[]): Section =>
  lines.length === 0 ? [] : [title, ...lines]

/** Sections with blank lines between them. */
export const joined = (sections: readonly Section[]): string =>
  `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
