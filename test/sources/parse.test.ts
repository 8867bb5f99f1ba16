import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseDocuments } from '../../src/sources/index.ts'

const load = (text: string, limits = {}) => parseDocuments({ name: 'in.yaml', text }, '', limits)
const values = (text: string) => load(text).documents.map(({ value }) => value)
const fixture = (path: string) =>
  load(readFileSync(new URL(`../../fixtures/bad-input/${path}`, import.meta.url), 'utf8'))

function onlyValue(text: string): unknown {
  const { documents, problems } = load(text)
  expect(problems).toEqual([])
  expect(documents).toHaveLength(1)
  return documents[0]?.value
}

describe('documents', () => {
  test('several in one file, empty ones skipped, comments and directives before them', () => {
    const text = '# first\na: 1\n---\n---\n# second\nb: 2\n...\n# third\n%YAML 1.1\n---\nc: 3\n--- {d: 4}\n---\nnull\n'
    expect(load(text)).toMatchObject({ problems: [] })
    expect(values(text)).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }, { d: 4 }])
  })

  test('--- ends a block scalar, but not within a line or behind spaces', () => {
    expect(values('a: |\n  x\n  --- y\n   ---\n---\nb: x---\n')).toEqual([{ a: 'x\n--- y\n ---\n' }, { b: 'x---' }])
  })

  test.each([
    ['CRLF', '\r\n'],
    ['CR', '\r'],
    ['LF', '\n'],
  ])('line breaks as %s', (_name, eol) => {
    const text = ['a:', '- x', '- "y', '   z"', '---', 'b: |', '  l1', '  l2', ''].join(eol)
    expect(values(text)).toEqual([{ a: ['x', 'y z'] }, { b: 'l1\nl2\n' }])
  })

  test('byte order marks begin the text and a document in the middle of joined files', () => {
    expect(values('\uFEFFa: 1\n\uFEFF---\nb: 2\n\uFEFF# c\n---\nc: 3\n')).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }])
  })

  test('a document read among others equals the same document read alone', () => {
    const documents = [
      'a: &x {p: 1}\nb: *x\n',
      '# only a comment\n',
      'a: [1,\n2\n]\nb: "x\ny"\n',
      '%TAG !t! tag:yaml.org,2002:\n---\na: !t!str 1\n...\n',
      'x: |\n  - "\n  [\ny: >-\n\n  folded\n  text\n',
      '{"json": [1, {"deep": null}]}\n',
    ]
    const alone = documents.flatMap(values)
    expect(values(documents.map((text) => (text.startsWith('%') ? `...\n${text}` : `---\n${text}`)).join(''))).toEqual(
      alone,
    )
    expect(alone).toHaveLength(5)
  })

  test('each knows its cluster and the piece of the text that it comes from', () => {
    const file = { name: 'x.yaml', text: 'a: 1\n---\nb: 2\n' }
    const { documents } = parseDocuments(file, 'remote')
    expect(documents.map(({ cluster }) => cluster)).toEqual(['remote', 'remote'])
    expect(documents.map(({ start, end }) => file.text.slice(start, end))).toEqual(['a: 1\n', '---\nb: 2\n'])
  })

  test('a broken one hides none of the others', () => {
    const { documents, problems } = fixture('broken-third-document/services.yaml')
    const names = documents.map(({ value }) => (value as { metadata: { name: string } }).metadata.name)
    expect(names).toEqual(['first', 'second', 'fourth'])
    expect(problems).toMatchObject([
      {
        severity: 'error',
        message: 'the quote " that opens here is never closed',
        at: { file: 'in.yaml', line: 14, column: 9 },
      },
    ])
  })

  test('what is not an object is said to be none, with its place', () => {
    const { documents, problems } = fixture('not-objects/list.yaml')
    expect(documents.map(({ value }) => value)).toEqual([{ kind: 'Namespace' }, { kind: 'Service' }])
    expect(problems).toMatchObject([
      { severity: 'error', message: 'document 2 is a string, not an object', at: { line: 3, column: 1 } },
      { severity: 'error', message: 'document 3 is a list, not an object', at: { line: 5, column: 1 } },
    ])
  })
})

