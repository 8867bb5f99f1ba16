import { describe, expect, it } from 'vitest'
import { entry, service } from '../../../support/mesh.ts'
import { findingsOf, objectsWith } from '../support.ts'
import { proposedFixes } from './fixes.ts'

interface EntryOptions {
  readonly host?: string
  readonly more?: string
  readonly resolution?: string
  readonly meta?: string
}

/** An entry for db.example.com with ports such as `5432/TCP`. */
function db(name: string, ports: string, options: EntryOptions = {}): string {
  const { host = 'db.example.com', more = '', resolution = 'DNS', meta = '' } = options
  const list = ports.split(' ').map((port) => {
    const [number = '', protocol = ''] = port.split('/')
    return `{number: ${number}, name: p-${number}, protocol: ${protocol}}`
  })
  return entry(name, `  hosts: [${host}]\n  resolution: ${resolution}\n  ports: [${list.join(', ')}]\n${more}`, meta)
}

const SPLIT = db('one', '5432/TCP') + db('two', '5433/TCP')

describe('host-split-vips', () => {
  it('is found in each entry whose port is not at all addresses', () => {
    expect(objectsWith('host-split-vips', SPLIT, { capture: 'true' })).toEqual([
      'ServiceEntry default/one',
      'ServiceEntry default/two',
    ])
  })

  it('does not matter to proxies that do not capture DNS', () => {
    expect(objectsWith('host-split-vips', SPLIT, { capture: 'false' })).toEqual([])
  })

  it('says under which condition it holds when both are looked at', () => {
    const [first] = findingsOf('host-split-vips', SPLIT, { capture: 'both' })
    expect(first?.message).toBe(
      'DNS answers db.example.com with the addresses of several entries, and port 5432 of this one is not listened on ' +
        'at all of them: connections that pick another address fail (with DNS capture)',
    )
    expect(first?.namespaces).toEqual(['default'])
  })

  it('is not a problem for HTTP, which is listened on at all addresses', () => {
    expect(objectsWith('host-split-vips', db('one', '80/HTTP') + db('two', '8080/HTTP'), { capture: 'true' })).toEqual(
      [],
    )
  })

  it('concerns only the TLS port of a host with an HTTP port elsewhere', () => {
    const mixed = db('tls', '443/TLS') + db('plain', '80/HTTP')
    expect(objectsWith('host-split-vips', mixed, { capture: 'true' })).toEqual(['ServiceEntry default/tls'])
  })

  it('is not found when all entries declare all ports, or have one address', () => {
    const all = db('one', '5432/TCP 5433/TCP') + db('two', '5432/TCP 5433/TCP')
    const same = { more: '  addresses: [192.0.2.1]' }
    expect(objectsWith('host-split-vips', all, { capture: 'true' })).toEqual([])
    const shared = db('one', '5432/TCP', same) + db('two', '5433/TCP', same)
    expect(objectsWith('host-split-vips', shared, { capture: 'true' })).toEqual([])
  })

  it('is not found with hashed addresses, which entries of one host share', () => {
    const proxy = `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: '{defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true", ISTIO_META_DNS_AUTO_ALLOCATE: "true"}}}'}
---`
    expect(objectsWith('host-split-vips', proxy + SPLIT)).toHaveLength(2)
    expect(objectsWith('host-split-vips', proxy + SPLIT, { version: '1.24' })).toEqual([])
  })

  it('is ended by one entry with all ports', () => {
    const title = 'declare all ports in ServiceEntry default/one and delete ServiceEntry default/two'
    expect(proposedFixes('host-split-vips', SPLIT)).toEqual({ [title]: [] })
  })

  it('has no fix when the entries differ in more than their ports', () => {
    const labelled = db('one', '5432/TCP') + db('two', '5433/TCP', { meta: 'namespace: default\n  labels: {a: b}' })
    expect(proposedFixes('host-split-vips', labelled)).toEqual({})
  })
})

describe('host-port-protocol-conflict', () => {
  it('is found in the later entry, with the place of the earlier one', () => {
    const [found, ...others] = findingsOf('host-port-protocol-conflict', db('one', '443/TLS') + db('two', '443/HTTP'))
    expect(others).toEqual([])
    expect(found?.object.name).toBe('two')
    expect(found?.message).toBe(
      'port 443 of db.example.com is HTTP here and TLS in ServiceEntry default/one, which comes first: its cluster is ' +
        'made for TLS',
    )
    expect(found?.related.map(({ message }) => message)).toEqual(['ServiceEntry default/one declares the port as TLS'])
  })

  it('is not found between TLS and HTTPS, which proxies treat alike, nor between ports', () => {
    expect(objectsWith('host-port-protocol-conflict', db('one', '443/TLS') + db('two', '443/HTTPS'))).toEqual([])
    expect(objectsWith('host-port-protocol-conflict', db('one', '443/TLS') + db('two', '80/HTTP'))).toEqual([])
  })

  it('is not found between namespaces, of which a proxy sees one', () => {
    const apart = db('one', '443/TLS') + db('two', '443/HTTP', { meta: 'namespace: other' })
    expect(objectsWith('host-port-protocol-conflict', apart)).toEqual([])
  })
})

