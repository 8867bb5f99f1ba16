import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type CodeLens,
  CodeLensRequest,
  DefinitionRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  HoverRequest,
  type Location,
  type MarkupContent,
  ReferencesRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver-protocol/node'
import { entry } from '../commands/cli.ts'
import { Editor, start } from './client.ts'

const FILES = {
  'svc.yaml': `apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  ports:
  - {name: http, port: 9080}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews, namespace: shop}
spec:
  selector: {matchLabels: {app: reviews}}
  template:
    metadata: {labels: {app: reviews, version: v1}}
    spec: {containers: [{name: a, image: b}]}
`,
  'vs.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: shop}
spec:
  hosts: [reviews]
  gateways: [front, mesh]
  http:
  - match: [{uri: {prefix: /x}}]
    delegate: {name: more, namespace: shop}
  - route:
    - destination: {host: reviews, subset: v1}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  subsets:
  - name: v1
    labels: {version: v1}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: front, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: ["shop/reviews.shop.svc.cluster.local"]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: more, namespace: shop}
spec:
  http:
  - route:
    - destination: {host: a.example.com}
`,
  'se.yaml': ['a', 'b', 'c']
    .map(
      (n) => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${n}, namespace: shop}
spec:
  hosts: [${n}.example.com]
  ports:
  - number: 3306
    name: tcp
    protocol: TCP
  resolution: DNS
`,
    )
    .join('---\n'),
}

let editor: Editor

beforeEach(async () => {
  editor = await Editor.start({ files: FILES })
  for (const name of Object.keys(FILES)) await editor.open(name)
})

afterEach(() => editor.kill())

async function hovered(name: string, word: string, nth = 0): Promise<string> {
  const found = await editor.connection.sendRequest(HoverRequest.type, editor.place(name, word, nth))
  return (found?.contents as MarkupContent | undefined)?.value ?? ''
}

async function defined(name: string, word: string, nth = 0): Promise<string[]> {
  const found = await editor.connection.sendRequest(DefinitionRequest.type, editor.place(name, word, nth))
  return ((found ?? []) as Location[]).map((location) => editor.quoted(location))
}

async function used(name: string, word: string, nth = 0, includeDeclaration = false): Promise<string[]> {
  const place = { ...editor.place(name, word, nth), context: { includeDeclaration } }
  const found = await editor.connection.sendRequest(ReferencesRequest.type, place)
  return (found ?? []).map((location) => editor.quoted(location))
}

describe('a hover', () => {
  it('shows what a host resolves to and why, and its listeners', async () => {
    const text = await hovered('vs.yaml', 'reviews]')
    expect(text).toContain('**`reviews.shop.svc.cluster.local`**')
    expect(text).toMatch(
      /- `198\.18\.\d+\.\d+`: clusterIP of the Service, assumed: .*`Service shop\/reviews \(svc\.yaml:5\)`/,
    )
    expect(text).toContain('- port 9080 (HTTP): listener `0.0.0.0_9080`')
  })

  it('shows who holds the listener of a port, and who loses it', async () => {
    expect(await hovered('se.yaml', '3306')).toContain(
      '`a.example.com`: port 3306 (TCP): listener `0.0.0.0_3306`; `b.example.com`, `c.example.com` get no place in it',
    )
    expect(await hovered('se.yaml', '3306', 1)).toContain(
      'gets no listener: `0.0.0.0_3306` leads to `a.example.com` of `ServiceEntry shop/a (se.yaml:1)`',
    )
  })

  it('shows the automatic address of an entry with DNS capture', async () => {
    editor.settings = { dnsCapture: 'true' }
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
    await expect.poll(() => hovered('se.yaml', 'b.example.com')).toMatch(/- `240\.240\.0\.2`: .*ServiceEntry shop\/b/)
  })

  it('shows the labels of a subset, the place of a gateway, and the workloads of a selector', async () => {
    expect(await hovered('vs.yaml', 'v1}')).toContain('`DestinationRule shop/reviews (vs.yaml:19)`: `version=v1`')
    expect(await hovered('vs.yaml', 'front')).toContain('`Gateway shop/front (vs.yaml:24)`')
    expect(await hovered('svc.yaml', 'reviews}')).toBe('selects one workload: `Deployment shop/reviews (svc.yaml:9)`')
    expect(await hovered('vs.yaml', 'ingressgateway')).toBe('selects no workload of the input')
  })

  it('says nothing about keys', async () => {
    expect(await hovered('vs.yaml', 'hosts')).toBe('')
  })

  it('finds its place below text that is half typed', async () => {
    await editor.type('vs.yaml', 'apiVersion', 'half\ntyped\napiVersion')
    expect(await hovered('vs.yaml', 'v1}')).toContain('version=v1')
  })
})