describe('JSON', () => {
  test('one document, tabs and all', () => {
    expect(onlyValue('\n{\n\t"a": {"b": [1, 2.5e3, "x\\u00e9\\ud83d\\ude00", true, null]}\n}\n')).toEqual({
      a: { b: [1, 2500, 'xé😀', true, null] },
    })
  })

  test('documents strung together, of which a broken one hides no other', () => {
    const { documents, problems } = load('{"a": 1}\n{"b": 2}{"c": nope nope}\n{"d": 1 "e": 2}\n\n{"f": 5}\n')
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }, { c: 'nope nope' }, { f: 5 }])
    expect(problems).toMatchObject([
      { message: 'a comma is missing between two entries of [...] or {...}', at: { line: 3, column: 12 } },
    ])
  })

  test('a key twice is named, with the last value counting', () => {
    const { documents, problems } = load('{"a": 1,\n "b": {"c": 1, "c": 2},\n "a": 3}')
    expect(documents[0]?.value).toEqual({ a: 3, b: { c: 2 } })
    expect(problems.map(({ message }) => message)).toEqual([
      'duplicate key "c" (first on line 2): the later one wins',
      'duplicate key "a" (first on line 1): the later one wins',
    ])
  })

  test('a quoted merge key is an ordinary key', () => {
    expect(onlyValue('{"<<": {"a": 1}}')).toEqual({ '<<': { a: 1 } })
    expect(onlyValue('"<<": {a: 1}\n')).toEqual({ '<<': { a: 1 } })
  })

  test('YAML in braces is not mistaken for JSON', () => {
    expect(onlyValue("{a: '}{', b: on} # end\n")).toEqual({ a: '}{', b: true })
  })
})

describe('what Kubernetes reads though YAML is stricter', () => {
  test('brackets and quotes that are continued or closed below their key', () => {
    const text =
      'spec:\n  hosts: [\n    a,\n# c\nb\n  ]\n  ports: {\n"n": 80\n}\n  text: "x\n  y\n\nz"\n  exportTo:\t["."]\n'
    expect(onlyValue(text)).toEqual({
      spec: { hosts: ['a', 'b'], ports: { n: 80 }, text: 'x y\nz', exportTo: ['.'] },
    })
  })

  test('block scalars beside such brackets keep their text', () => {
    const text = 'a: [\n  x\n]\nb: |\n  it is [ "\n    deep\nc: >-\n   [\n   y\nd: {\n}\n'
    expect(onlyValue(text)).toEqual({ a: ['x'], b: 'it is [ "\n  deep\n', c: '[ y', d: {} })
  })
})

describe('aliases and merge keys', () => {
  test('an alias is the very object of its anchor', () => {
    const value = onlyValue('a: &x {p: [1]}\nb: *x\nc: [*x]\n') as { a: object; b: object; c: object[] }
    expect(value.b).toBe(value.a)
    expect(value.c[0]).toBe(value.a)
  })

  test('an anchor may be set again, stand on a key, and name a key', () => {
    expect(onlyValue('&k 1: x\na: *k\nb: &k 2\nc: *k\n*k : z\n')).toEqual({ 1: 'x', a: 1, b: 2, c: 2, 2: 'z' })
  })

  test('explicit keys win over merged ones, the first of several mappings over the later', () => {
    const text = 'x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y, {d: 4}]\n  a: 0\n'
    expect((onlyValue(text) as { z: object }).z).toEqual({ a: 0, b: 1, c: 2, d: 4 })
  })

  test('merged mappings may themselves merge, and stay as they were', () => {
    const text = 'w: &w {a: 1}\nx: &x {<<: *w, b: 2}\nz: {<<: *x, a: 3}\n'
    expect(onlyValue(text)).toEqual({ w: { a: 1 }, x: { a: 1, b: 2 }, z: { a: 3, b: 2 } })
  })

  test('a merge key after an explicit key replaces it, with a warning', () => {
    const { documents, problems } = load('a: 1\nb: 2\n<<: {a: 5, c: 3}\n')
    expect(documents[0]?.value).toEqual({ a: 5, b: 2, c: 3 })
    expect(problems).toMatchObject([{ severity: 'warning', at: { line: 3, column: 1 } }])
  })

  test.each(['<<: 3\n', '<<: [3]\n', '<<: [[{a: 1}]]\n', '<<: x\n'])('%j merges no mapping', (text) => {
    expect(load(text)).toMatchObject({ documents: [], problems: [{ severity: 'error', at: { line: 1, column: 1 } }] })
  })

  test('an unknown alias and one inside its own anchor are errors that drop one document', () => {
    const { documents, problems } = load('a: *x\n---\na: &a\n  b: [*a]\n---\nb: 1\n')
    expect(documents.map(({ value }) => value)).toEqual([{ b: 1 }])
    expect(problems.map(({ message, at }) => [message, at])).toEqual([
      [
        '*x refers to an anchor &x that is not defined above it in this document',
        { file: 'in.yaml', line: 1, column: 4 },
      ],
      ['the anchor &a contains itself', { file: 'in.yaml', line: 4, column: 7 }],
    ])
  })

  test('an anchor is known in its own document only', () => {
    expect(load('a: &x 1\n---\nb: *x\n')).toMatchObject({ problems: [{ at: { line: 3, column: 4 } }] })
  })
})

