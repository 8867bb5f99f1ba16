import { describe, expect, test } from 'vitest'
import type { PathStep, Position, SourceDocument } from '../../src/sources/document.ts'
import { lineText, locateInDocument, locateKey, parseDocuments, sourceTextOf } from '../../src/sources/index.ts'
import { Location } from '../../src/sources/location.ts'

const place = ({ line, column }: Position): string => `${line}:${column}`

function documentsOf(text: string): SourceDocument[] {
  const { documents, problems } = parseDocuments({ name: 'in.yaml', text }, '')
  expect(problems).toEqual([])
  return documents
}

function only(text: string): SourceDocument {
  const [document] = documentsOf(text)
  if (document === undefined) throw new Error('no document')
  return document
}

const at = (document: SourceDocument, ...path: PathStep[]): string => place(locateInDocument(document, path))
const keyAt = (document: SourceDocument, ...path: PathStep[]): string => place(locateKey(document, path))

const SERVICE_ENTRY = `# an entry
apiVersion: networking.istio.io/v1
metadata:
  name:   web
  labels: {app: web, "tier": 'front'}
spec:
  hosts:
  - a.example.com
  -   b.example.com
  ports:
    - number: 80
      name: http
    - {number: 443, name: tls}
  text: |
    one
  empty:
  matrix:
  - - x
    - y
`

describe.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('places of values with %s', (_name, eol) => {
  const document = only(SERVICE_ENTRY.replaceAll('\n', eol))

  test.each<[string, PathStep[]]>([
    ['2:1', []],
    ['2:13', ['apiVersion']],
    ['4:3', ['metadata']],
    ['4:11', ['metadata', 'name']],
    ['5:11', ['metadata', 'labels']],
    ['5:17', ['metadata', 'labels', 'app']],
    ['5:30', ['metadata', 'labels', 'tier']],
    ['8:3', ['spec', 'hosts']],
    ['9:7', ['spec', 'hosts', 1]],
    ['11:7', ['spec', 'ports', 0]],
    ['12:13', ['spec', 'ports', 0, 'name']],
    ['13:7', ['spec', 'ports', 1]],
    ['13:27', ['spec', 'ports', 1, 'name']],
    ['14:9', ['spec', 'text']],
    ['18:5', ['spec', 'matrix', 0]],
    ['19:7', ['spec', 'matrix', 0, 1]],
  ])('%s is %j', (expected, path) => {
    expect(at(document, ...path)).toBe(expected)
  })

  test('a value of which nothing is written stands at its key', () => {
    expect(at(document, 'spec', 'empty')).toBe('16:3')
  })

  test('a path that the text lacks leads to the deepest ancestor', () => {
    expect(at(document, 'spec', 'ports', 0, 'protocol')).toBe('11:7')
    expect(at(document, 'spec', 'ports', 7, 'name')).toBe('11:5')
    expect(at(document, 'status', 'addresses', 0)).toBe('2:1')
    expect(at(document, 'metadata', 'name', 'x')).toBe('4:11')
  })

  test('keys', () => {
    expect(keyAt(document, 'spec')).toBe('6:1')
    expect(keyAt(document, 'metadata', 'labels', 'tier')).toBe('5:22')
    expect(keyAt(document, 'spec', 'ports', 1, 'name')).toBe('13:21')
    expect(keyAt(document, 'spec', 'ports', 1)).toBe('13:7')
    expect(keyAt(document, 'spec', 'text')).toBe('14:3')
  })

  test('lines of the file', () => {
    expect(lineText(document.file, 4)).toBe('  name:   web')
    expect(lineText(document.file, 1)).toBe('# an entry')
    expect(lineText(document.file, 20)).toBe('')
    expect(lineText(document.file, 99)).toBe('')
  })
})

test('each document counts from the start of the file', () => {
  const [first, second, third] = documentsOf('a: 1\n---\n# c\nb: {c: 2}\n---\n{"d": [1,\n 2]}\n') as [
    SourceDocument,
    SourceDocument,
    SourceDocument,
  ]
  expect([at(second, 'b', 'c'), at(first, 'a'), at(third, 'd', 1), keyAt(second, 'b')]).toEqual([
    '4:8',
    '1:4',
    '7:2',
    '4:1',
  ])
})

