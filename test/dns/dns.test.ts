import { describe, expect, it } from 'vitest'
import { buildNameTable, nameTableMessage } from '../../src/dns/name-table.ts'
import { dig, dnsEntry, entry, pod, service, slice, tableOf, viewOf } from '../support/mesh.ts'

describe('name table', () => {
  it('has the VIPs of entries only for proxies that capture DNS', () => {
    expect(tableOf(viewOf(dnsEntry('db')))).toEqual({ 'db.example.com': ['240.240.0.1'] })
    expect(tableOf(viewOf(dnsEntry('db'), { metadata: { DNS_CAPTURE: 'false' } }))).toEqual({})
  })

  it('shows the addresses of the families that the proxy has', () => {
    expect(tableOf(viewOf(dnsEntry('db'), { ips: 'fd00::1' }))).toEqual({ 'db.example.com': ['2001:2::1'] })
    const dual = { ips: '10.0.0.1,fd00::1' }
    expect(tableOf(viewOf(dnsEntry('db'), dual))).toEqual({ 'db.example.com': ['240.240.0.1'] })
    expect(tableOf(viewOf(dnsEntry('db'), dual, { env: { ISTIO_DUAL_STACK: 'true' } }))).toEqual({
      'db.example.com': ['2001:2::1', '240.240.0.1'],
    })
  })

  it('leaves address ranges out', () => {
    const mesh = entry(
      'net',
      '  hosts: [net.example.com]\n  addresses: [10.1.0.0/16, 10.2.0.1]\n  ports: [{number: 80, name: http, protocol: HTTP}]',
    )
    expect(tableOf(viewOf(mesh))).toEqual({ 'net.example.com': ['10.2.0.1'] })
  })

  it('has the ready pods of a headless Service, and unready ones where they are published', () => {
    const slices = slice('db', ['10.244.1.1'], ['10.244.1.2'])
    const host = 'db.default.svc.cluster.local'
    expect(tableOf(viewOf(service('db', 'None') + slices))[host]).toEqual(['10.244.1.1'])
    const published = service('db', 'None', 'default', '  publishNotReadyAddresses: true')
    expect(tableOf(viewOf(published + slices))[host]).toEqual(['10.244.1.1', '10.244.1.2'])
  })

  it('names the pods of a headless Service that have a subdomain', () => {
    const mesh =
      service('db', 'None') +
      pod('db-0', '10.244.1.1', '{app: db}', '  hostname: db-0\n  subdomain: db') +
      slice('db', ['10.244.1.1'])
    expect(tableOf(viewOf(mesh))['db-0.db.default.svc.cluster.local']).toEqual(['10.244.1.1'])
  })

  it('names the pods that an entry without resolution selects as those of a Service', () => {
    const selecting = entry(
      'cache',
      '  hosts: [cache.example.com]\n  resolution: NONE\n  workloadSelector: {labels: {app: cache}}\n' +
        '  ports: [{number: 6379, name: tcp, protocol: TCP}]',
    )
    const mesh = selecting + pod('c-0', '10.244.1.1', '{app: cache}', '  hostname: c-0\n  subdomain: cache')
    expect(nameTableMessage(buildNameTable(viewOf(mesh))).table?.['c-0.cache.example.com']).toEqual({
      ips: ['10.244.1.1'],
      registry: 'External',
      namespace: 'default',
      shortname: 'c-0.cache',
    })
  })

  it('gives pods of one name all of their addresses, in earlier releases those of the last one', () => {
    const named = (name: string, ip: string) => pod(name, ip, '{app: db}', '  hostname: db\n  subdomain: db')
    const mesh =
      service('db', 'None') +
      named('a', '10.244.1.1') +
      named('b', '10.244.1.2') +
      slice('db', ['10.244.1.1', '10.244.1.2'])
    const of = (version: string) => tableOf(viewOf(mesh, {}, { version }))['db.db.default.svc.cluster.local']
    expect(of('1.28.2')).toEqual(['10.244.1.1', '10.244.1.2'])
    expect(of('1.28.1')).toEqual(['10.244.1.2'])
  })

  it('has pods of other clusters, of one name all or before 1.28.2 the first, unless its own cluster has the name', () => {
    const named = (name: string, ip: string) => pod(name, ip, '{app: db}', '  hostname: db\n  subdomain: db')
    const services = service('db', 'None') + service('second', 'None')
    const west =
      services +
      ['10.0.1.1', '10.0.1.2', '10.0.1.3'].map((ip, index) => named(`p${index}`, ip)).join('') +
      slice('db', ['10.0.1.1', '10.0.1.2']) +
      slice('second', ['10.0.1.3'])
    const of = (version: string, own = '') =>
      tableOf(viewOf(services + own, {}, { version, remotes: { west } }))['db.db.default.svc.cluster.local']
    expect(of('1.28.1')).toEqual(['10.0.1.1'])
    expect(of('1.28.2')).toEqual(['10.0.1.3'])
    const own = named('own', '10.244.1.1') + slice('db', ['10.244.1.1'])
    expect(of('1.28.1', own)).toEqual(['10.244.1.1'])
  })

  it('prefers a Service to an entry of the same host, and joins two entries of one namespace', () => {
    const shadow = entry(
      'shadow',
      '  hosts: [web.default.svc.cluster.local]\n  addresses: [10.5.5.5]\n  ports: [{number: 80, name: http, protocol: HTTP}]',
    )
    expect(tableOf(viewOf(shadow + service('web', '10.96.0.10')))['web.default.svc.cluster.local']).toEqual([
      '10.96.0.10',
    ])
    const two = dnsEntry('a', 'x.example.com') + dnsEntry('b', 'x.example.com')
    expect(tableOf(viewOf(two))['x.example.com']).toEqual(['240.240.0.1', '240.240.0.2'])
  })

  it('gives each proxy the ClusterIP of its own cluster', () => {
    const remotes = { west: service('web', '10.10.0.10') }
    const at = (cluster: string) =>
      tableOf(viewOf(service('web', '10.96.0.10'), { metadata: { CLUSTER_ID: cluster } }, { remotes }))
    expect(at('Kubernetes')).toEqual({ 'web.default.svc.cluster.local': ['10.96.0.10'] })
    expect(at('west')).toEqual({ 'web.default.svc.cluster.local': ['10.10.0.10'] })
  })

  it('is empty for a router', () => {
    expect(tableOf(viewOf(dnsEntry('db') + service('web', '10.96.0.10'), { type: 'router' }))).toEqual({})
  })

  it('treats a host called constructor as any other', () => {
    expect(Object.keys(tableOf(viewOf(dnsEntry('b', 'constructor'))))).toEqual(['constructor'])
    expect(dig(viewOf(dnsEntry('a')), 'constructor')).toBe('upstream')
    expect(dig(viewOf(dnsEntry('b', 'constructor')), 'constructor')).toEqual(['constructor. 30 IN A 240.240.0.1'])
  })
})