describe('keys', () => {
  test('duplicates: the last one counts, both places are named', () => {
    const { documents, problems } = fixture('duplicate-keys/service-entry.yaml')
    expect(documents[0]?.value).toMatchObject({ spec: { hosts: ['new.example.com'], resolution: 'DNS' } })
    expect(problems).toEqual([
      {
        severity: 'error',
        message: 'duplicate key "hosts" (first on line 6): the later one wins',
        at: { file: 'in.yaml', line: 9, column: 3 },
      },
    ])
  })

  test('keys that are written differently but read alike are duplicates', () => {
    expect(load('80: a\n"80": b\n').problems).toMatchObject([
      { message: expect.stringContaining('duplicate key "80"') },
    ])
    expect(load('on: a\n{x: 1}: b').problems).toMatchObject([{ severity: 'error' }])
  })

  test('a flood of duplicates is summed up', () => {
    const { problems } = load('a: 1\n'.repeat(100_000))
    expect(problems).toHaveLength(21)
    expect(problems.at(-1)?.message).toBe('99,979 more duplicate keys in this document')
  })

  test.each([
    '__proto__: {polluted: 1}\n',
    '{"__proto__": {"polluted": 1}}',
    'x: &x {__proto__: {polluted: 1}}\n<<: *x\n',
  ])('the prototype is out of reach of %j', (text) => {
    const value = onlyValue(text) as Record<string, unknown>
    expect(Object.keys(value)).toContain('__proto__')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(value.polluted).toBeUndefined()
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('names that objects have anyway are ordinary keys, and no duplicates', () => {
    const text = 'constructor: 1\ntoString: 2\nhasOwnProperty: 3\n__proto__: 4\n__defineGetter__: 5\n'
    const value = onlyValue(text) as object
    expect(Object.entries(value)).toEqual([
      ['constructor', 1],
      ['toString', 2],
      ['hasOwnProperty', 3],
      ['__proto__', 4],
      ['__defineGetter__', 5],
    ])
  })

  test('a __proto__ key twice is a duplicate', () => {
    expect(load('__proto__: 1\n__proto__: 2\n').problems).toMatchObject([{ severity: 'error' }])
  })

  test.each(['? [a]\n: 1\n', '? {a: 1}\n: 1\n', '{a: b}: 1\n', 'x: &x [1]\n*x : 1\n'])(
    'a mapping or list is not a key: %j',
    (text) => {
      expect(load(text)).toMatchObject({ documents: [], problems: [{ severity: 'error' }] })
    },
  )
})

describe('limits', () => {
  test('an alias bomb is refused without being expanded', () => {
    const { documents, problems } = fixture('alias-bomb/bomb.yaml')
    expect(documents).toEqual([])
    expect(problems).toMatchObject([
      { severity: 'error', message: expect.stringContaining('beyond the limit of 1,000,000 values'), at: { line: 11 } },
    ])
  })

  test('many aliases of a small anchor are no bomb', () => {
    const text = `x: &x {a: 1, b: 2}\nl:\n${'- *x\n'.repeat(200_000)}`
    expect((onlyValue(text) as { l: unknown[] }).l).toHaveLength(200_000)
  })

  test('a chain of aliases counts as nesting', () => {
    const links = Array.from({ length: 1_200 }, (_, i) => `- &a${i + 1} [*a${i}]\n`)
    const { problems } = load(`l:\n- &a0 [x]\n${links.join('')}`)
    expect(problems).toMatchObject([{ message: expect.stringContaining('limit of 1,000 levels') }])
  })

  test('merge keys that copy too much are refused', () => {
    const { problems } = load('a: &a {b: 1, c: 2}\nl:\n- {<<: *a}\n- {<<: *a}\n', { mergedKeys: 3 })
    expect(problems).toMatchObject([{ message: expect.stringContaining('merge keys copy more'), at: { line: 4 } }])
  })

  test.each([
    [`a: ${'['.repeat(100_000)}`],
    ['['.repeat(100_000)],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['- '.repeat(100_000)],
    ['? '.repeat(100_000)],
  ])('too deep nesting is refused (%#)', (text) => {
    expect(load(text)).toMatchObject({
      documents: [],
      problems: [{ severity: 'error', message: 'values nest deeper than the limit of 1,000 levels' }],
    })
  })

  test('a thousand levels are read', () => {
    expect(load(`a: ${'['.repeat(999)}${']'.repeat(999)}`)).toMatchObject({ problems: [] })
    expect(load(`${'{"a":'.repeat(999)}{}${'}'.repeat(999)}`)).toMatchObject({ problems: [] })
  })

  test('a document that is too long is refused, its neighbours are read', () => {
    const { documents, problems } = load(`a: 1\n---\nb: ${'x'.repeat(100)}\n---\nc: 1\n`, { documentLength: 50 })
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { c: 1 }])
    expect(problems).toMatchObject([{ message: expect.stringContaining('limit of 50 characters'), at: { line: 2 } }])
  })

  test('a document of too many values is refused', () => {
    for (const text of [`a: [${'1,'.repeat(500)}1]`, `{"a": [${'1,'.repeat(500)}1]}`, `a:\n${'- 1\n'.repeat(500)}`]) {
      const { problems } = load(text, { documentNodes: 400 })
      expect(problems).toMatchObject([{ message: expect.stringContaining('limit of 400 values') }])
    }
  })
})

