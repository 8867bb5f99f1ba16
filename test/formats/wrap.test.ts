import { describe, expect, it } from 'vitest'
import { type Line, renderLines, styled } from '../../src/formats/spans.ts'
import { folded } from '../../src/formats/table.ts'
import { treeLines } from '../../src/formats/tree.ts'
import { wrapLine } from '../../src/formats/wrap.ts'

const plain = (lines: Iterable<Line>): string[] =>
  [...renderLines(lines, (_, text) => text)].map((line) => line.replace(/\n$/, ''))
const marked = (lines: Iterable<Line>): string[] =>
  [...renderLines(lines, (style, text) => `<${style} ${text}>`)].map((line) => line.replace(/\n$/, ''))

describe('a line that is wider than the terminal', () => {
  const line: Line = [styled('warning', 'why: '), 'mesh.yaml:9  ', styled('heading', 'ServiceEntry a/b: not visible')]

  it('is broken between words, and continues behind its marker', () => {
    expect(plain(wrapLine(line, 30, ';;   '))).toEqual(['why: mesh.yaml:9  ServiceEntry', ';;   a/b: not visible'])
  })

  it('keeps the style of each word', () => {
    expect(marked(wrapLine(line, 30, ''))).toEqual([
      '<warning why: >mesh.yaml:9  <heading ServiceEntry>',
      '<heading a/b: not visible>',
    ])
  })

  it('stays whole where it fits, or where the width is unknown', () => {
    expect(plain(wrapLine(line, undefined, ''))).toEqual(plain([line]))
    expect(wrapLine(line, 200, '')).toEqual([line])
  })

  it('gives a word that is too long a line of its own', () => {
    expect(plain(wrapLine([`a ${'x'.repeat(30)} b`], 20, '  '))).toEqual(['a', `  ${'x'.repeat(30)}`, '  b'])
  })

  it('does not glue spans to words, and does not part words of two spans', () => {
    expect(plain(wrapLine(['aaaaaaaaaa bbbbbbbb', styled('good', 'cc'), ' dd'], 20, ''))).toEqual([
      'aaaaaaaaaa',
      'bbbbbbbbcc dd',
    ])
  })

  it('shows control characters', () => {
    expect(plain(wrapLine([`${'a'.repeat(19)} \u001b[31m`], 20, ''))).toEqual(['a'.repeat(19), '\\x1b[31m'])
  })
})

describe('trees', () => {
  it('continue texts beside the lines of their branches', () => {
    const leaf = (span: string) => ({ span, children: [] })
    const tree = {
      span: 'root',
      children: [{ span: 'one two three four five six', children: [leaf('seven eight nine ten')] }, leaf('last')],
    }
    expect(plain(treeLines(tree, 26))).toEqual([
      'root',
      '├─ one two three four five',
      '│  │  six',
      '│  └─ seven eight nine ten',
      '└─ last',
    ])
  })
})

describe('lists in cells', () => {
  it('are folded with a count when they are long', () => {
    expect(folded(['a', 'b'], 1)).toBe('a, b')
    expect(folded(['a', 'b', 'c'], 1)).toBe('a +2 more')
    expect(folded([], 3)).toBe('')
  })
})
