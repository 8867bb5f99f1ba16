import { describe, expect, it } from 'vitest'
import type { HostAllocation } from '../../src/allocation/allocation.ts'
import { exhaustionOf } from '../../src/allocation/exhaustion.ts'
import { dnsEntry, entry, type MeshOptions, meshOf, service } from '../support/mesh.ts'

function hosts(manifests: string, options?: MeshOptions): Record<string, HostAllocation> {
  return Object.fromEntries(meshOf(manifests, options).registry.hosts.map((host) => [host.host, host]))
}

function addresses(manifests: string, options?: MeshOptions): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(hosts(manifests, options)).map(([host, found]) => [host, found.addresses]))
}

/** An entry that states its address itself. */
const own = (address: string) =>
  entry(
    'own',
    `  hosts: [own.example.com]\n  addresses: [${address}]\n  resolution: STATIC\n  ports: [{number: 80, name: http, protocol: HTTP}]`,
  )

const stored = (name: string, host: string, value: string, meta = '') =>
  `${dnsEntry(name, host, meta).replace(/\n---$/, '')}\nstatus:\n  addresses: [{host: ${host}, value: ${value}}]\n---`

describe('status allocation', () => {
  it('hands out one IPv4 and one IPv6 address a host, by namespace and name when no creation time is stated', () => {
    const mesh = dnsEntry('b') + dnsEntry('a') + dnsEntry('z', 'z.example.com', 'namespace: alpha')
    expect(addresses(mesh)).toEqual({
      'z.example.com': ['240.240.0.1', '2001:2::1'],
      'a.example.com': ['240.240.0.2', '2001:2::2'],
      'b.example.com': ['240.240.0.3', '2001:2::3'],
    })
    expect(hosts(mesh)['a.example.com']).toMatchObject({ source: 'simulated', orderAssumed: true })
    expect(hosts(mesh)['a.example.com']?.reason).toMatch(/ \(order assumed\)$/)
  })

  it('goes by creation time where it is stated, and then assumes nothing', () => {
    const at = (second: number) => `creationTimestamp: '2024-01-01T00:00:0${second}Z'`
    const mesh = dnsEntry('a', 'a.example.com', at(2)) + dnsEntry('b', 'b.example.com', at(1))
    expect(addresses(mesh)['b.example.com']?.[0]).toBe('240.240.0.1')
    expect(hosts(mesh)['a.example.com']?.orderAssumed).toBe(false)
    expect(hosts(mesh)['a.example.com']?.reason).toMatch(/ \(by creation time\)$/)
  })

  it('gives each host of a long list its own address', () => {
    const names = Array.from({ length: 40 }, (_, index) => `h${index}.example.com`)
    const ports = '[{number: 80, name: http, protocol: HTTP}]'
    const long = hosts(entry('long', `  hosts: [${names.join(', ')}]\n  resolution: DNS\n  ports: ${ports}`))
    expect(new Set(names.map((name) => long[name]?.addresses[0])).size).toBe(40)
    expect(long['h39.example.com']).toMatchObject({ addresses: ['240.240.0.40', '2001:2::28'], source: 'simulated' })
  })

  it('takes the default range when istiod states one that is none', () => {
    const env = { PILOT_IP_AUTOALLOCATE_IPV4_PREFIX: 'valueOf', PILOT_IP_AUTOALLOCATE_IPV6_PREFIX: '2001:db8::/300' }
    expect(addresses(dnsEntry('a'), { env })['a.example.com']).toEqual(['240.240.0.1', '2001:2::1'])
  })

  it('keeps stored addresses and assigns others around them', () => {
    const mesh = dnsEntry('a') + stored('kept', 'kept.example.com', '240.240.0.1')
    expect(addresses(mesh)).toEqual({
      'a.example.com': ['240.240.0.2', '2001:2::1'],
      'kept.example.com': ['240.240.0.1'],
    })
    expect(hosts(mesh)['kept.example.com']?.source).toBe('status')
  })

  it('gives the younger of two entries with one stored address a new one', () => {
    const at = (second: number) => `creationTimestamp: '2024-01-01T00:00:0${second}Z'`
    const mesh =
      stored('young', 'young.example.com', '240.240.0.7', at(2)) +
      stored('old', 'old.example.com', '240.240.0.7', at(1))
    expect(addresses(mesh)['old.example.com']).toEqual(['240.240.0.7'])
    expect(addresses(mesh)['young.example.com']).toEqual(['240.240.0.1', '2001:2::1'])
    expect(hosts(mesh)['young.example.com']?.reason).toContain('belongs to another entry')
  })

  it('gives each of several younger entries with one stored address one new one', () => {
    const at = (second: number) => `creationTimestamp: '2024-01-01T00:00:0${second}Z'`
    const mesh = ['a', 'b', 'c', 'd']
      .map((name, i) => stored(name, `${name}.example.com`, '240.240.0.7', at(i)))
      .join('')
    expect(addresses(mesh)).toEqual({
      'a.example.com': ['240.240.0.7'],
      'b.example.com': ['240.240.0.1', '2001:2::1'],
      'c.example.com': ['240.240.0.2', '2001:2::2'],
      'd.example.com': ['240.240.0.3', '2001:2::3'],
    })
  })

  it('steps over an address that another entry states as its own', () => {
    expect(addresses(own('240.240.0.1') + dnsEntry('b', 'b.example.com', 'namespace: zz'))['b.example.com']).toEqual([
      '240.240.0.2',
      '2001:2::1',
    ])
  })

  it('gives a new address for a stored one that another entry states as its own', () => {
    expect(addresses(own('240.240.0.7') + stored('b', 'b.example.com', '240.240.0.7'))['b.example.com']).toEqual([
      '240.240.0.1',
      '2001:2::1',
    ])
  })

  it.each([
    ['resolution NONE', '  hosts: [x.example.com]\n  ports: [{number: 80, name: http, protocol: HTTP}]', '', 'NONE'],
    [
      'a wildcard',
      '  hosts: ["*.x.example.com"]\n  resolution: STATIC\n  endpoints: [{address: 1.2.3.4}]\n  ports: [{number: 80, name: http, protocol: HTTP}]',
      '',
      'wildcard',
    ],
    [
      'the opt-out label',
      '  hosts: [x.example.com]\n  resolution: DNS\n  ports: [{number: 80, name: http, protocol: HTTP}]',
      'labels: {networking.istio.io/enable-autoallocate-ip: "False"}',
      'enable-autoallocate-ip',
    ],
  ])('gives nothing to %s and says why', (_, spec, meta, why) => {
    const [found] = Object.values(hosts(entry('x', spec, meta)))
    expect(found).toMatchObject({ addresses: [], source: 'none' })
    expect(found?.reason).toContain(why)
  })

  it('says so when a custom range is used up, and the other family goes on', () => {
    const env = { PILOT_IP_AUTOALLOCATE_IPV4_PREFIX: '10.9.0.0/30' }
    const mesh = ['a', 'b', 'c', 'd', 'e'].map((name) => dnsEntry(name)).join('')
    expect(addresses(mesh, { env })).toMatchObject({
      'a.example.com': ['10.9.0.1', '2001:2::1'],
      'c.example.com': ['10.9.0.3', '2001:2::3'],
      'd.example.com': ['2001:2::4'],
    })
    const none = { ...env, PILOT_IP_AUTOALLOCATE_IPV6_PREFIX: '2001:db8::/127' }
    expect(hosts(mesh, { env: none })['e.example.com']?.reason).toContain('no address left')
  })

  it('counts the hosts without an address for each range that is used up', () => {
    const env = {
      PILOT_IP_AUTOALLOCATE_IPV4_PREFIX: '10.9.0.0/30',
      PILOT_IP_AUTOALLOCATE_IPV6_PREFIX: '2001:db8::/127',
    }
    const exhausted = (count: number) => {
      const mesh = ['a', 'b', 'c', 'd', 'e'].slice(0, count).map((name) => dnsEntry(name))
      return exhaustionOf(meshOf(mesh.join(''), { env }).registry)
    }
    expect(exhausted(1)).toEqual([])
    expect(exhausted(2)).toEqual([{ family: 6, prefix: '2001:db8::/127', hosts: 1 }])
    expect(exhausted(5)).toEqual([
      { family: 4, prefix: '10.9.0.0/30', hosts: 2 },
      { family: 6, prefix: '2001:db8::/127', hosts: 4 },
    ])
  })

  it('hands out more than one range holds without slowing to a crawl', () => {
    const env = { PILOT_IP_AUTOALLOCATE_IPV4_PREFIX: '10.9.0.0/20' }
    const mesh = Array.from({ length: 9000 }, (_, index) => dnsEntry(`e${index}`)).join('')
    const found = Object.values(addresses(mesh, { env }))
    expect(found.filter((list) => list.some((address) => address.startsWith('10.9.')))).toHaveLength(4095)
  })
})

