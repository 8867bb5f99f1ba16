import { describe, expect, it } from 'vitest'
import { EditableDocument } from '../../src/findings/edits/document.ts'
import { composed, type ReplacedPart, withParts } from '../../src/findings/edits/part.ts'
import type { Edit } from '../../src/findings/fixes/change.ts'
import { parseDocuments } from '../../src/sources/index.ts'

function edited(text: string, edits: readonly Edit[]): string {
  const [document] = parseDocuments({ name: 'mesh.yaml', text }, '').documents
  return withParts(text, new EditableDocument(text, document?.value ?? null, '\n').edit(edits))
}

const without = (text: string, ...paths: readonly (readonly (string | number)[])[]): string =>
  edited(
    text,
    paths.map((path) => ({ path, remove: true })),
  )

const MANIFEST = `---
# about it
apiVersion: networking.istio.io/v1   # api
kind: ServiceEntry
metadata:
    name: db
    creationTimestamp: 2024-01-01T00:00:39Z
    annotations: {octal: "010", y: 'yes', mode: 0644}

# before the spec
spec:
    hosts:
    - db.example.com # the host
    # about ports
    ports:
    - number: 3306     # was always so
      name: tcp
      protocol: TCP


    resolution: DNS   # resolved
# the end
`

describe('an edited document', () => {
  it('keeps every line that is not edited', () => {
    const text = edited(MANIFEST, [
      { path: ['spec', 'addresses'], value: ['240.241.0.1'] },
      { path: ['spec', 'ports', 0, 'number'], value: 3307 },
      { path: ['spec', 'ports', 0, 'targetPort'], value: 3306 },
      { path: ['spec', 'exportTo'], value: ['.'] },
    ])
    const lines = text.split('\n')
    expect(lines.filter((line) => !MANIFEST.split('\n').includes(line))).toEqual([
      '    - number: 3307     # was always so',
      '      targetPort: 3306',
      '    exportTo: ["."]',
      '    addresses: [240.241.0.1]',
    ])
    expect(MANIFEST.split('\n').filter((line) => !lines.includes(line))).toEqual([
      '    - number: 3306     # was always so',
    ])
  })

  it.each([
    [
      'a list in block style',
      'spec:\n  addresses:\n  - 10.0.0.1 # old\n  hosts: [a]\n',
      'spec:\n  addresses:\n  - 10.0.0.2 # old\n  hosts: [a]\n',
    ],
    [
      'a list in flow style',
      'spec: {addresses: [10.0.0.1], hosts: [a]}\n',
      'spec: {addresses: [10.0.0.2], hosts: [a]}\n',
    ],
    ['a mapping in flow style', 'spec: {hosts: [a]}\n', 'spec: {hosts: [a], addresses: [10.0.0.2]}\n'],
    [
      'Windows line ends',
      'spec:\r\n  resolution: DNS\r\n',
      'spec:\r\n  resolution: DNS\r\n  addresses: [10.0.0.2]\r\n',
    ],
    ['no final newline', 'spec:\n  resolution: DNS', 'spec:\n  resolution: DNS\n  addresses: [10.0.0.2]'],
    ['a spec without single lines', 'spec:\n  hosts:\n  - a\n', 'spec:\n  addresses: [10.0.0.2]\n  hosts:\n  - a\n'],
    [
      'JSON',
      '{\n  "spec": {\n    "hosts": []\n  }\n}\n',
      '{\n  "spec": {\n    "hosts": [],\n    "addresses": ["10.0.0.2"]\n  }\n}\n',
    ],
  ])('takes %s', (_, before, after) => {
    expect(edited(before, [{ path: ['spec', 'addresses'], value: ['10.0.0.2'] }])).toBe(after)
  })

  it('writes out what an alias or a merge key brings, and leaves the anchor alone', () => {
    const alias = edited('x: &s\n  hosts: [a]\nspec: *s\n', [{ path: ['spec', 'addresses'], value: ['10.0.0.2'] }])
    expect(parseDocuments({ name: '', text: alias }, '').documents[0]?.value).toEqual({
      x: { hosts: ['a'] },
      spec: { hosts: ['a'], addresses: ['10.0.0.2'] },
    })
    const merge = edited('x: &s {spec: {hosts: [a]}}\n<<: *s\n', [{ path: ['spec', 'addresses'], value: ['10.0.0.2'] }])
    expect(parseDocuments({ name: '', text: merge }, '').documents[0]?.value).toEqual({
      x: { spec: { hosts: ['a'] } },
      spec: { hosts: ['a'], addresses: ['10.0.0.2'] },
    })
  })

  it('quotes texts that could be taken for something else', () => {
    const text = edited('a: 1\n', [{ path: ['b'], value: ['yes', '.', 'fd00::1', '1e3', '{x'] }])
    expect(text).toBe('a: 1\nb: ["yes", ".", "fd00::1", "1e3", "{x"]\n')
  })

  it('loses the items of a list that are removed', () => {
    const list = 'kind: List\nitems:\n- a: 1 # first\n- a: 2\n# about the third\n- a: 3\n'
    expect(without(list, ['items', 0], ['items', 1])).toBe('kind: List\nitems:\n# about the third\n- a: 3\n')
  })

  it.each([
    ['an item of a list', 'a:\n- x\n- y # gone\n- z # stays\n', ['a', 1], 'a:\n- x\n- z # stays\n'],
    [
      'an item with the comment above it',
      'a:\n  # all\n  - n: 1\n    m: 2\n  # gone\n  - n: 2\n    m: 3\n\n  # stays\n  - n: 3\n',
      ['a', 1],
      'a:\n  # all\n  - n: 1\n    m: 2\n\n  # stays\n  - n: 3\n',
    ],
    ['the first item, but not the comment about all of them', 'a:\n# all\n- x\n- y\n', ['a', 0], 'a:\n# all\n- y\n'],
    ['an item below its dash', 'a:\n-\n  n: 1\n- n: 2\n', ['a', 0], 'a:\n- n: 2\n'],
    ['a key', 'a: 1 # one\n# two\nb:\n  c: 3\n  # inside\n  d: 4\n# five\ne: 5\n', ['b'], 'a: 1 # one\n# five\ne: 5\n'],
    ['the last key', 'a: 1\nb: |\n  text\n  more\n', ['b'], 'a: 1\n'],
    ['an item in flow style', 'a: [x, y, z] # three\n', ['a', 1], 'a: [x, z] # three\n'],
    ['the last item in flow style', 'a: [x, y]\n', ['a', 1], 'a: [x]\n'],
    ['a key in flow style', 'a: {b: 1, c: "2", d: 3}\n', ['a', 'b'], 'a: {c: "2", d: 3}\n'],
    ['the only item', 'a:\n- x\nb: 1 # one\n', ['a', 0], 'a: []\nb: 1 # one\n'],
    ['an empty value', 'a:\nb: 1\n', ['a'], 'b: 1\n'],
    ['a key on the line of a dash', 'a:\n- b: 1\n  c: 2 # two\n', ['a', 0, 'b'], 'a:\n- c: 2 # two\n'],
    ['a key before Windows line ends', 'a: 1\r\nb: 2\r\n', ['a'], 'b: 2\r\n'],
    ['a key of JSON', '{\n  "a": 1,\n  "b": 2\n}\n', ['a'], '{\n  "b": 2\n}\n'],
  ])('loses %s alone', (_, before, path, after) => {
    expect(without(before, path)).toBe(after)
  })

  it('counts all paths from the text as it stands', () => {
    const text = edited('a: [p, q, r]\nb: 1\n', [
      { path: ['a', 0], remove: true },
      { path: ['a', 2], value: 's' },
      { path: ['a', 0], remove: true },
      { path: ['c'], remove: true },
    ])
    expect(text).toBe('a: [q, "s"]\nb: 1\n')
  })

  it('keeps an anchor that an alias needs', () => {
    expect(() => without('a: &x {n: 1}\nb: *x\nc: 1\n', ['a'])).toThrow(/alias/)
  })
})

describe('two changes of a text', () => {
  const part = (start: number, end: number, text: string): ReplacedPart => ({ start, end, text })

  it.each<[string, ReplacedPart[], ReplacedPart[]]>([
    ['apart', [part(1, 2, 'XY')], [part(6, 8, '')]],
    ['the second before the first', [part(6, 8, 'Z')], [part(1, 2, '')]],
    ['the second inside of the first', [part(1, 2, 'WXYZ')], [part(2, 4, '-')]],
    ['the second across the first', [part(2, 4, 'XY'), part(5, 5, 'I')], [part(1, 7, '-')]],
    ['the second at an edge of the first', [part(2, 4, 'XY')], [part(2, 2, 'a'), part(4, 5, 'b')]],
    ['at the end', [part(10, 10, 'X')], [part(11, 11, 'Y')]],
    ['nothing in the first', [], [part(0, 1, '')]],
    ['nothing in the second', [part(0, 1, 'X')], []],
  ])('are one: %s', (_, first, second) => {
    const text = '0123456789'
    const both = composed(first, second)
    expect(withParts(text, both)).toBe(withParts(withParts(text, first), second))
    expect(both.every(({ start, end }, index) => start <= end && start >= (both[index - 1]?.end ?? 0))).toBe(true)
  })
})
