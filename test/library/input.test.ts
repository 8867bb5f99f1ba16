import { describe, expect, it } from 'vitest'
import { loadMesh, MeshMemory, UserError } from '../../src/library/node/main.ts'
import type { FileOptions, ManifestText, Mesh, Problem, ProxyChoice } from '../../src/library/types/index.ts'

const entry = (name: string, spec = ''): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: [${name}.example.com]
  ports: [{number: 3306, name: tcp, protocol: TCP}]
  resolution: DNS${spec}
---`

const named = (text: string, name = 'shop.yaml'): ManifestText => ({ name, text })

const load = (text: string, options: FileOptions = {}): Promise<Mesh> => loadMesh({ ...options, texts: [named(text)] })

const addressesOf = (mesh: Mesh): readonly string[] =>
  mesh.allocate().map(({ host, addresses }) => `${host} ${addresses[0]}`)

/** `FILE:LINE:COLUMN SEVERITY MESSAGE` */
const problemText = ({ severity, message, location }: Problem): string =>
  `${location?.file}:${location?.line}:${location?.column} ${severity} ${message}`

describe('problems of the input', () => {
  it('have places, and hide nothing of the rest', async () => {
    const mesh = await loadMesh({
      texts: [
        named('a: [b', 'broken.yaml'),
        named(`${entry('orders')}\nkind: Service\nmetadata: {name: web}\n---${entry('users', '\n  exportTo: [..]')}`),
      ],
    })
    expect(mesh.problems.map(problemText)).toEqual([
      'broken.yaml:1:4 error the [ that opens here is never closed',
      expect.stringMatching(/^shop\.yaml:10:1 error .*apiVersion.*: the object is left out$/),
      expect.stringMatching(/^shop\.yaml:20:14 warning istiod rejects ServiceEntry shop\/users: .* \(left out\)$/),
    ])
    expect(addressesOf(mesh)).toEqual(['orders.example.com 240.240.0.1'])
  })

  it('include warnings of istiod about accepted objects on request', async () => {
    const route = '{route: [{destination: {host: web}}]}'
    const text = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web}
spec: {hosts: [web], http: [${route}, ${route}]}
`
    const quiet = (await load(text)).problems
    const verbose = (await load(text, { verbose: true })).problems
    expect(verbose.length).toBeGreaterThan(quiet.length)
    expect(verbose.map(({ message }) => message).join()).toContain('istiod warns about')
  })

  it('include a version that is not known', async () => {
    const { istio, problems } = await load(entry('orders'), { istioVersion: '1.27.99' })
    expect(istio.from).toBe('option')
    expect(problems[0]?.message).toMatch(/^loadMesh: istioVersion: Istio 1\.27\.99 is newer than /)
  })

  it('are serialized with their places', async () => {
    const { problems } = await load('a: [b')
    expect(JSON.parse(JSON.stringify(problems))).toMatchObject([
      { location: { file: 'shop.yaml', line: 1, column: 4 } },
    ])
  })
})