describe('a definition', () => {
  it.each([
    ['a host', 'vs.yaml', 'reviews]', ['svc.yaml:3: reviews']],
    ['a host of an entry', 'vs.yaml', 'a.example.com', ['se.yaml:5: a.example.com']],
    ['a subset', 'vs.yaml', 'v1}', ['vs.yaml:19: v1']],
    ['a gateway', 'vs.yaml', 'front', ['vs.yaml:24: front']],
    ['a delegate', 'vs.yaml', 'more', ['vs.yaml:33: more']],
    ['a selector', 'svc.yaml', 'app', ['svc.yaml:11: reviews']],
  ])('of %s', async (_, name, word, places) => {
    expect(await defined(name, word)).toEqual(places)
  })
})

describe('references', () => {
  it('of a Service are all places that name its host', async () => {
    expect(await used('svc.yaml', 'reviews', 0, true)).toEqual([
      'svc.yaml:3: reviews',
      'vs.yaml:5: reviews',
      'vs.yaml:11: reviews',
      'vs.yaml:17: reviews',
      'vs.yaml:29: "shop/reviews.shop.svc.cluster.local"',
    ])
  })

  it('of a workload are the selectors that select it', async () => {
    expect(await used('svc.yaml', 'reviews', 2)).toEqual(['svc.yaml:5: {app: reviews}'])
  })

  it('change with the text', async () => {
    await editor.type('vs.yaml', 'gateways: [front, mesh]', 'gateways: [other]')
    expect(await used('vs.yaml', 'front', 0)).toEqual([])
  })
})

describe('symbols', () => {
  it('of a document are its objects and what they list', async () => {
    const textDocument = { uri: editor.uriOf('vs.yaml') }
    const symbols = (await editor.connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument,
    })) as DocumentSymbol[]
    expect(symbols.map(({ name }) => name)).toEqual([
      'VirtualService shop/reviews',
      'DestinationRule shop/reviews',
      'Gateway shop/front',
      'VirtualService shop/more',
    ])
    expect(symbols[1]?.children?.map(({ name, children = [] }) => [name, children.map((each) => each.name)])).toEqual([
      ['subsets', ['v1']],
    ])
  })

  it('of the workspace are found by some of their letters', async () => {
    const found = await editor.connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'svrev' })
    expect(found?.map(({ name }) => name)).toEqual(['Service shop/reviews', 'VirtualService shop/reviews'])
  })
})

describe('lenses', () => {
  it('count the hosts that share a port, and references', async () => {
    const textDocument = { uri: editor.uriOf('se.yaml') }
    const lenses = (await editor.connection.sendRequest(CodeLensRequest.type, { textDocument })) as CodeLens[]
    expect(lenses.map(({ range, command }) => [range.start.line, command?.title])).toEqual([
      [2, '1 reference'],
      [6, '3 hosts share port 3306'],
      [17, '3 hosts share port 3306'],
      [28, '3 hosts share port 3306'],
    ])
  })
})

describe('fields in the spelling of protobuf', () => {
  it('are the same fields', async () => {
    const entryOf = entry({ name: 'db', namespace: 'shop', host: 'db.example.com' })
    const machine = `apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm, namespace: shop}
spec: {address: 10.0.0.1, labels: {app: db}}
`
    const selecting = `${entryOf.replace('resolution: DNS', 'resolution: STATIC')}  workload_selector:\n    labels: {app: db}\n`
    const own = await start({ files: { 'db.yaml': selecting, 'vm.yaml': machine } })
    const hover = await own.connection.sendRequest(HoverRequest.type, own.place('db.yaml', 'db}'))
    expect(JSON.stringify(hover?.contents)).toContain('selects one workload: `WorkloadEntry shop/vm (vm.yaml:1)`')
    const made = await own.connection.sendRequest(DefinitionRequest.type, own.place('db.yaml', 'db}'))
    expect((made as Location[]).map((each) => own.quoted(each))).toEqual(['vm.yaml:3: vm'])
    const used = await own.connection.sendRequest(ReferencesRequest.type, {
      ...own.place('vm.yaml', 'vm'),
      context: { includeDeclaration: false },
    })
    expect(used?.map((each) => own.quoted(each))).toEqual(['db.yaml:15: {app: db}'])
  })
})
