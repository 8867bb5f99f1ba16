import { describe, expect, it } from 'vitest'
import { dnsEntry, entry, service } from '../../../support/mesh.ts'
import { findingsOf, objectsWith } from '../support.ts'
import { proposedFixes } from './fixes.ts'

/** An entry for e.example.com with a TCP port; `more` is added to its spec, indented by two. */
const tcp = (more: string, meta = '') =>
  entry('e', `  hosts: [e.example.com]\n  ports: [{number: 9000, name: tcp, protocol: TCP}]\n${more}`, meta)

const CAPTURE = { capture: 'true' } as const

const sidecar = (hosts: string, namespace = 'default') => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: s, namespace: ${namespace}}
spec: {egress: [{hosts: ${hosts}}]}
---`

describe('undeclared-vip-port', () => {
  const virtualService = (http: string, more = '') => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: default}
spec:
  hosts: [e.example.com]
${more}
  ${http}
---`
  const route = 'route: [{destination: {host: e.example.com, port: {number: 9000}}}]'
  const rule = (port: number) => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: d, namespace: default}
spec: {host: e.example.com, trafficPolicy: {portLevelSettings: [{port: {number: ${port}}, tls: {mode: DISABLE}}]}}
---`
  const host = tcp('  resolution: DNS')

  it.each([
    ['a match of a VirtualService', virtualService(`tcp: [{match: [{port: 9001}], ${route}}]`), 'VirtualService'],
    ['a destination', virtualService(`tcp: [{${route.replace('9000', '9001')}}]`), 'VirtualService'],
    ['port level settings', rule(9001), 'DestinationRule'],
  ])('is found by %s', (_, object, kind) => {
    const [found, ...others] = findingsOf('undeclared-vip-port', host + object, CAPTURE)
    expect(others).toEqual([])
    expect(found?.message).toContain(`${kind} default/`)
    expect(found?.message).toContain('refers to port 9001 of e.example.com, which has only port 9000')
    expect(found?.object.kind).toBe('ServiceEntry')
  })

  it('is not found for declared ports, without DNS capture, and for hosts that have no address', () => {
    expect(objectsWith('undeclared-vip-port', host + rule(9000), CAPTURE)).toEqual([])
    expect(objectsWith('undeclared-vip-port', host + rule(9001), { capture: 'false' })).toEqual([])
    expect(objectsWith('undeclared-vip-port', tcp('  resolution: NONE') + rule(9001), CAPTURE)).toEqual([])
  })

  it('takes no port of a gateway for one of the host', () => {
    const bound = virtualService(`tcp: [{match: [{port: 31400}], ${route}}]`, '  gateways: [mesh, gw]')
    const chosen = virtualService(`tcp: [{match: [{port: 31400, gateways: [gw]}], ${route}}]`, '  gateways: [mesh, gw]')
    expect(objectsWith('undeclared-vip-port', host + bound, CAPTURE)).toEqual([])
    expect(objectsWith('undeclared-vip-port', host + chosen, CAPTURE)).toEqual([])
  })
})

describe('wildcard-without-vip', () => {
  const wildcard = (more: string) =>
    entry('w', `  hosts: ["*.example.com"]\n  ports: [{number: 80, name: http, protocol: HTTP}]\n${more}`)
  const fixed = '  resolution: STATIC\n  endpoints: [{address: 192.0.2.1}]'

  it('is found for hosts with endpoints of their own when DNS is captured', () => {
    expect(objectsWith('wildcard-without-vip', wildcard(fixed), CAPTURE)).toHaveLength(1)
    expect(objectsWith('wildcard-without-vip', wildcard(fixed), { capture: 'false' })).toEqual([])
  })

  it('is only worth knowing for resolution NONE, whose names others answer', () => {
    const severities = (more: string) =>
      findingsOf('wildcard-without-vip', wildcard(more), CAPTURE).map(({ severity }) => severity)
    expect(severities(fixed)).toEqual(['warning'])
    expect(severities('  resolution: NONE')).toEqual(['info'])
  })

  it('is not found with an address, and for hosts by name', () => {
    expect(objectsWith('wildcard-without-vip', wildcard(`${fixed}\n  addresses: [192.0.2.9]`), CAPTURE)).toEqual([])
    expect(objectsWith('wildcard-without-vip', wildcard('  resolution: DYNAMIC_DNS'), CAPTURE)).toEqual([])
    expect(objectsWith('wildcard-without-vip', dnsEntry('e'), CAPTURE)).toEqual([])
  })

  it('is not found when another entry of the host has the address', () => {
    const other = wildcard(`${fixed}\n  addresses: [192.0.2.9]`).replace('name: w', 'name: other')
    expect(objectsWith('wildcard-without-vip', wildcard(fixed) + other, CAPTURE)).toEqual([])
  })
})

describe('cidr-not-in-dns', () => {
  it('is found for fixed endpoints behind a range, and for a range beside an address', () => {
    const fixed = tcp('  resolution: STATIC\n  addresses: [192.0.2.0/24]')
    expect(findingsOf('cidr-not-in-dns', fixed, CAPTURE).map(({ message }) => message)).toEqual([
      'DNS queries for e.example.com are answered by no proxy: no name leads to addresses of the range 192.0.2.0/24',
    ])
    const mixed = tcp('  resolution: NONE\n  addresses: [192.0.2.1, 198.51.100.0/24]')
    const [found] = findingsOf('cidr-not-in-dns', mixed, CAPTURE)
    expect(found?.message).toContain('are answered with 192.0.2.1 only')
    expect(found?.location.path).toEqual(['spec', 'addresses', 1])
  })

  it('is one finding an entry, whatever its hosts, ranges and resolution', () => {
    const two = tcp('  resolution: NONE\n  addresses: [192.0.2.0/24, 198.51.100.0/24, 203.0.113.1/32]')
    const hosts = two.replace('hosts: [e.example.com]', 'hosts: [e.example.com, f.example.com]')
    expect(findingsOf('cidr-not-in-dns', hosts, CAPTURE).map(({ message }) => message)).toEqual([
      'DNS queries for e.example.com and f.example.com are answered with 203.0.113.1/32 only: no name leads to addresses of the ranges 192.0.2.0/24 and 198.51.100.0/24',
    ])
  })

  it('is not found for wildcard hosts, for a range of one address, and without DNS capture', () => {
    const range = '  addresses: [192.0.2.0/24]'
    const wildcard = tcp(`  resolution: NONE\n${range}`).replace('[e.example.com]', '["*.example.com"]')
    expect(objectsWith('cidr-not-in-dns', wildcard, CAPTURE)).toEqual([])
    expect(objectsWith('cidr-not-in-dns', tcp('  resolution: STATIC\n  addresses: [192.0.2.1/32]'), CAPTURE)).toEqual(
      [],
    )
    expect(objectsWith('cidr-not-in-dns', tcp(`  resolution: STATIC\n${range}`), { capture: 'false' })).toEqual([])
  })
})

describe('none-not-allocated', () => {
  it('is found for TCP, also when no resolution is stated', () => {
    expect(objectsWith('none-not-allocated', tcp('  resolution: NONE'), CAPTURE)).toHaveLength(1)
    expect(objectsWith('none-not-allocated', tcp(''), CAPTURE)).toHaveLength(1)
  })

  it('says what follows for the protocol', () => {
    const said = (protocol: string) =>
      findingsOf('none-not-allocated', tcp('').replace('protocol: TCP', `protocol: ${protocol}`), CAPTURE)[0]?.message
    expect(said('TCP')).toMatch(/ connections to port \d+ cannot be told from those to other hosts$/)
    expect(said('HTTP')).toMatch(/ told apart by name, and the name has to be resolved outside of the mesh$/)
    expect(said('TLS')).toBe(said('HTTP'))
  })

  it('is one finding an entry, without its wildcard hosts', () => {
    const several = tcp('').replace('[e.example.com]', '[e.example.com, "*.w.example.com", f.example.com]')
    const found = findingsOf('none-not-allocated', several, CAPTURE)
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^no automatic address for e\.example\.com and f\.example\.com, because/),
    ])
  })

  it('is ended by resolution DNS', () => {
    expect(proposedFixes('none-not-allocated', tcp(''))).toEqual({
      'set resolution of ServiceEntry default/e to DNS': [],
    })
  })

  it('is not found where addresses are stated or not used', () => {
    expect(objectsWith('none-not-allocated', tcp('  addresses: [192.0.2.1]'), CAPTURE)).toEqual([])
    expect(objectsWith('none-not-allocated', tcp('  resolution: DNS'), CAPTURE)).toEqual([])
    expect(objectsWith('none-not-allocated', tcp(''), { capture: 'false' })).toEqual([])
  })
})

describe('address-in-vip-range', () => {
  it.each(['240.240.3.4', '240.240.3.4/32', '2001:2::5'])('is found for %s', (address) => {
    expect(objectsWith('address-in-vip-range', tcp(`  addresses: ["${address}"]`))).toHaveLength(1)
  })

  it.each(['240.241.0.1', '24.240.0.1', '240.240.0.0/24', '2001:db8::1', '2001:2:1::5'])(
    'is not found for %s',
    (address) => {
      expect(objectsWith('address-in-vip-range', tcp(`  addresses: ["${address}"]`))).toEqual([])
    },
  )

  it('follows the range that istiod is told to use, which only the newer allocation reads', () => {
    const env = { PILOT_IP_AUTOALLOCATE_IPV4_PREFIX: '10.128.0.0/9' }
    const [inside, outside] = [tcp('  addresses: [10.200.0.1]'), tcp('  addresses: [240.240.3.4]')]
    expect(objectsWith('address-in-vip-range', inside, { env })).toHaveLength(1)
    expect(objectsWith('address-in-vip-range', outside, { env })).toEqual([])
    expect(objectsWith('address-in-vip-range', inside, { env, version: '1.20' })).toEqual([])
    expect(objectsWith('address-in-vip-range', outside, { env, version: '1.20' })).toHaveLength(1)
    expect(objectsWith('address-in-vip-range', outside, { version: '1.7' })).toEqual([])
  })
})

describe('stale-status-address', () => {
  const status = (...hosts: readonly string[]) =>
    `status:\n  addresses: [${hosts.map((host, index) => `{host: "${host}", value: 240.240.0.${index + 1}}`).join(', ')}]`
  const withStatus = (more: string, state: string, meta = '') => `${tcp(more, meta).slice(0, -3)}${state}\n---`

  it('is found for a host that the spec lacks, and removed alone', () => {
    const manifests = withStatus('  resolution: DNS', status('e.example.com', 'old.example.com'))
    const [found] = findingsOf('stale-status-address', manifests)
    expect(found?.message).toBe(
      'status.addresses still has 240.240.0.2, which istiod does not use: old.example.com is not a host of the entry',
    )
    expect(found?.location.path).toEqual(['status', 'addresses', 1])
    expect(proposedFixes('stale-status-address', manifests)).toEqual({
      'remove what does not count from status.addresses of ServiceEntry default/e': [],
    })
  })

  it.each([
    ['resolution is NONE', '  resolution: NONE', ''],
    ['states addresses of its own', '  addresses: [192.0.2.1]', ''],
    [
      'enable-autoallocate-ip is false',
      '  resolution: DNS',
      'namespace: default\n  labels: {networking.istio.io/enable-autoallocate-ip: "false"}',
    ],
  ])('is found for an entry that may have none: %s', (why, more, meta) => {
    const manifests = withStatus(more, status('e.example.com'), meta)
    expect(findingsOf('stale-status-address', manifests)[0]?.message).toContain(why)
    expect(Object.values(proposedFixes('stale-status-address', manifests))).toEqual([[]])
  })

  it('is not found for what counts, and where istiod does not read the status', () => {
    expect(objectsWith('stale-status-address', withStatus('  resolution: DNS', status('e.example.com')))).toEqual([])
    const stale = withStatus('  resolution: DNS', status('old.example.com'))
    expect(objectsWith('stale-status-address', stale, { version: '1.24' })).toEqual([])
    expect(objectsWith('stale-status-address', stale, { env: { PILOT_ENABLE_IP_AUTOALLOCATE: 'false' } })).toEqual([])
  })
})

describe('vip-changes-on-upgrade', () => {
  it('names both addresses', () => {
    expect(
      findingsOf('vip-changes-on-upgrade', dnsEntry('a'), { fromVersion: '1.16', version: '1.24' }).map(
        ({ message }) => message,
      ),
    ).toEqual([
      'a.example.com has the automatic address 240.240.0.1 and 2001:2::f0f0:1 with Istio 1.16.7 and 240.240.219.81 and ' +
        '2001:2::f0f0:db51 with Istio 1.24.6',
    ])
  })

  it('says when there was none, and counts further hosts of the entry', () => {
    const several = entry(
      's',
      '  hosts: [a.example.com, b.example.com]\n  resolution: DNS\n  ports: [{number: 443, name: t, protocol: TLS}]',
    )
    const [found, ...others] = findingsOf('vip-changes-on-upgrade', several, { fromVersion: '1.7' })
    expect(others).toEqual([])
    expect(found?.message).toContain('has the automatic address none with Istio 1.7.8 and 240.240.0.1')
    expect(found?.message).toContain('those of 1 more hosts of the entry change too')
  })

  it('is not found without a version to compare with, between equal ways of allocation, and for own addresses', () => {
    expect(objectsWith('vip-changes-on-upgrade', dnsEntry('a'))).toEqual([])
    expect(objectsWith('vip-changes-on-upgrade', dnsEntry('a'), { fromVersion: '1.26' })).toEqual([])
    expect(objectsWith('vip-changes-on-upgrade', dnsEntry('a'), { fromVersion: '1.20', version: '1.24' })).toEqual([])
    expect(objectsWith('vip-changes-on-upgrade', tcp('  addresses: [192.0.2.1]'), { fromVersion: '1.20' })).toEqual([])
  })
})

describe('ip-family-mismatch', () => {
  const own = (addresses: string) => tcp(`  resolution: DNS\n  addresses: ${addresses}`)

  it('is found for an entry and for a Service in clusters of both families', () => {
    expect(objectsWith('ip-family-mismatch', own('["2001:db8::1"]'))).toEqual(['ServiceEntry default/e'])
    const services = service('four', '10.96.0.1') + service('six', '"fd00::1"')
    expect(objectsWith('ip-family-mismatch', services)).toEqual(['Service default/six'])
  })

  it('is not found when one address is of the family, for ranges of it, and without addresses', () => {
    expect(objectsWith('ip-family-mismatch', own('["2001:db8::1", 192.0.2.1]'))).toEqual([])
    expect(objectsWith('ip-family-mismatch', own('[192.0.2.1]'))).toEqual([])
    expect(objectsWith('ip-family-mismatch', dnsEntry('e') + service('h', 'None'), CAPTURE)).toEqual([])
    expect(objectsWith('ip-family-mismatch', tcp('  addresses: [192.0.2.0/24]'))).toEqual([])
  })

  it('says nothing in clusters without the family that proxies are assumed to have', () => {
    expect(objectsWith('ip-family-mismatch', service('six', '"fd00::1"') + own('["2001:db8::1"]'))).toEqual([])
  })
})

describe('multiple-addresses', () => {
  const several = (protocol: string, addresses = '[192.0.2.1, 192.0.2.2]') =>
    tcp(`  resolution: STATIC\n  addresses: ${addresses}`).replace('protocol: TCP', `protocol: ${protocol}`)

  it('is found for HTTP, which has routes for the last address', () => {
    expect(findingsOf('multiple-addresses', several('HTTP')).map(({ message }) => message)).toEqual([
      'HTTP requests to port 9000 that name an address instead of e.example.com have a route only for 192.0.2.2: ' +
        '192.0.2.1 has none',
    ])
  })

  it('is found for all protocols where a Sidecar imports the host by its name and namespace', () => {
    const [found] = findingsOf('multiple-addresses', sidecar("['default/e.example.com']") + several('TCP'))
    expect(found?.message).toContain('only address 192.0.2.1 of e.example.com takes effect')
    expect(found?.message).toContain('192.0.2.2 is neither answered by DNS nor listened on')
    expect(objectsWith('multiple-addresses', sidecar("['*/e.example.com']") + several('TCP'))).toEqual([])
  })

  it('is not found for TCP, for one address, and for one of each family', () => {
    expect(objectsWith('multiple-addresses', several('TCP'))).toEqual([])
    expect(objectsWith('multiple-addresses', several('HTTP', '[192.0.2.1]'))).toEqual([])
    expect(objectsWith('multiple-addresses', several('HTTP', '["2001:db8::1", 192.0.2.1]'))).toEqual([])
  })
})

describe('sidecar-hides-entry', () => {
  it('is found for an entry of the namespace of the Sidecar', () => {
    const [found] = findingsOf('sidecar-hides-entry', sidecar("['istio-system/*']") + dnsEntry('e'))
    expect(found?.message).toBe(
      'no proxy of its own namespace sees e.example.com: Sidecar default/s does not import it',
    )
  })

  it('is found for an entry that is exported to the namespace by name', () => {
    const exported = dnsEntry('e', 'e.example.com', 'namespace: other').replace('spec:', 'spec:\n  exportTo: [default]')
    const [found] = findingsOf('sidecar-hides-entry', sidecar("['./*']") + exported)
    expect(found?.message).toContain('no proxy of namespace default, to which it is exported, sees e.example.com')
  })

  it('is ended by importing the host, where the Sidecar is of the namespace', () => {
    const own = sidecar("['istio-system/*']") + dnsEntry('e')
    expect(proposedFixes('sidecar-hides-entry', own)).toEqual({ 'import ./e.example.com in Sidecar default/s': [] })
    const root = sidecar("['istio-system/*']", 'istio-system') + dnsEntry('e')
    expect(proposedFixes('sidecar-hides-entry', root)).toEqual({})
  })

  it('is found for the Sidecar of the root namespace', () => {
    expect(
      objectsWith('sidecar-hides-entry', sidecar("['istio-system/*']", 'istio-system') + dnsEntry('e')),
    ).toHaveLength(1)
  })

  it('is not found for what is imported, for what is public elsewhere, and when other workloads see it', () => {
    const hides = sidecar("['istio-system/*']")
    expect(objectsWith('sidecar-hides-entry', sidecar("['./*']") + dnsEntry('e'))).toEqual([])
    expect(objectsWith('sidecar-hides-entry', sidecar("['*/e.example.com']") + dnsEntry('e'))).toEqual([])
    expect(objectsWith('sidecar-hides-entry', hides + dnsEntry('e', 'e.example.com', 'namespace: other'))).toEqual([])
    const chosen = sidecar("['./*']")
      .replace('name: s', 'name: chosen')
      .replace('spec: {', 'spec: {workloadSelector: {labels: {app: x}}, ')
    expect(objectsWith('sidecar-hides-entry', hides + chosen + dnsEntry('e'))).toEqual([])
    const onlyChosen = chosen.replace("['./*']", "['istio-system/*']")
    expect(objectsWith('sidecar-hides-entry', onlyChosen + dnsEntry('e'))).toEqual([])
  })
})
