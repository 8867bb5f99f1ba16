import { describe, expect, it } from 'vitest'
import { hostFilter, namePattern, pathPattern, shellPattern } from '../../src/common/globs.ts'

describe('a pattern of a name', () => {
  it.each([
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['[a]', '[a]', true],
    ['a.c', 'abc', false],
  ])('%s against %s: %s', (pattern, name, expected) => {
    expect(namePattern(pattern)(name)).toBe(expected)
  })
})

describe('a pattern of a shell', () => {
  it.each([
    ['[ab]c', 'bc', true],
    ['[!ab]c', 'bc', false],
    ['[^ab]c', 'cc', true],
    ['[a-c]', 'b', true],
    ['[a-]', '-', true],
    ['[]a]', ']', true],
    ['[[:digit:]]*', '1x', true],
    ['[[:upper:]]', 'x', false],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['[\\]]', ']', true],
    ['[a', '[a', false],
    ['a\\', 'a', false],
  ])('%s against %s: %s', (pattern, name, expected) => {
    expect(shellPattern(pattern)(name)).toBe(expected)
  })
})

describe('patterns and names of hostile input', () => {
  /** A test that backtracks over each star would not end. */
  const stars = `${'*a'.repeat(100)}b`
  const name = 'a'.repeat(20_000)

  it('are matched without backtracking over several stars', () => {
    expect(namePattern(stars)(name)).toBe(false)
    expect(shellPattern(stars)(name)).toBe(false)
    expect(hostFilter([stars])(name)).toBe(false)
    const folders = Array.from({ length: 100 }, () => ['**', 'a']).flat()
    expect(pathPattern([...folders, 'b'], namePattern)(Array(5_000).fill('a'))).toBe(false)
  })
})

describe('a filter of hosts', () => {
  it('knows no case, no final dot in patterns, and takes every host without patterns', () => {
    expect(hostFilter([])('a')).toBe(true)
    expect(hostFilter(['*.Example.com.'])('A.example.COM')).toBe(true)
    expect(hostFilter(['example.com'])('a.example.com')).toBe(false)
  })
})
