import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseDocuments } from '../../src/sources/index.ts'

function errorOf(text: string): { message: string; place: string; hint: string } {
  const { documents, problems } = parseDocuments({ name: 'in.yaml', text }, '')
  expect(documents).toEqual([])
  expect(problems).toHaveLength(1)
  const [problem] = problems
  if (problem?.at === undefined || !('line' in problem.at)) throw new Error('the problem has no place')
  expect(problem.severity).toBe('error')
  return { message: problem.message, place: `${problem.at.line}:${problem.at.column}`, hint: problem.hint ?? '' }
}

const fixture = (path: string) => readFileSync(new URL(`../../fixtures/bad-input/${path}`, import.meta.url), 'utf8')

describe('errors name the likeliest cause and its place', () => {
  test.each([
    ['a tab', 'a:\n\tb: 1\n', 'a tab is used for indentation', '2:1'],
    ['a tab behind spaces', 'a:\n  b: 1\n  \tc: 2\n', 'a tab is used for indentation', '3:3'],
    ['no space after a colon', 'spec:\n  host:web\n  port: 1\n', 'a space is missing after the colon', '2:7'],
    ['no space after the first colon', 'name:foo\nport: 1\n', 'a space is missing after the colon', '1:5'],
    ['no space after a quoted key', '"name":foo\n', 'a space is missing after the colon', '1:8'],
    ['an open double quote', 'a: "foo\nb: 1\n', 'the quote " that opens here is never closed', '1:4'],
    ['an open single quote', "a:\n  - 'foo\nb: 1\n", "the quote ' that opens here is never closed", '2:5'],
    ['a quote closed by the next one', 'a: "foo\nb: "bar"\n', 'the quote " that opens here is never closed', '1:4'],
    ['an open bracket', 'a: [1, 2\nb: 3\n', 'the [ that opens here is never closed', '1:4'],
    ['an open brace', 'a:\n  b: {x: 1,\nc: 3\n', 'the { that opens here is never closed', '2:6'],
    ['too deep a line', 'a:\n  b: 1\n    c: 2\n', 'the indentation does not match any line above', '3:6'],
    ['a line between two depths', 'a:\n    b: 1\n  c: 2\n', 'the indentation does not match any line above', '3:3'],
    ['a key beside a list', '- a\nb: 1\n', 'this line does not belong to anything above', '2:1'],
    ['a second colon', 'a: b: c\n', 'there is a second colon on this line', '1:5'],
    ['a reserved character', 'a: @x\n', 'a value cannot begin with @', '1:4'],
    ['text after a quote', 'a: "x" y\n', 'text follows a value that is closed by its quote', '1:8'],
    ['a list beside its key', 'a: - b\n', 'a list cannot begin on the line of its key', '1:4'],
    ['a line without a colon', 'a: 1\nother\nb: 1\n', 'a colon is missing after a key', '2:1'],
    ['a missing comma', 'a: {b: 1 c: 2}\n', 'a comma is missing between two entries of [...] or {...}', '1:11'],
    ['an unknown escape', 'a: "\\d"\n', 'unknown escape in a double-quoted text', '1:6'],
    ['a control character', 'a: x\u0007\n', 'the character U+0007 is not allowed in YAML', '1:5'],
    ['a null character', 'a: 1\nb: \0\n', 'the character U+0000 is not allowed in YAML', '2:4'],
    ['an anchor without a name', 'a: & b\n', 'an anchor & lacks a name', '1:5'],
    ['text behind a block header', 'a: |x\n', 'text follows | or >', '1:5'],
  ])('%s', (_name, text, message, place) => {
    const error = errorOf(text)
    expect([error.message, error.place]).toEqual([message, place])
    expect(error.hint).not.toBe('')
  })

  test('places count from the start of the file, whatever the line breaks', () => {
    const text = 'a: 1\r\n---\r\nb: 2\r\n---\r\nc: [1\r\nd: 2\r\n'
    const { problems } = parseDocuments({ name: 'in.yaml', text }, '')
    expect(problems).toMatchObject([{ at: { file: 'in.yaml', line: 5, column: 4 } }])
  })

  test('a real mistake is found behind lines that only Kubernetes accepts', () => {
    const error = errorOf('a: [\n  x\n]\nb:\n  c: 1\n    d: 2\n')
    expect([error.message, error.place]).toEqual(['the indentation does not match any line above', '6:6'])
  })

  test('a template', () => {
    const error = errorOf(fixture('template/service.yaml'))
    expect([error.message, error.place]).toEqual(['this is a template, not YAML', '4:9'])
    expect(error.hint).toContain('helm template')
  })

  test('a template that happens to be YAML', () => {
    const error = errorOf('name: {{ .Values.name }}\n')
    expect(error.place).toBe('1:8')
    expect(error.hint).toContain('helm template')
  })

  test('a merge conflict', () => {
    const error = errorOf(fixture('merge-conflict/service.yaml'))
    expect([error.message, error.place]).toEqual(['a merge conflict is left in the file', '4:1'])
  })

  test('a tab in a manifest', () => {
    expect(errorOf(fixture('tab-indent/service.yaml'))).toMatchObject({ place: '6:1' })
  })
})