describe('hostile input', () => {
  it('has names that are properties of objects', async () => {
    const text = entry('__proto__').replace('__proto__.example.com', 'constructor.example.com')
    const mesh = await loadMesh({ texts: [named(text, '__proto__')], istiodEnv: JSON.parse('{"__proto__": "x"}') })
    expect(mesh.allocate()[0]).toMatchObject({ host: 'constructor.example.com', location: { file: '__proto__' } })
    const proxy = mesh.proxy({ labels: JSON.parse('{"__proto__": "x"}'), metadata: JSON.parse('{"__proto__": "x"}') })
    expect(proxy.dig('constructor.example.com').reasons).not.toEqual([])
    expect(mesh.lint().notChecked).toEqual({})
  })

  it('is deep, and wide', async () => {
    const { problems } = await load('['.repeat(100_000))
    expect(problems).toHaveLength(1)
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghij'
      .split('')
      .map((name, index) => `${name}: &${name} [${`*${'abcdefghij'[index]}, `.repeat(9)}]`)
      .join('\n')}`
    expect((await load(bomb)).problems).toHaveLength(1)
  })

  it('is no text of a manifest', async () => {
    const { problems } = await load('\u0000\u0001\ufffe')
    expect(problems).toHaveLength(1)
  })
})

/** What is thrown, with its hint. */
async function mistake(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.hint === undefined ? error.message : `${error.message}; ${error.hint}`
  }
  return 'nothing'
}

describe('mistakes of the caller', () => {
  const wrong = (options: unknown): Promise<string> => mistake(() => loadMesh(options as FileOptions))

  it('are errors with a hint', async () => {
    expect(await wrong(undefined)).toMatch(/^loadMesh: the options must be an object; it may have texts, /)
    expect(await wrong([])).toMatch(/^loadMesh: the options must be an object/)
    expect(await wrong({})).toMatch(/^loadMesh: no input; /)
    expect(await wrong({ file: [] })).toBe('loadMesh has no option "file"; did you mean files?')
    expect(await wrong({ files: 'mesh/' })).toBe('loadMesh: files must be a list of strings')
    expect(await wrong({ texts: ['a: b'] })).toMatch(/^loadMesh: text 1: the options must be an object/)
    expect(await wrong({ texts: [{ name: 'a.yaml' }] })).toBe(
      'loadMesh: text 1 must have a name and a text, both strings',
    )
    expect(await wrong({ texts: [], istioVersion: 1.27 })).toBe('loadMesh: istioVersion must be a string')
    expect(await wrong({ texts: [], istioVersion: '2.0' })).toMatch(/^loadMesh: istioVersion: Istio 2\.0\.0 is newer/)
    expect(await wrong({ texts: [], assume: 'pod' })).toBe(
      'loadMesh: assume: "pod" is not an assumption; did you mean pods?',
    )
    expect(await wrong({ texts: [], istiodEnv: { PILOT_ENABLE_IP_AUTOALLOCATE: 'si' } })).toBe(
      'loadMesh: istiodEnv PILOT_ENABLE_IP_AUTOALLOCATE: "si" is not a boolean (true or false)',
    )
    expect(await wrong({ texts: [], meshConfig: named('kind: Service') })).toMatch(
      /^loadMesh: meshConfig "shop\.yaml" states no mesh configuration; /,
    )
    expect(await wrong({ texts: [{ ...named(''), cluster: 'Kubernetes' }] })).toMatch(
      /^loadMesh: "Kubernetes" is the ID of the config cluster; /,
    )
    expect(await wrong({ texts: [], memory: {} })).toBe('memory must be a MeshMemory; new MeshMemory() makes one')
  })

  it('are errors of proxies', async () => {
    const mesh = await load(entry('orders'))
    const choose = (choice: unknown) => mistake(() => mesh.proxy(choice as ProxyChoice))
    expect(await choose({ name: 'web' })).toBe('no proxy "web" in namespace default; the input has no workload')
    expect(await choose({ nam: 'web' })).toBe('proxy has no option "nam"; did you mean name?')
    expect(await choose({ name: 'web', node: {} })).toMatch(/^proxy: name and node exclude each other/)
    expect(await choose({ node: 'x' })).toMatch(/^proxy: node is not an Envoy node/)
    expect(await choose({ metadata: { DNS_CAPTURE: 'si' } })).toMatch(/^metadata DNS_CAPTURE is "si"/)
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    expect(await choose({ node: cyclic })).toBe('proxy: node is not JSON')
  })

  it('are errors of questions, requests and settings', async () => {
    const mesh = await load(entry('orders'))
    const proxy = mesh.proxy()
    expect(await mistake(() => proxy.dig('a b'))).toBe('dig: "a b" cannot be looked up: a name has no white space')
    expect(await mistake(() => proxy.dig('a', 'AAA'))).toMatch(/^dig: unknown record type "AAA"/)
    expect(await mistake(() => proxy.trace('orders'))).toMatch(/^"orders": the port is missing/)
    expect(await mistake(() => proxy.trace('a:80', { from: 'gateway/none' }))).toMatch(
      /^trace: from: no gateway "none"/,
    )
    expect(await mistake(() => proxy.trace('a:80', { depth: 99 }))).toBe('trace: depth must be a number from 0 to 50')
    expect(await mistake(() => proxy.conflicts({ port: 0.5 }))).toBe('conflicts: port must be a number')
    expect(await mistake(() => mesh.lint({ rules: { nothing: 'off' } }))).toMatch(/^lint: rule nothing: unknown rule/)
    expect(await mistake(() => mesh.lint({ fixes: 'al' as 'all' }))).toBe(
      'lint: fixes "al" does not exist; did you mean all?',
    )
  })
})

describe('a memory', () => {
  it('gives the same as a mesh that is loaded without it', async () => {
    const memory = new MeshMemory()
    const versions = [entry('orders'), `${entry('users')}${entry('orders')}`, entry('users')]
    for (const text of versions) {
      const kept = await load(text, { memory })
      const fresh = await load(text)
      expect(JSON.stringify(kept.allocate())).toBe(JSON.stringify(fresh.allocate()))
      expect(JSON.stringify(kept.lint())).toBe(JSON.stringify(fresh.lint()))
    }
  })

  it('begins again with other options', async () => {
    const memory = new MeshMemory()
    const first = await load(entry('orders'), { memory })
    const second = await load(entry('orders'), { memory, istioVersion: '1.20' })
    expect([first, second].map((mesh) => mesh.allocate()[0]?.source)).toEqual(['simulated', 'hashed'])
  })
})

describe('several istiods', () => {
  const istiod = (revision: string, version: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod-${revision}, namespace: istio-system, labels: {app: istiod, istio.io/rev: ${revision}}}
spec: {template: {spec: {containers: [{name: discovery, image: 'istio/pilot:${version}'}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-${revision}, namespace: istio-system}
data:
  mesh: |
    defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: "${revision === 'canary'}"}}
---
apiVersion: v1
kind: Namespace
metadata: {name: ${revision}, labels: {istio.io/rev: ${revision}}}
---`

  it('each apply to their own proxies', async () => {
    const mesh = await load(istiod('stable', '1.26.3') + istiod('canary', '1.27.5'))
    const captures = ['stable', 'canary'].map((namespace) => mesh.proxy({ namespace }).dnsCapture)
    expect(captures).toEqual([false, true])
  })

  it('of which one is asked for apply to all', async () => {
    const mesh = await load(istiod('stable', '1.26.3') + istiod('canary', '1.27.5'), { revision: 'canary' })
    const captures = ['stable', 'canary'].map((namespace) => mesh.proxy({ namespace }).dnsCapture)
    expect(captures).toEqual([true, true])
    expect(mesh.istio.version).toBe('1.27.5')
  })
})
