import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SERVICE } from '../../../src/kinds/kubernetes/service.ts'
import { Resource } from '../../../src/kinds/resource.ts'
import { VALIDATION_CODES } from '../../../src/kinds/validation/codes.ts'
import { headerValueProblem } from '../../../src/kinds/validation/values/http-values.ts'
import { regexProblem } from '../../../src/kinds/validation/values/re2.ts'
import { validate } from '../../../src/resources/admission.ts'
import { resource, STATUS_ALLOCATION } from './rules.ts'

describe('a regular expression of RE2', () => {
  it.each([
    '',
    'a|b|',
    '(a|)*',
    '()*',
    '^*$+\\b?',
    'a*?b+?c??d{2}?',
    'a{,2}{01}{x',
    '(?i)a(?-i)b(?i-sm:c)(?U)d',
    '(?P<name_1>a)(?<name>b)(?P<name>c)',
    'a*(?i)*',
    'a*\\Q\\E*',
    '\\Q*(\\E+\\Qab',
    '\\pL\\PL\\p{Greek}\\p{^Han}\\p{ lu-}\\p{Any}',
    '\\x41\\x{10FFFF}\\07\\12\\377\\_\\-\\A\\z',
    '[]a]',
    '[^]a-]',
    '[-a][[:alpha:][:^digit:]][\\d\\pN-x]',
    '[[:alpha]',
    '((a{500}){0}){1000}',
    '(a{10}b{100}){10}',
    '😀{3}[😀-😂]',
  ])('can be %s', (pattern) => {
    expect(regexProblem(pattern)).toBeUndefined()
  })

  it.each([
    ['*a', 'nothing to repeat'],
    ['a|*', 'nothing to repeat'],
    ['(+)', 'nothing to repeat'],
    ['(?i)*', 'nothing to repeat'],
    ['\\Q\\E*', 'nothing to repeat'],
    ['a**', 'follows a repetition'],
    ['a{2}{3}', 'follows a repetition'],
    ['a*??', 'follows a repetition'],
    ['a{1001}', 'between 0 and 1000'],
    ['a{2,1}', 'between 0 and 1000'],
    ['(a{500}){3}', 'multiply'],
    ['((a{1000}){0,}){2}', 'multiply'],
    ['(a', 'not closed'],
    ['a)', 'no opening one'],
    ['(?=a)', 'no lookaround'],
    ['(?<!a)', 'group name'],
    ['(?-)', 'no lookaround'],
    ['(?i', 'no lookaround'],
    ['(?P<a b>c)', 'group name'],
    ['(?P<a', 'group name'],
    ['\\1', 'no backreferences'],
    ['\\C', 'means nothing'],
    ['\\E', 'means nothing'],
    ['\\é', 'means nothing'],
    ['a\\', 'ends with a backslash'],
    ['\\x4', 'hexadecimal'],
    ['\\x{110000}', 'hexadecimal'],
    ['\\x{}', 'hexadecimal'],
    ['\\pX', 'not a Unicode class'],
    ['\\p', 'not a Unicode class'],
    ['\\p{Old_Italic}', 'not a Unicode class'],
    ['\\p{L', 'not closed'],
    ['[a', 'not closed'],
    ['[]', 'not closed'],
    ['[z-a]', 'wrong order'],
    ['[a-\\d]', 'means nothing'],
    ['[[:foo:]]', 'not a character class'],
  ])('cannot be %s: %s', (pattern, reason) => {
    expect(regexProblem(pattern)).toContain(reason)
  })
})

describe('a header value', () => {
  it.each(['', 'a\tb', '%HOSTNAME%', '50%% of %A(b)% and %C(["d","e"] ) %', '%A("quoted\\"", "b"])%', '%A(["x\\)"])%'])(
    'can be %j',
    (value) => {
      expect(headerValueProblem(value)).toBeUndefined()
    },
  )

  it.each(['a\nb', '\u007f', '%', 'a%b', '%A%%', '%A(', '%A(b', '%A(b)c%', '%A(["b" "c"])%', '%A([b])%', '%A("\\'])(
    'cannot be %j',
    (value) => {
      expect(headerValueProblem(value)).toBeDefined()
    },
  )
})

describe('the table of causes', () => {
  const folder = new URL('../../../src/kinds/', import.meta.url)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== join('validation', 'codes.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n')

  it.each(Object.entries(VALIDATION_CODES))('has a cause that is reported, and its title: %s', (code, title) => {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(title).toMatch(/^[A-Za-z][^\n]{10,80}$/)
    expect(sources).toContain(`'${code}'`)
  })
})

describe('an object of which there is nothing to say', () => {
  it('gets one shared verdict that cannot be changed', () => {
    const web = validate(resource('WorkloadEntry', { address: '1.2.3.4' }), STATUS_ALLOCATION)
    const db = validate(resource('Gateway', GATEWAY), STATUS_ALLOCATION)
    expect(web).toBe(db)
    expect(Object.isFrozen(web.errors)).toBe(true)
  })

  it('may be of a kind that istiod does not check', () => {
    const web = new Resource({ ...resource('WorkloadEntry', {}), kind: 'Service', apiVersion: 'v1' }, SERVICE)
    expect(validate(web, STATUS_ALLOCATION).errors).toEqual([])
  })
})

const GATEWAY = { servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] }
