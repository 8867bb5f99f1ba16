import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/sources/document.ts'
import { parseDocuments } from '../../src/sources/index.ts'

/** A text of one document, and the value that Kubernetes reads unless it refuses it. */
type Verdict = readonly [text: string, value?: JsonValue]

const FIXTURE = new URL('../../fixtures/yaml/verdicts.jsonl.br', import.meta.url)
const verdicts = brotliDecompressSync(readFileSync(FIXTURE))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Verdict)

/** The object in a text; undefined when the text is refused or has none. */
const read = (text: string): JsonValue | undefined => parseDocuments({ name: 'x', text }, '').documents[0]?.value

const isObject = (value: JsonValue | undefined): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

describe('documents that a grammar makes and breaks', () => {
  const both = verdicts.flatMap(([text, value]) => {
    const ours = read(text)
    return isObject(value) && ours !== undefined ? [{ text, ours, value }] : []
  })

  test('have the values that Kubernetes reads', () => {
    expect(both.length).toBeGreaterThan(1000)
    for (const { text, ours, value } of both) expect(JSON.parse(JSON.stringify(ours)), text).toEqual(value)
  })

  test('are refused or not as by Kubernetes, except for less than 1 %', () => {
    const others = verdicts.filter(([text, value]) => isObject(value) !== (read(text) !== undefined))
    expect(others.length).toBeLessThan(verdicts.length / 100)
  })
})

describe('escapes in double quotes', () => {
  const load = (text: string) => parseDocuments({ name: 'x', text }, '')

  test.each([
    ['a: "b\\/c"\n', 'Kubernetes does not read the escape \\/ in a double-quoted text', 6, 'Write / alone.'],
    [
      'a: "\\ud83d\\ude00"\n',
      'Kubernetes does not read the escape \\ud83d in a double-quoted text',
      5,
      'character itself',
    ],
    ['"\\U0000dc00": 1\n', 'Kubernetes does not read the escape \\U0000dc00 in a double-quoted text', 2, 'itself'],
  ])('%j is refused', (text, message, column, hint) => {
    const problems = [{ severity: 'error', message, at: { line: 1, column }, hint: expect.stringContaining(hint) }]
    expect(load(text)).toMatchObject({ documents: [], problems })
  })

  test('a backslash before a slash, and JSON, which has this escape, are read', () => {
    expect(read('a: "\\\\/"\nb: "\\U0001f600"\n')).toEqual({ a: '\\/', b: '😀' })
    expect(read('{"a": "\\/\\ud83d\\ude00"}')).toEqual({ a: '/😀' })
  })
})

test.each([
  ['a: |\n  x', 'x'],
  ['a: >\n  x\n  y', 'x y'],
  ['a: |\n  x\n', 'x\n'],
  ['a: |+\n  x\n\n', 'x\n\n'],
])('%j has the line break at its end that is written', (text, value) => {
  expect(read(text)).toEqual({ a: value })
})
