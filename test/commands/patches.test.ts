import { describe, expect, it } from 'vitest'
import { folderOf, vipctl } from './cli.ts'

const MESH = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: db, namespace: shop }
spec:
  hosts: [db.example.com]
  addresses: [203.0.113.1]
  ports: [{ number: 3306, name: tcp, protocol: TCP }]
  resolution: DNS
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: tune, namespace: shop }
spec:
  configPatches:
  - applyTo: CLUSTER
    match: { cluster: { service: db.example.com } }
    patch: { operation: MERGE, value: { connect_timeout: 2s } }
  - applyTo: CLUSTER
    match: { cluster: { service: no.example.com } }
    patch: { operation: MERGE, value: { connect_timeout: 2s } }
  - applyTo: CLUSTER
    match: { context: GATEWAY }
    patch: { operation: MERGE, value: { connect_timeout: 2s } }
`

describe('vipctl patches', () => {
  const cwd = folderOf({ 'm.yaml': MESH })

  it('prints what each patch changes, or why it does nothing', async () => {
    const { stdout, code } = await vipctl('patches -f m.yaml -n shop -q', { cwd })
    expect(code).toBe(0)
    expect(stdout).toBe(`EnvoyFilter shop/tune (m.yaml:11)
  applies to synthetic sidecar in namespace shop
  patch 1: MERGE of CLUSTER
    cluster outbound|3306||db.example.com (synthetic sidecar in namespace shop)
       altStatName: outbound|3306||db.example.com;
       type: STRICT_DNS
      -connectTimeout: 10s
      +connectTimeout: 2s
       lbPolicy: LEAST_REQUEST
       loadAssignment:
  patch 2: MERGE of CLUSTER: it matches nothing
  patch 3: MERGE of CLUSTER in GATEWAY: its context fits none of the proxies
`)
  })

  it('prints the same as data', async () => {
    const { stdout } = await vipctl('patches tune -f m.yaml -n shop -q -o json', { cwd })
    const [tune] = (JSON.parse(stdout) as { envoyFilters: { name: string; patches: object[] }[] }).envoyFilters
    expect(tune).toMatchObject({
      namespace: 'shop',
      name: 'tune',
      file: 'm.yaml',
      patches: [
        {
          patch: 1,
          changes: [{ kind: 'cluster', before: { connectTimeout: '10s' }, after: { connectTimeout: '2s' } }],
        },
        { patch: 2, changes: [], nothing: 'it matches nothing' },
        { patch: 3, changes: [], nothing: 'its context fits none of the proxies' },
      ],
    })
  })

  it('knows no other names', async () => {
    const { stderr, code } = await vipctl('patches tunes -f m.yaml -q', { cwd })
    expect(stderr).toMatch(/no EnvoyFilter "tunes" in the input\n.*did you mean tune\?/)
    expect(code).toBe(2)
  })
})

describe('--without', () => {
  const cwd = folderOf({ 'm.yaml': MESH })
  const timeouts = async (words: string) => {
    const { stdout } = await vipctl(`${words} -f m.yaml -n shop -q -o json`, { cwd })
    return [...stdout.matchAll(/"connectTimeout": "([^"]+)"/g)].map(([, value]) => value)
  }

  it('computes as if an EnvoyFilter were not there', async () => {
    expect(await timeouts('pc clusters --fqdn db.example.com')).toEqual(['2s'])
    expect(await timeouts('pc clusters --fqdn db.example.com --without EnvoyFilter/tune')).toEqual(['10s'])
    expect(await timeouts('dump')).toContain('2s')
    expect(await timeouts('dump --without envoyfilter')).not.toContain('2s')
  })

  it('needs an object that is there', async () => {
    const { stderr, code } = await vipctl('dump --without EnvoyFilter/tuna -f m.yaml -n shop -q', { cwd })
    expect(stderr).toMatch(/--without EnvoyFilter\/tuna: the input has no such object\n.*did you mean tune\?/)
    expect(code).toBe(2)
  })
})

describe('what EnvoyFilters leave incomplete', () => {
  const filter = `
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: weird, namespace: shop }
spec:
  configPatches:
  - applyTo: LISTENER
    patch: { operation: ADD, value: { name: bare } }
  - applyTo: CLUSTER
    patch: { operation: ADD, value: {} }
  - applyTo: VIRTUAL_HOST
    patch: { operation: ADD, value: {} }
  - applyTo: HTTP_ROUTE
    patch: { operation: INSERT_FIRST, value: {} }
  - applyTo: FILTER_CHAIN
    match: { context: SIDECAR_OUTBOUND, listener: { name: virtualOutbound } }
    patch: { operation: REMOVE }
`
  const cwd = folderOf({ 'm.yaml': MESH, 'weird.yaml': MESH + filter })

  it.each([
    'pc all -f weird.yaml',
    'pc listeners -f weird.yaml --explain',
    'dump -f weird.yaml -o config-dump',
    'conflicts -f weird.yaml',
    'diff m.yaml weird.yaml',
  ])('does not stop %s', async (words) => {
    const { stderr, code } = await vipctl(`${words} -n shop -q`, { cwd })
    expect(stderr).not.toContain('internal error')
    expect(code).toBeLessThan(2)
  })
})