describe('older versions', () => {
  it('hashes NAMESPACE/HOST from 1.17 to 1.24, and later when the controller is off', () => {
    const wanted = { 'a.example.com': ['240.240.219.81', '2001:2::f0f0:db51'] }
    expect(addresses(dnsEntry('a'), { version: '1.20' })).toEqual(wanted)
    expect(addresses(dnsEntry('a'), { env: { PILOT_ENABLE_IP_AUTOALLOCATE: 'false' } })).toEqual(wanted)
  })

  it('counts hosts from 1.8 to 1.16, without IPv6 before 1.14, and skips the last octets 0 and 255', () => {
    const mesh = Array.from({ length: 256 }, (_, index) => dnsEntry(`e${String(index).padStart(3, '0')}`)).join('')
    const found = addresses(mesh, { version: '1.13' })
    expect(found['e000.example.com']).toEqual(['240.240.0.1'])
    expect(found['e253.example.com']).toEqual(['240.240.0.254'])
    expect(found['e254.example.com']).toEqual(['240.240.1.1'])
    expect(addresses(dnsEntry('a'), { version: '1.16' })).toEqual({
      'a.example.com': ['240.240.0.1', '2001:2::f0f0:1'],
    })
  })

  it('count only entries that need an address', () => {
    const http = '[{number: 80, name: http, protocol: HTTP}]'
    const mesh =
      service('a', '10.96.0.1') +
      entry('b', `  hosts: [b.example.com]\n  addresses: [10.1.0.1]\n  resolution: DNS\n  ports: ${http}`) +
      entry('c', `  hosts: [c.example.com]\n  resolution: NONE\n  ports: ${http}`) +
      entry('d', `  hosts: ["*.d.example.com"]\n  resolution: NONE\n  ports: ${http}`) +
      dnsEntry('e')
    expect(addresses(mesh, { version: '1.13' })['e.example.com']).toEqual(['240.240.0.1'])
  })

  it.each([
    ['1.8.6', ['240.240.0.2', '240.240.0.3', '240.240.0.1']],
    ['1.14.4', ['240.240.0.2', '240.240.0.3', '240.240.0.1']],
    ['1.15.0', ['240.240.0.2', '240.240.0.3', '240.240.0.1']],
    ['1.14.5', ['240.240.0.2', '240.240.0.2', '240.240.0.1']],
    ['1.15.1', ['240.240.0.2', '240.240.0.2', '240.240.0.1']],
    ['1.16.7', ['240.240.0.2', '240.240.0.2', '240.240.0.1']],
  ])('gives two entries of one host an address each or one, by the order of %s', (version, wanted) => {
    const two =
      dnsEntry('a', 'same.example.com') + dnsEntry('b', 'same.example.com', 'namespace: other') + dnsEntry('c')
    const { registry } = meshOf(two, { version })
    expect(registry.hosts.map((host) => host.addresses[0])).toEqual(wanted)
  })

  it.each([
    ['1.13', undefined],
    ['1.14', '2001:2::/48'],
    ['1.20', '2001:2::/48'],
  ])('%s has the IPv6 range %s', (version, range) => {
    const { allocation } = meshOf('', { version }).registry
    expect(allocation.rangeOf(4)).toBe('240.240.0.0/16')
    expect(allocation.rangeOf(6)).toBe(range)
  })

  it('gives none before 1.8', () => {
    expect(addresses(dnsEntry('a'), { version: '1.7' })).toEqual({ 'a.example.com': [] })
  })

  // Both hash to slot 10190; a further try adds 65011 less the hash modulo 65011.
  it('gives the second of two hosts with one slot the slot of the next try', () => {
    const mesh = dnsEntry('a', 'h639.example.com') + dnsEntry('b', 'h1164.example.com')
    expect(addresses(mesh, { version: '1.24' })).toEqual({
      'h1164.example.com': ['240.240.39.246', '2001:2::f0f0:27f6'],
      'h639.example.com': ['240.240.249.53', '2001:2::f0f0:f935'],
    })
  })

  // The first host has slot 63547, which is the next try of the last one; its third try gives slot 51759.
  it('tries on where the slot of the next try is taken too', () => {
    const mesh = ['a1957', 'h1164', 'h639'].map((name) => dnsEntry(name)).join('')
    expect(addresses(mesh, { version: '1.24' })).toMatchObject({
      'a1957.example.com': ['240.240.249.53', '2001:2::f0f0:f935'],
      'h639.example.com': ['240.240.202.250', '2001:2::f0f0:cafa'],
    })
  })

  // The addresses are those of Istio's own tests of these releases.
  it.each([
    ['1.17.8', '240.240.163.38', '240.240.114.198'],
    ['1.18.0', '240.240.163.38', '240.240.114.198'],
    ['1.19.10', '240.240.163.38', '240.240.114.198'],
    ['1.20.0', '240.240.134.206', '240.240.41.100'],
    ['1.24.6', '240.240.134.206', '240.240.41.100'],
    // Both have that of the lower slot.
    ['1.17.1', '240.240.114.198', '240.240.114.198'],
  ])('hashes one host of two namespaces as Istio %s', (version, ofA, ofB) => {
    const [a, b] = ['a', 'b'].map((namespace) => dnsEntry('db', 'a.example.com', `namespace: ${namespace}`))
    const { registry } = meshOf(`${a}${b}`, { version })
    expect(registry.hosts.map((host) => host.addresses[0])).toEqual([ofA, ofB])
  })

  // Computed with the functions of these releases.
  it.each([
    ['1.19.10', ['240.240.80.178', '240.240.80.178', '240.240.29.63']],
    ['1.21.6', ['240.240.68.81', '240.240.68.81', '240.240.222.237']],
    ['1.22.8', ['240.240.68.81', '240.240.68.81', '240.240.222.238']],
  ])('numbers the slots of a host that two entries of a namespace list as Istio %s', (version, wanted) => {
    const of = (name: string, host: string) => dnsEntry(name, host, 'namespace: a')
    const mesh = of('d1', 'db.example.com') + of('d2', 'db.example.com') + of('other', 'y.example.com')
    const { registry } = meshOf(mesh, { version })
    expect(registry.hosts.map((host) => host.addresses[0])).toEqual(wanted)
  })
})