test('JSON documents of one line', () => {
  const [first, second] = documentsOf('{"a": 1} {"a": {"b": [true]}}') as [SourceDocument, SourceDocument]
  expect([at(first, 'a'), at(second, 'a', 'b', 0), keyAt(second, 'a', 'b')]).toEqual(['1:7', '1:23', '1:17'])
})

test('values that came through an alias stand where the anchor is', () => {
  const document = only('base: &b\n  x: {v: 1}\ncopy: *b\nlist:\n- *b\n')
  expect(at(document, 'copy')).toBe('2:3')
  expect(at(document, 'copy', 'x', 'v')).toBe('2:10')
  expect(at(document, 'list', 0, 'x', 'v')).toBe('2:10')
  expect(keyAt(document, 'copy')).toBe('3:1')
})

test('values that came through a merge key stand where they are written', () => {
  const document = only('x: &x\n  a: 1\n  b: 1\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 0\n')
  expect(at(document, 'z', 'a')).toBe('7:6')
  expect(at(document, 'z', 'b')).toBe('3:6')
  expect(at(document, 'z', 'c')).toBe('4:17')
  expect(keyAt(document, 'z', 'c')).toBe('4:14')
})

test('keys are looked up as they are read', () => {
  const document = only('080: a\non: b\n"x y": c\n__proto__: d\nconstructor: e\n')
  expect(at(document, 'true')).toBe('2:5')
  expect(at(document, '80')).toBe('1:6')
  expect(at(document, 80)).toBe('1:6')
  expect(at(document, 'x y')).toBe('3:8')
  expect(at(document, '__proto__')).toBe('4:12')
  expect(at(document, 'constructor')).toBe('5:14')
  expect(at(document, 'toString')).toBe('1:1')
})

test('the later of two equal keys is the one that counts', () => {
  const { documents } = parseDocuments({ name: 'x', text: 'a: 1\na: 2\n' }, '')
  expect(at(documents[0] as SourceDocument, 'a')).toBe('2:4')
})

test('anchors and tags are not part of the value; lines closed below their key keep their columns', () => {
  const document = only('a: &x !!str 12\nb: [\n  p,\nq\n]\nc: d\n')
  expect(at(document, 'a')).toBe('1:13')
  expect(at(document, 'b', 0)).toBe('3:3')
  expect(at(document, 'b', 1)).toBe('4:1')
  expect(at(document, 'c')).toBe('6:4')
})

test('the text of a scalar is as it is written', () => {
  const document = only("a: y\nb: \"y\"\nc: 1.10\nd: {e: 'it''s'}\nf: *k\n".replace('a: y', 'a: &k y'))
  expect(sourceTextOf(document, ['a'])).toBe('y')
  expect(sourceTextOf(document, ['b'])).toBe('"y"')
  expect(sourceTextOf(document, ['c'])).toBe('1.10')
  expect(sourceTextOf(document, ['d', 'e'])).toBe("'it''s'")
  expect(sourceTextOf(document, ['f'])).toBe('y')
  expect(sourceTextOf(document, ['d'])).toBeUndefined()
  expect(sourceTextOf(document, ['a', 'x'])).toBeUndefined()
})

test('places of every item of a long list', { timeout: 60_000 }, () => {
  const document = only(`items:\n${'- {a: 1}\n'.repeat(50_000)}`)
  for (let i = 0; i < 50_000; i++) expect(locateInDocument(document, ['items', i, 'a']).line).toBe(i + 2)
})

test('a document whose text is not YAML is located at its start', () => {
  const document: SourceDocument = { file: { name: 'x', text: 'a\n b: [' }, cluster: '', start: 2, end: 7, value: {} }
  expect(at(document, 'b')).toBe('2:1')
})

test('a Location prints as file:line:column', () => {
  expect(new Location(only('a:\n  b: 1\n')).child('a', 'b').toString()).toBe('in.yaml:2:6')
})
