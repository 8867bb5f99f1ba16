/** Documents that are read line by line: places are those that the parser's events give. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { describe, expect, it } from 'vitest'
import type { JsonValue, PathStep, SourceDocument } from '../../src/sources/document.ts'
import { locateInDocument, parseDocuments, sourceTextOf } from '../../src/sources/index.ts'
import { BlockText } from '../../src/sources/yaml/block-text.ts'
import { ROOT } from '../commands/cli.ts'

/** All paths of a value, and some that it lacks. */
function* pathsOf(value: JsonValue, path: readonly PathStep[] = []): Iterable<readonly PathStep[]> {
  yield path
  yield [...path, 'absent']
  yield [...path, 7, 'absent']
  if (typeof value !== 'object' || value === null) return
  const children: Iterable<readonly [PathStep, JsonValue]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value)
  for (const [step, child] of children) yield* pathsOf(child, [...path, step])
}

const documentsOf = (text: string): readonly SourceDocument[] => parseDocuments({ name: 'x', text }, '').documents

/** A key in quotes at the end: the parser's events decide, and the rest stands where it stood. */
const byEvents = (text: string): string => `${text.replace(/\n*$/, '\n')}"by events": 1\n`

const places = (document: SourceDocument, value: JsonValue): readonly string[] =>
  [...pathsOf(value)].map((path) => {
    const { line, column } = locateInDocument(document, path)
    return `${JSON.stringify(path)} ${line}:${column} ${sourceTextOf(document, path)}`
  })

function expectSame(text: string): void {
  const [lines, events] = [documentsOf(text)[0], documentsOf(byEvents(text))[0]]
  if (!lines || !events) throw new Error(`no document: ${text}`)
  expect(BlockText.read(events)).toBeUndefined()
  expect(places(lines, lines.value)).toEqual(places(events, lines.value))
}

const READ: readonly string[] = [
  'a: 1\nb: two words\n',
  '# comment\n\na:\n  b: x # why\n\n  # more\n  c: y\n',
  'a:\n- x\n- y\nb:\n  - z\n  -   k: v\n      l: w\n',
  'a:\n- k: v\n  l:\n  - m\n  - p: o\n- k: u\n',
  'a:\nb: 1\nc:\n',
  'a: {b: 1, c: [2, {d: e}]}\nf: [x, "y, z", \'q\']\n',
  'ports:\n- {number: 443, name: tls}\n- number: 80\n  name: http\n',
  'a: "x # y: z"\nb: \'x\'\nc: http://x.y:80/z\nd: -1\n',
  'a: 1\na: 2\n',
  '__proto__: 1\nconstructor:\n  toString: x\n'.replace('__proto__: 1\n', ''),
  '---\na: 1\nb:\n  c: 2\n',
  'a: {}\nb: []\nc: ""\n',
  'a:\n    b:\n     c: 1\n    d: 2\ne: 3',
]

const LEFT: readonly string[] = [
  'a: |\n  b: 1\nc: 2\n',
  'a: >-\n  b\n   c: 1\nc: 2\n',
  'a: x\n  y z\nb: 1\n',
  'a: x\n  - y\nb: 1\n',
  'a:\n- x\n  - y\n',
  'a: "x\n  b: c"\nd: 1\n',
  'a: {b: 1,\n  c: 2}\nd: 1\n',
  'a: [b,\nc]\nd: 1\n',
  'a: &x {b: 1}\nc: *x\n',
  'a: &x\n  b: 1\nc:\n  <<: *x\n',
  'on: 1\nno: 2\n',
  'a: !!str 1\n',
  '? a\n: 1\n',
  'a:\n- - x\n',
  'a:\n-\n  b: 1\n',
  'a:\tb\n',
  'a: b\u2028c: d\n',
  'a: 1\r\nb: 2\r\n',
  '{"a": 1}',
  `a: ${'x'.repeat(2000)}\n`,
  '1: a\n',
  "a: 'it''s'\n",
]

describe('a document that is read line by line', () => {
  it.each(READ)('has its values where they are by events: %j', (text) => {
    const [document] = documentsOf(text)
    expect(document && BlockText.read(document)).toBeDefined()
    expectSame(text)
  })

  it.each(LEFT)('is none that looks otherwise: %j', (text) => {
    const [document] = documentsOf(text)
    expect(document && BlockText.read(document)).toBeUndefined()
  })

  it('has its values where they are by events in every manifest of the fixtures', () => {
    let read = 0
    for (const name of globSync(['fixtures/**/*.yaml', 'docs/**/*.yaml'], { cwd: ROOT })) {
      for (const { file, start, end } of documentsOf(readFileSync(join(ROOT, name), 'utf8'))) {
        const text = file.text.slice(start, end)
        const [document] = documentsOf(text)
        if (!document || !BlockText.read(document)) continue
        read++
        expectSame(text)
      }
    }
    expect(read).toBeGreaterThan(100)
  })

  it('has its values where they are by events when lines of manifests are mixed', () => {
    const pieces = [
      'a: 1',
      'b:',
      'c: {d: 1}',
      '- x',
      '- k: v',
      '-   l: {m: [1]}',
      '# note',
      '',
      'e: [f, g]',
      'h: "i"',
      "j: 'k'",
      'n: two words',
      '- "q"',
      'o: p # q',
      '- r: s: t',
      'u: |',
      'v: {',
      '}',
      'w: "',
      '"',
      '- y',
      'true: 1',
      'z: a: b',
    ]
    let seed = 1
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647
      return seed % below
    }
    let read = 0
    for (let round = 0; round < 20_000; round++) {
      let text = ''
      for (let line = 2 + random(7); line > 0; line--) {
        text += `${' '.repeat(random(4) * (random(3) === 0 ? 1 : 2))}${pieces[random(pieces.length)]}\n`
      }
      const [document] = documentsOf(text)
      if (!document || typeof document.value !== 'object' || Array.isArray(document.value)) continue
      if (!document.value || !BlockText.read(document) || !documentsOf(byEvents(text))[0]) continue
      read++
      expectSame(text)
    }
    expect(read).toBeGreaterThan(100)
  })
})