// Slow machines need the time; something that hangs would not end in ten times as much either.
describe('huge inputs', { timeout: 60_000 }, () => {
  const MEGABYTES = 20_000_000

  test.each([
    ['a plain scalar', () => `a: ${'x'.repeat(MEGABYTES)}`],
    ['a quoted scalar', () => `a: "${'x'.repeat(MEGABYTES)}"`],
    ['a number', () => `a: ${'1'.repeat(MEGABYTES)}`],
    ['a JSON string', () => `{"a": "${'x'.repeat(MEGABYTES)}"}`],
  ])('a line of 20 MB that is %s is read', (_name, text) => {
    expect(load(text())).toMatchObject({ problems: [], documents: [{}] })
  })

  test('a line of 20 MB that holds too many values is refused', () => {
    expect(load(`a: [${'1,'.repeat(MEGABYTES / 2)}]`)).toMatchObject({
      documents: [],
      problems: [{ severity: 'error' }],
    })
  })

  test('a word of megabytes in an error is shortened', () => {
    const { problems } = load(`a: ${'*'.repeat(10_000_000)}`)
    expect(problems[0]?.message.length).toBeLessThan(400)
  })

  test.each([
    ['broken documents', '---\na: [\n', 20_000],
    ['markers', '---\n', 200_000],
    ['marks in comment lines', '\uFEFF# c\n', 100_000],
    ['brackets closed below their key', 'a: [\n  x\n]\n---\n', 20_000],
  ])('a hundred thousand lines of %s come to an end', (_name, text, count) => {
    expect(() => load(text.repeat(count))).not.toThrow()
  })
})

test('no text makes the parser throw', () => {
  const bits = [
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '#',
    '&a',
    '*a',
    '|',
    '>',
    '!',
    '%',
    '---\n',
  ]
  const more = [
    '\t',
    '\r',
    '\0',
    '\uFEFF',
    '\ud800',
    '<<: ',
    '?',
    '!!int ',
    '...\n',
    '\\',
    '@',
    '1',
    '.nan',
    '__proto__',
  ]
  const all = [...bits, ...more]
  let seed = 7
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  for (let i = 0; i < 5_000; i++) {
    const text = Array.from({ length: next(30) }, () => all[next(all.length)]).join('')
    expect(() => load(text), JSON.stringify(text)).not.toThrow()
  }
})
