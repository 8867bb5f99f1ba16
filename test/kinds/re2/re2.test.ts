import { describe, expect, it } from 'vitest'
import { Pattern } from '../../../src/kinds/re2/match.ts'

const matches = (pattern: string, text: string): boolean => new Pattern(pattern).matches(text)

describe('a pattern of RE2', () => {
  it.each([
    ['/c\\d+', '/c12', true],
    ['/c\\d+', '/c12x', false],
    ['(?i)/d.*', '/Data', true],
    ['(?i:a)b', 'Ab', true],
    ['(?i:a)b', 'AB', false],
    ['(?s).*', 'a\nb', true],
    ['.*', 'a\nb', false],
    ['a{2,3}', 'aaa', true],
    ['a{2,3}', 'aaaa', false],
    ['a{,3}', 'a{,3}', true],
    ['[^a-c]+', 'xyz', true],
    ['(?i)[^a-c]+', 'xAz', false],
    ['[[:alpha:]_]+', 'ab_', true],
    ['[]a]+', ']a', true],
    ['\\p{Greek}+', 'αβγ', true],
    ['\\PL+', '123', true],
    ['\\Qa.b\\E+', 'a.bbb', true],
    ['\\x{263A}\\x41', '\u263aA', true],
    ['\\101', 'A', true],
    ['(?P<name>a)|b', 'b', true],
    ['^$', '', true],
    ['(?m)a$\\n^b', 'a\nb', true],
    ['a$\\nb', 'a\nb', false],
    ['\\bfoo\\b', 'foo', true],
    ['a\\Bb', 'ab', true],
    ['(a|ab)(c|bcd)', 'abcd', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  it('replaces every match with its groups, and no empty one right after another', () => {
    expect(new Pattern('/(\\w+)/(\\w+)').replaceAll('/foo/bar/z', '/\\2/\\1')).toBe('/bar/foo/z')
    expect(new Pattern('a*').replaceAll('baac', 'x')).toBe('xbxcx')
    expect(new Pattern('(?i)/API').replaceAll('/api/v1', '\\\\')).toBe('\\/v1')
  })

  it('of many nested repetitions does not take longer for that', () => {
    expect(matches('((a*)*)*b', 'a'.repeat(3000))).toBe(false)
    expect(matches('(a|aa)+$', `${'a'.repeat(3000)}b`)).toBe(false)
  })

  it('that is too large for Envoy is refused', () => {
    expect(() => new Pattern('(((x{10}){10}){10}y){40}')).toThrow('32768 instructions')
    expect(() => new Pattern('('.repeat(2000) + ')'.repeat(2000))).toThrow('nested too deeply')
  })
})
