import { describe, expect, test } from 'vitest'
import { parseDocuments } from '../../src/sources/index.ts'

const load = (text: string) => parseDocuments({ name: 'in.yaml', text }, '')

/** What sigs.k8s.io/yaml (go-yaml) reads from the same texts. */
describe('unquoted scalars inside brackets are read as go-yaml reads them', () => {
  test.each<[text: string, value: unknown]>([
    ['a: [2001:db8::, fd00::]', ['2001:db8::', 'fd00::']],
    ['a: {address: fd00::}', { address: 'fd00::' }],
    ['a: [a:, b]', ['a:', 'b']],
    ['a: [b:]', ['b:']],
    ['a: {b:}', { 'b:': null }],
    ['a: {b:, c: d}', { 'b:': null, c: 'd' }],
    ['a: {b:1, c: 2}', { 'b:1': null, c: 2 }],
    ['a: {x:: 1}', { 'x:': 1 }],
    ['a: [b:c, b: c]', ['b:c', { b: 'c' }]],
    ['a: {"b":1}', { b: 1 }],
    ['a: {b::, "c":[d::]}', { 'b::': null, c: ['d::'] }],
    ['a: [2001:db8::/32, 10.0.0.0/8]', ['2001:db8::/32', '10.0.0.0/8']],
    // A colon at the end of a line ends a key, as in block style.
    ['a: [\n  fd00::, # one\n  fe80::\n]', ['fd00::', { 'fe80:': null }]],
    ['a: [#x\n  b]', ['b']],
    ['a: ::1', '::1'],
    ['a:\n- fd00::1\n- ::1', ['fd00::1', '::1']],
    // Brackets inside a scalar of several lines, or a block scalar, are text.
    ['a: b\n  [::1]', 'b [::1]'],
    ['a: |\n  [::1, b?c]\n', '[::1, b?c]\n'],
    ['a: "[::1, b?c]"', '[::1, b?c]'],
  ])('%s', (text, value) => {
    expect(load(text)).toMatchObject({ problems: [], documents: [{ value: { a: value } }] })
  })

  test.each([
    ['a: [::1]', 4, 'begins with a colon'],
    ['a: [b, ::]', 7, 'begins with a colon'],
    ['a: {b: ::1}', 7, 'begins with a colon'],
    ['a: [b?c]', 5, 'contains a question mark'],
    ['a: {b\n  : c}', 8, 'on different lines'],
    ['a: [b:[c]]', 6, 'comma is missing'],
  ])('%s is refused', (text, offset, message) => {
    const { documents, problems } = load(text)
    expect(documents).toEqual([])
    const before = text.slice(0, offset).split('\n')
    const at = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
    expect(problems).toMatchObject([{ severity: 'error', message: expect.stringContaining(message), at }])
  })
})
