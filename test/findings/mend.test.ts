import { describe, expect, it } from 'vitest'
import type { Edit } from '../../src/findings/fixes/index.ts'
import { mendDocument } from '../../src/findings/mend/document.ts'
import { parseDocuments } from '../../src/sources/index.ts'

function mended(text: string, edits: readonly Edit[], removed?: readonly (readonly (string | number)[])[]): string {
  const [document] = parseDocuments({ name: 'mesh.yaml', text }, '').documents
  return mendDocument(text, document?.value ?? null, edits, removed)
}

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
    const text = mended(MANIFEST, [
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
      'spec:\n  addresses:\n  - 10.0.0.2\n  hosts: [a]\n',
    ],
    [
      'a list in flow style',
      'spec: {addresses: [10.0.0.1], hosts: [a]}\n',
      'spec: {addresses: [10.0.0.2], hosts: [a]}\n',
    ],
    ['a mapping in flow style', 'spec: {hosts: [a]}\n', 'spec: {addresses: [10.0.0.2], hosts: [a]}\n'],
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
      '{\n  "spec": {\n    "hosts": [],\n    "addresses": [\n      "10.0.0.2"\n    ]\n  }\n}\n',
    ],
  ])('takes %s', (_, before, after) => {
    expect(mended(before, [{ path: ['spec', 'addresses'], value: ['10.0.0.2'] }])).toBe(after)
  })

  it('writes out what an alias or a merge key brings, and leaves the anchor alone', () => {
    const alias = mended('x: &s\n  hosts: [a]\nspec: *s\n', [{ path: ['spec', 'addresses'], value: ['10.0.0.2'] }])
    expect(parseDocuments({ name: '', text: alias }, '').documents[0]?.value).toEqual({
      x: { hosts: ['a'] },
      spec: { hosts: ['a'], addresses: ['10.0.0.2'] },
    })
    const merge = mended('x: &s {spec: {hosts: [a]}}\n<<: *s\n', [{ path: ['spec', 'addresses'], value: ['10.0.0.2'] }])
    expect(parseDocuments({ name: '', text: merge }, '').documents[0]?.value).toEqual({
      x: { spec: { hosts: ['a'] } },
      spec: { hosts: ['a'], addresses: ['10.0.0.2'] },
    })
  })

  it('quotes texts that could be taken for something else', () => {
    const text = mended('a: 1\n', [{ path: ['b'], value: ['yes', '.', 'fd00::1', '1e3', '{x'] }])
    expect(text).toBe('a: 1\nb: ["yes", ".", "fd00::1", "1e3", "{x"]\n')
  })

  it('loses the items of a list that are removed', () => {
    const list = 'kind: List\nitems:\n- a: 1 # first\n- a: 2\n# about the third\n- a: 3\n'
    const text = mended(
      list,
      [],
      [
        ['items', 0],
        ['items', 1],
      ],
    )
    expect(parseDocuments({ name: '', text }, '').documents[0]?.value).toEqual({ kind: 'List', items: [{ a: 3 }] })
    expect(text).toContain('# about the third')
  })
})