describe('answers', () => {
  const view = viewOf(dnsEntry('db') + service('web', '10.96.0.10') + service('api', '10.96.0.11', 'team-b'))

  it('answers a name in any case with its owner in lower case', () => {
    expect(dig(view, 'DB.Example.COM.')).toEqual(['db.example.com. 30 IN A 240.240.0.1'])
  })

  it('answers the search domain form with a CNAME to the name', () => {
    expect(dig(view, 'db.example.com.default.svc.cluster.local')).toEqual([
      'db.example.com.default.svc.cluster.local. 30 IN CNAME db.example.com.',
      'db.example.com. 30 IN A 240.240.0.1',
    ])
    expect(dig(view, 'db.example.com.svc.cluster.local')).toBe('upstream')
  })

  it('goes by the search list of the resolver', () => {
    const elsewhere = viewOf(dnsEntry('db'), { search: ['corp.example.net'] })
    expect(dig(elsewhere, 'db.example.com.corp.example.net')).toHaveLength(2)
    expect(dig(elsewhere, 'db.example.com.default.svc.cluster.local')).toBe('upstream')
  })

  it('knows the short names of Services, without the namespace only in it', () => {
    for (const name of ['web', 'web.default', 'web.default.svc', 'web.default.svc.cluster.local']) {
      expect(dig(view, name)).toEqual([`${name}. 30 IN A 10.96.0.10`])
    }
    expect(dig(view, 'web.default.svc.cluster')).toBe('upstream')
    expect(dig(view, 'api.team-b')).toEqual(['api.team-b. 30 IN A 10.96.0.11'])
    expect(dig(view, 'api')).toBe('upstream')
  })

  it('answers a known name without a record of the type with nothing, and other types upstream', () => {
    expect(dig(view, 'db.example.com', 'AAAA')).toEqual([])
    expect(dig(view, 'db.example.com', 'TXT')).toBe('upstream')
    expect(dig(view, 'unknown.example.com')).toBe('upstream')
  })

  it('answers any depth below a wildcard, not the domain itself', () => {
    const wild = viewOf(
      entry(
        'wild',
        '  hosts: ["*.wild.example.com"]\n  addresses: [10.7.7.7]\n  ports: [{number: 80, name: http, protocol: HTTP}]',
      ),
    )
    expect(dig(wild, 'a.b.wild.example.com')).toEqual(['a.b.wild.example.com. 30 IN A 10.7.7.7'])
    expect(dig(wild, 'wild.example.com')).toBe('upstream')
    expect(dig(wild, 'a.wild.example.com.default.svc.cluster.local')).toEqual([
      'a.wild.example.com.default.svc.cluster.local. 30 IN CNAME *.wild.example.com.',
      '*.wild.example.com. 30 IN A 10.7.7.7',
    ])
  })

  it('writes IPv6 addresses in canonical form', () => {
    const six = viewOf(
      entry(
        'six',
        '  hosts: [six.example.com]\n  addresses: ["2001:DB8:0:0::1"]\n  ports: [{number: 80, name: http, protocol: HTTP}]',
      ),
    )
    expect(dig(six, 'six.example.com', 'AAAA')).toEqual(['six.example.com. 30 IN AAAA 2001:db8::1'])
  })
})
