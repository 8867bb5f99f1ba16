import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { breakCommands } from '../../src/common/ci-commands.ts'
import { clean } from '../../src/formats/clean.ts'
import { jsonChunks, jsonLine } from '../../src/formats/json.ts'
import { xml } from '../../src/formats/markup/xml.ts'
import { tapChunks } from '../../src/formats/tests/tap.ts'
import { yamlText } from '../../src/sources/yaml/text.ts'
import { CI_COMMAND, UNSAFE } from '../support/hidden.ts'

/** Every character that Unicode has, apart from halves of surrogate pairs. */
const ALL = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
const HIDDEN = ALL.filter((character) => character !== '\n' && UNSAFE.test(character))
const TEXTS = ['pay\u200b.example.com', 'x\u{e0041}', '\ufeff', '\u00ad', '\u034f', '\u3164', '\ufe0f', HIDDEN.join('')]

const jsonOf = (value: unknown): string => [...jsonChunks(value)].join('')
const tapOf = (text: string): string => {
  const place = { file: text, line: 1, column: 1 }
  return [...tapChunks([{ suite: text, name: text, status: 'failed', place, lines: [text] }])].join('')
}

describe('characters that do not show', () => {
  it('include tags, fillers, selectors and format characters', () => {
    for (const hidden of '\u200b\u2060\ufeff\u00ad\u{e0041}\u{e007f}\u{e0100}\u3164\u202e\u0085') {
      expect(HIDDEN).toContain(hidden)
    }
  })

  it.each(TEXTS)('are escaped in every format: %#', (text) => {
    const data = { text, list: [text], [text]: text, lines: `${text}\n::x::${text}` }
    for (const written of [clean(text), jsonOf(data), jsonLine(data), yamlText(data), xml(text), tapOf(text)]) {
      expect(UNSAFE.exec(written)).toBeNull()
      expect(written).toMatch(/\\|&#/)
    }
  })

  it.each(TEXTS)('stay the same values for programs: %#', (text) => {
    const data = { text, list: [text], [text]: text }
    expect(JSON.parse(jsonOf(data))).toEqual(data)
    expect(JSON.parse(jsonLine(data))).toEqual(data)
    expect(load(yamlText(data))).toEqual(data)
    expect(parse(yamlText(data), { version: '1.1' })).toEqual(data)
  })

  it('are told apart from each other', () => {
    expect(new Set(HIDDEN.map(clean)).size).toBe(HIDDEN.length)
    expect(clean('pay\u200b \u{e0041} \u00ad')).toBe('pay\\u200b \\u{e0041} \\xad')
  })

  it('leave letters of all scripts alone', () => {
    const text = 'öß 漢 😀 مثال हिन्दी'
    expect(clean(text)).toBe(text)
    expect(jsonLine(text)).toBe(`"${text}"\n`)
    expect(load(yamlText(text))).toBe(text)
  })
})

const COMMANDS = [
  '::add-mask::x',
  '::error file=a.yaml::b',
  '  ::stop-commands::x',
  '\u00a0::group::x',
  'a\n::add-mask::x',
  'a\n\t::add-mask::x\n',
  '::dead-beef::',
  '##[add-mask]x',
  'a ##[group]x',
  '###[group]x',
  '##vso[task.setvariable variable=a]b',
  "##teamcity[message text='x']",
]

describe('commands of CI systems', () => {
  it.each(COMMANDS)('are broken in text: %j', (text) => {
    expect(text).toMatch(CI_COMMAND)
    expect(breakCommands(text)).not.toMatch(CI_COMMAND)
  })

  it.each(COMMANDS)('are no lines of JSON, YAML, XML and TAP: %j', (text) => {
    const data = { text, list: [text], [text]: { [text]: text } }
    for (const written of [jsonOf(data), jsonLine(data), yamlText(data), `<a>\n${xml(text)}\n</a>`, tapOf(text)]) {
      expect(written).not.toMatch(CI_COMMAND)
    }
    expect(JSON.parse(jsonOf(data))).toEqual(data)
    expect(load(yamlText(data))).toEqual(data)
    expect(parse(yamlText(data), { version: '1.1' })).toEqual(data)
  })

  it('are not seen where a piece of output goes on inside a line', () => {
    expect(breakCommands('::x\n::x', undefined, true)).toBe('::x\n\\x3a:x')
    expect(breakCommands('::x ##[b]', undefined, true)).toBe('::x #\\x23[b]')
  })

  it.each(['::', '::1', '::1   ServiceEntry', '::ffff:10.0.0.1', '  ::1:8080  HEALTHY', 'a::b', '# [x]', '## a [b]'])(
    'are not seen where there is none: %j',
    (text) => expect(breakCommands(text)).toBe(text),
  )
})
