import { describe, expect, it } from 'vitest'
import { type Line, renderLines } from '../../src/formats/spans.ts'
import { tableLines } from '../../src/formats/table.ts'

const HEADERS = ['HOST', 'WHY']
/** With its header and gap, a table with this row is 7 + 40 columns wide. */
const ROW: Line = ['a.io', 'x'.repeat(40)]
const WHOLE = 47

const textOf = (rows: readonly Line[], width?: number): string =>
  [...renderLines(tableLines(HEADERS, rows, width), (_, text) => text)].join('')

describe('tables', () => {
  it('have columns as wide as their widest cell', () => {
    expect(textOf([ROW, ['longer.example.com', 'y']])).toBe(
      `HOST                 WHY\na.io                 ${'x'.repeat(40)}\nlonger.example.com   y\n`,
    )
  })

  it('count characters of two columns, and marks of none', () => {
    expect(
      textOf([
        ['数据', 'x'],
        ['e\u0301', 'y'],
      ]),
    ).toBe('HOST   WHY\n数据   x\ne\u0301      y\n')
  })

  it('are cut off in the last column when the terminal is too narrow for it', () => {
    expect(textOf([ROW], WHOLE)).toBe(textOf([ROW]))
    expect(textOf([ROW], WHOLE - 1)).toBe(`HOST   WHY\na.io   ${'x'.repeat(38)}…\n`)
  })

  it('keep 24 columns of the last one, and below that become a list for each row', () => {
    const narrowest = WHOLE - 40 + 24
    expect(textOf([ROW], narrowest)).toBe(`HOST   WHY\na.io   ${'x'.repeat(23)}…\n`)
    expect(textOf([ROW], narrowest - 1)).toBe(`a.io\n  WHY   ${'x'.repeat(40)}\n`)
  })

  it('become lists at once when a short last column does not fit', () => {
    const row: Line = ['a.example.com', 'short']
    expect(textOf([row], 'a.example.com   short'.length)).toBe('HOST            WHY\na.example.com   short\n')
    expect(textOf([row], 'a.example.com   shor'.length)).toBe('a.example.com\n  WHY   short\n')
  })

  it('show control characters of cells and measure them as they are shown', () => {
    expect(textOf([['a\u001b[31m', 'x']])).toBe('HOST        WHY\na\\x1b[31m   x\n')
  })
})