describe('host-port-duplicate', () => {
  it('is found once for all ports of the later entry', () => {
    const found = findingsOf('host-port-duplicate', db('one', '443/TLS 80/HTTP') + db('two', '443/TLS 80/HTTP 81/HTTP'))
    expect(found.map(({ message }) => message)).toEqual([
      'ports 443 and 80 of db.example.com are declared by ServiceEntry default/one already: proxies make one cluster of ' +
        'both, and the settings of that one count',
    ])
    expect(found[0]?.location.path).toEqual(['spec', 'ports', 0])
    expect(found[0]?.related[0]?.location.path).toEqual(['spec', 'ports', 0])
  })

  it('is left to the rules about protocols and resolutions where these differ', () => {
    expect(objectsWith('host-port-duplicate', db('one', '443/TLS') + db('two', '443/HTTP'))).toEqual([])
    const other = db('one', '443/TLS') + db('two', '443/TLS', { resolution: 'NONE' })
    expect(objectsWith('host-port-duplicate', other)).toEqual([])
  })

  it('is ended by deleting an entry that adds nothing, or by taking the port out of one that adds others', () => {
    expect(proposedFixes('host-port-duplicate', db('one', '443/TLS') + db('two', '443/TLS'))).toEqual({
      'delete ServiceEntry default/two, which adds nothing': [],
    })
    expect(proposedFixes('host-port-duplicate', db('one', '443/TLS') + db('two', '443/TLS 8443/TLS'))).toEqual({
      'remove port 443 from ServiceEntry default/two': [],
    })
  })

  it('finds a host that an entry lists twice, and removes it safely', () => {
    const twice = db('one', '443/TLS', { host: 'db.example.com, db.example.com' })
    const [found] = findingsOf('host-port-duplicate', twice)
    expect(found?.location.path).toEqual(['spec', 'hosts', 1])
    expect([...(found?.proposals() ?? [])].map(({ safe }) => safe)).toEqual([true])
    expect(proposedFixes('host-port-duplicate', twice)).toEqual({
      'remove the second db.example.com from ServiceEntry default/one': [],
    })
  })

  it('does not take several addresses of an entry for several entries', () => {
    const addresses = { more: '  addresses: [192.0.2.1, 192.0.2.2]' }
    expect(objectsWith('host-port-duplicate', db('one', '443/TLS', addresses))).toEqual([])
  })

  it('looks at what a Sidecar imports port by port as one entry', () => {
    const sidecar = `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: s, namespace: default}
spec:
  egress:
  - {port: {number: 443, name: a, protocol: TLS}, hosts: ['./*']}
  - {port: {number: 80, name: b, protocol: HTTP}, hosts: ['./*']}
---`
    expect(objectsWith('host-port-duplicate', sidecar + db('one', '443/TLS 80/HTTP'))).toEqual([])
    expect(objectsWith('host-port-duplicate', sidecar + db('one', '443/TLS') + db('two', '443/TLS'))).toHaveLength(1)
  })
})

