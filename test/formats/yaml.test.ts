import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { yamlChunks } from '../../src/formats/yaml.ts'

const yamlOf = (value: unknown): string => [...yamlChunks(value)].join('')

/** Strings that readers may take for other types, and typical names in manifests. */
const TEXTS = [
  '',
  ' ',
  'y',
  'On',
  'null',
  '~',
  '1.10',
  '0x1',
  '010',
  '1e3',
  '1:30',
  '1:2:3:4:5:6:7:8',
  '2001-01-01',
  '.inf',
  '<<',
  '=',
  'a: b',
  'a #b',
  'a:',
  '- a',
  '? a',
  '[a',
  '{a',
  '*a',
  '&a',
  '!a',
  '%a',
  '@a',
  '`a',
  '| a',
  '"a"',
  "it's",
  '#a',
  '---',
  '10.0.0.1',
  '10.0.0.0/8',
  '2001:2::1',
  '2001:2::',
  '::1',
  'db.example.com:3306',
  '__proto__',
  'a\nb',
  'a\nb\n',
  'a\n\nb\n',
  'a\nb\n\n',
  ' a\nb',
  '\na',
  'a\n---\nb',
  'a\r\nb',
  'a\tb',
  'é',
  '\u2028',
  '\u202e',
  '\u001b[31m',
]

describe('yaml', () => {
  it.each(TEXTS)('of the text %j is read as the same, by YAML 1.1 and 1.2, as a value and as a key', (text) => {
    const data = { list: [text], mapping: Object.fromEntries([[text, { inner: text }]]), text }
    const yaml = yamlOf(data)
    expect(parse(yaml, { version: '1.1' })).toEqual(data)
    expect(load(yaml)).toEqual(data)
  })

  it('is plain where nothing else could be meant, and has texts of several lines as they are', () => {
    expect(
      yamlOf({ host: 'db.example.com:3306', vip: '240.240.0.1', change: 'a:\n  b: 1\n', none: null, on: 'on' }),
    ).toBe('host: db.example.com:3306\nvip: 240.240.0.1\nchange: |\n  a:\n    b: 1\nnone: null\n"on": "on"\n')
  })

  it('has no control characters but line breaks', () => {
    expect(yamlOf(TEXTS).replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}|\p{Zl}/u)
  })

  it('writes what is computed meanwhile as a list', () => {
    function* items() {
      yield { a: 1, b: [] }
      yield { a: 2, b: [[1], {}] }
    }
    expect(parse(yamlOf({ items: items(), none: [][Symbol.iterator]() }))).toEqual({
      items: [
        { a: 1, b: [] },
        { a: 2, b: [[1], {}] },
      ],
      none: [],
    })
  })
})
