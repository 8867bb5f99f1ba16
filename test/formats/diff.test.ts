import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diffText } from '../../src/formats/diff.ts'
import type { TextEdit } from '../../src/formats/edits.ts'
import type { Painter } from '../../src/formats/spans.ts'
import { folderOf } from '../commands/cli.ts'

const lines = (count: number, from = 1): string =>
  Array.from({ length: count }, (_, index) => `line ${from + index}\n`).join('')

/** Replaces pieces that occur once in a text. */
function parts(text: string, changes: readonly (readonly [before: string, after: string])[]): readonly TextEdit[] {
  return changes.map(([before, after]) => {
    const start = text.indexOf(before)
    return { start, end: start + before.length, text: after }
  })
}

const replaced = (text: string, all: readonly TextEdit[]): string =>
  all.reduceRight((mended, { start, end, text: part }) => mended.slice(0, start) + part + mended.slice(end), text)

async function patchOf(path: string, text: string, all: readonly TextEdit[]): Promise<string> {
  return (await diffText([{ path, text, parts: all }], undefined)).join('')
}

const CASES: readonly (readonly [name: string, text: string, changes: readonly (readonly [string, string])[]])[] = [
  ['a line in the middle', lines(20), [['line 10\n', 'ten\n']]],
  [
    'the first and the last line',
    lines(20),
    [
      ['line 1\n', ''],
      ['line 20\n', 'line 20\nline 21\n'],
    ],
  ],
  [
    'lines that are near each other',
    lines(20),
    [
      ['line 5\n', 'five\n'],
      ['line 9\n', ''],
      ['line 15\n', 'a\nb\n'],
    ],
  ],
  ['a text without a last line break', lines(5).trimEnd(), [['line 5', 'five']]],
  ['a line break at the end that goes', lines(3), [['line 3\n', 'line 3']]],
  ['mixed line ends', 'a\r\nb\nc\rd\r\ne\rf', [['c\r', 'C\r']]],
  ['a byte order mark', `\uFEFF${lines(3)}`, [['line 1', 'one']]],
  ['Windows line ends', lines(9).replaceAll('\n', '\r\n'), [['line 4\r\n', 'four\r\n']]],
  ['a piece of a line', lines(9), [['ine 4', 'INE 4']]],
  ['everything', lines(2), [[lines(2), '']]],
  [
    'far places',
    lines(1000),
    [
      ['line 100\n', ''],
      ['line 500\n', 'a\nb\nc\n'],
      ['line 900\n', 'x\n'],
    ],
  ],
]

describe('a diff', () => {
  it.each(CASES)('of %s is taken by git', async (_, text, changes) => {
    const all = parts(text, changes)
    const folder = folderOf({ 'a file.yaml': text })
    const patch = await patchOf('a file.yaml', text, all)
    execFileSync('git', ['apply', '-p1', '--whitespace=nowarn', '-'], { cwd: folder, input: patch })
    expect(readFileSync(join(folder, 'a file.yaml'), 'utf8')).toBe(replaced(text, all))
  })

  it.each([
    'a file.yaml',
    'é.yaml',
    ' a',
    'a\nb.yaml',
    'a\tb',
    'a"b\\c',
    'x 2024-01-01 00:00:00.000 +0000',
    '-',
    'b/a/\u007f',
  ])('of the name %j is taken by git', async (name) => {
    const folder = folderOf({ [name]: 'x\n' })
    const patch = await patchOf(name, 'x\n', [{ start: 0, end: 1, text: 'y' }])
    execFileSync('git', ['apply', '-'], { cwd: folder, input: patch })
    expect(readFileSync(join(folder, name), 'utf8')).toBe('y\n')
  })

  it('has three lines around what changes', async () => {
    const text = lines(9)
    expect(await patchOf('x.yaml', text, parts(text, [['line 5\n', 'five\n']]))).toBe(
      '--- a/x.yaml\n+++ b/x.yaml\n@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+five\n line 6\n line 7\n line 8\n',
    )
  })

  it('shows a terminal no control characters, and colour where it is wanted', async () => {
    const text = 'a: "\u001b[31m"\nb: 1\n'
    const marked: Painter = (style, line) => `<${style}>${line}`
    const shown = await diffText([{ path: 'x.yaml', text, parts: parts(text, [['b: 1', 'b: 2']]) }], marked)
    expect(shown).toEqual([
      '<heading>--- a/x.yaml\n',
      '<heading>+++ b/x.yaml\n',
      '<name>@@ -1,2 +1,2 @@\n',
      ' a: "\\x1b[31m"\n',
      '<error>-b: 1\n',
      '<good>+b: 2\n',
    ])
  })

  it('quotes names that would end a line', async () => {
    expect(await patchOf('a\nb.yaml', 'x\n', [{ start: 0, end: 1, text: 'y' }])).toContain('--- "a/a\\012b.yaml"\n')
  })
})