describe('host-merge-blocked', () => {
  it.each([
    ['their labels differ', { meta: 'namespace: default\n  labels: {team: b}' }],
    ['their exportTo differs', { more: "  exportTo: ['*']" }],
    ['resolution is STATIC here and DNS there', { resolution: 'STATIC', more: '  endpoints: [{address: 192.0.2.1}]' }],
    ['their workloadSelector differs', { more: '  workloadSelector: {labels: {app: db}}' }],
  ])('says that %s', (difference, options) => {
    const [found, ...others] = findingsOf('host-merge-blocked', db('one', '443/TLS') + db('two', '8443/TLS', options))
    expect(others).toEqual([])
    expect(found?.message).toBe(
      `db.example.com is not merged with ServiceEntry default/one, which comes first, because ${difference}: port 8443 ` +
        'of this one has no cluster, and connections to it fail',
    )
  })

  it('is found for a common port only when the resolution differs', () => {
    const resolution = db('one', '443/TLS') + db('two', '443/HTTPS', { resolution: 'NONE' })
    expect(findingsOf('host-merge-blocked', resolution).map(({ message }) => message)).toEqual([
      'db.example.com is not merged with ServiceEntry default/one, which comes first, because resolution is NONE here ' +
        'and DNS there: the resolution of that one applies to port 443',
    ])
    const labels = db('one', '443/TLS') + db('two', '443/TLS', { meta: 'namespace: default\n  labels: {team: b}' })
    expect(objectsWith('host-merge-blocked', labels)).toEqual([])
  })

  it('is not found when entries are merged, or have another host', () => {
    expect(objectsWith('host-merge-blocked', db('one', '443/TLS') + db('two', '8443/TLS'))).toEqual([])
    const other = db('two', '8443/TLS', { resolution: 'NONE', host: 'other.example.com' })
    expect(objectsWith('host-merge-blocked', db('one', '443/TLS') + other)).toEqual([])
  })

  it('is left to host-shadows-service where a Service has the host', () => {
    const host = 'web.default.svc.cluster.local'
    const manifests = `${service('web', '10.96.0.1')}${db('one', '443/TLS', { host })}${db('two', '8443/TLS', { host, resolution: 'NONE' })}`
    expect(objectsWith('host-merge-blocked', manifests)).toEqual([])
    expect(objectsWith('host-shadows-service', manifests)).toHaveLength(2)
  })
})

describe('host-namespace-shadowed', () => {
  const elsewhere = (namespace: string, created = '') => ({
    meta: `namespace: ${namespace}${created && `\n  creationTimestamp: "${created}"`}`,
  })
  const namespace = (name: string) => `\napiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n---`

  it('says that an own entry hides ports from the proxies of its namespace', () => {
    const manifests = db('a', '80/HTTP', elsewhere('a')) + db('b', '80/HTTP 443/TLS', elsewhere('b'))
    const found = findingsOf('host-namespace-shadowed', manifests)
    expect(found.map(({ object, message, namespaces }) => [object.name, namespaces, message])).toEqual([
      [
        'a',
        ['a'],
        'db.example.com: proxies of its own namespace get only this entry, which hides port 443 of ServiceEntry b/b from them',
      ],
    ])
  })

  it('names the entry that other namespaces get, and why', () => {
    const manifests =
      namespace('c') +
      db('young', '80/HTTP', elsewhere('a', '2024-01-02T00:00:00Z')) +
      db('old', '8080/HTTP', elsewhere('b', '2024-01-01T00:00:00Z'))
    const found = findingsOf('host-namespace-shadowed', manifests).filter(({ namespaces }) => namespaces.includes('c'))
    expect(found.map(({ object, message }) => [object.name, message])).toEqual([
      ['young', 'db.example.com is taken from ServiceEntry b/old, which is older: this entry has no effect there'],
    ])
  })

  it('says when the order is assumed, and when exportTo decides', () => {
    const tied = namespace('c') + db('a', '80/HTTP', elsewhere('a')) + db('b', '81/HTTP', elsewhere('b'))
    const messages = (manifests: string) =>
      findingsOf('host-namespace-shadowed', manifests).map(({ message }) => message)
    expect(messages(tied)).toContainEqual(expect.stringContaining('the first by namespace (order assumed'))
    const exported =
      namespace('c') +
      db('a', '80/HTTP', elsewhere('a')) +
      db('b', '81/HTTP', { ...elsewhere('b'), more: '  exportTo: [c, b]' })
    expect(messages(exported)).toContainEqual(expect.stringContaining('which is exported to the namespace by name'))
  })

  it('is not found where the entries say the same, or where nobody sees both', () => {
    const same = namespace('c') + db('a', '80/HTTP', elsewhere('a')) + db('b', '80/HTTP', elsewhere('b'))
    expect(objectsWith('host-namespace-shadowed', same)).toEqual([])
    const own = { more: '  exportTo: [.]' }
    const kept = db('a', '80/HTTP', { ...elsewhere('a'), ...own }) + db('b', '443/TLS', { ...elsewhere('b'), ...own })
    expect(objectsWith('host-namespace-shadowed', kept)).toEqual([])
  })

  it('is not found where the Sidecar chooses a namespace', () => {
    const sidecar = (hosts: string) => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: s, namespace: c}
spec: {egress: [{hosts: ${hosts}}]}
---`
    const manifests = db('a', '80/HTTP', elsewhere('a')) + db('b', '81/HTTP', elsewhere('b'))
    const inC = (hosts: string) =>
      findingsOf('host-namespace-shadowed', sidecar(hosts) + manifests).filter(({ namespaces }) =>
        namespaces.includes('c'),
      )
    expect(inC("['b/*']")).toEqual([])
    expect(inC("['*/*']")).toHaveLength(1)
  })
})
