import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/sources/document.ts'
import { describeRules, found, HASH_ALLOCATION, type Rule, verdict } from './rules.ts'

type Fields = { [key: string]: JsonValue }

const http = { number: 80, name: 'http', protocol: 'HTTP' }
const tcp = { number: 3306, name: 'db', protocol: 'TCP' }
const entry = (fields: Fields): Fields => ({ hosts: ['a.example.com'], ports: [http], resolution: 'DNS', ...fields })
const port = (fields: Fields): Fields => entry({ ports: [{ ...http, ...fields }] })
const fixed = (endpoint: Fields, fields: Fields = {}): Fields =>
  entry({ resolution: 'STATIC', endpoints: [endpoint], ...fields })
const wild = (fields: Fields): Fields => entry({ hosts: ['*.example.com'], resolution: 'DYNAMIC_DNS', ...fields })
const label63 = 'a'.repeat(63)

const rules: Rule[] = [
  {
    rule: 'needs a host',
    code: 'hosts-required',
    at: ['spec', 'hosts'],
    bad: entry({ hosts: [] }),
    good: entry({ hosts: ['a.example.com'] }),
  },
  {
    rule: 'refuses the host *',
    code: 'full-wildcard',
    at: ['spec', 'hosts', 1],
    bad: entry({ hosts: ['a.example.com', '*'], resolution: 'NONE' }),
    good: entry({ hosts: ['a.example.com', '*.com'], resolution: 'NONE' }),
  },
  {
    rule: 'refuses underscores in hosts',
    code: 'host-invalid',
    at: ['spec', 'hosts', 0],
    bad: entry({ hosts: ['a_b.example.com'], resolution: 'NONE' }),
    good: entry({ hosts: ['a-b.example.com.'], resolution: 'NONE' }),
  },
  {
    rule: 'refuses a label of 64 characters',
    code: 'host-invalid',
    at: ['spec', 'hosts', 0],
    bad: entry({ hosts: [`${label63}a.com`], resolution: 'NONE' }),
    good: entry({ hosts: [`${label63}.com`], resolution: 'NONE' }),
  },
  {
    rule: 'refuses hosts that end with a number',
    code: 'host-invalid',
    at: ['spec', 'hosts', 0],
    bad: entry({ hosts: ['example.1'], resolution: 'NONE' }),
    good: entry({ hosts: ['example.1a'], resolution: 'NONE' }),
  },
  {
    rule: 'warns of a wildcard inside a part',
    code: 'partial-wildcard',
    at: ['spec', 'hosts', 0],
    warning: true,
    bad: entry({ hosts: ['*-db.example.com'], resolution: 'NONE' }),
    good: entry({ hosts: ['*.example.com'], resolution: 'NONE' }),
  },
  {
    rule: 'allows a wildcard inside a part where hosts are looked up on demand',
    code: 'partial-wildcard',
    at: ['spec', 'hosts', 0],
    warning: true,
    bad: entry({ hosts: ['*db.example.com'], resolution: 'STATIC' }),
    good: wild({ hosts: ['*db.example.com'] }),
  },
  {
    rule: 'reads addresses strictly',
    code: 'address-invalid',
    at: ['spec', 'addresses', 1],
    bad: entry({ addresses: ['10.0.0.1', '010.0.0.2'] }),
    good: entry({ addresses: ['10.0.0.1', 'fe80::1%eth0'] }),
  },
  {
    rule: 'refuses prefixes that are too long',
    code: 'address-invalid',
    at: ['spec', 'addresses', 0],
    bad: entry({ resolution: 'NONE', addresses: ['10.0.0.0/33'] }),
    good: entry({ resolution: 'NONE', addresses: ['10.1.2.3/32', '::/128'] }),
  },
  {
    rule: 'takes ranges only for NONE and STATIC',
    code: 'cidr-needs-none-or-static',
    at: ['spec', 'addresses', 0],
    bad: entry({ addresses: ['10.0.0.0/8'] }),
    good: entry({ addresses: ['10.0.0.0/8'], resolution: 'STATIC' }),
  },
  {
    rule: 'wants port names once',
    code: 'port-duplicate',
    at: ['spec', 'ports', 1, 'name'],
    bad: entry({ ports: [http, { ...http, number: 81 }] }),
    good: entry({ ports: [http, { ...http, number: 81, name: 'http-2' }] }),
  },
  {
    rule: 'wants port numbers once',
    code: 'port-duplicate',
    at: ['spec', 'ports', 1, 'number'],
    bad: entry({ ports: [http, { ...http, name: 'http-2' }] }),
    good: entry({ ports: [http, { ...http, name: 'http-2', number: 65535 }] }),
  },
  {
    rule: 'wants port numbers in range',
    code: 'port-range',
    at: ['spec', 'ports', 0, 'number'],
    bad: port({ number: 65536 }),
    good: port({ number: 65535 }),
  },
  {
    rule: 'wants target ports in range',
    code: 'port-range',
    at: ['spec', 'ports', 0, 'targetPort'],
    bad: port({ targetPort: 70000 }),
    good: port({ targetPort: 0 }),
  },
  {
    rule: 'wants port names to be labels',
    code: 'port-name-invalid',
    at: ['spec', 'ports', 0, 'name'],
    bad: port({ name: '' }),
    good: port({ name: 'HTTP-1' }),
  },
  {
    rule: 'wants known protocols',
    code: 'protocol-unsupported',
    at: ['spec', 'ports', 0, 'protocol'],
    bad: port({ protocol: 'SCTP' }),
    good: port({ protocol: 'grpc-WEB' }),
  },
  {
    rule: 'warns of TCP without an address when none is allocated',
    code: 'tcp-address-required',
    at: ['spec', 'ports', 0, 'protocol'],
    warning: true,
    bad: entry({ ports: [tcp] }),
    good: entry({ ports: [tcp], addresses: ['10.0.0.1'] }),
    features: HASH_ALLOCATION,
  },
  {
    rule: 'warns of TCP without an address when the entry opted out of allocation',
    code: 'tcp-address-required',
    at: ['spec', 'ports', 0, 'protocol'],
    warning: true,
    bad: entry({ ports: [tcp] }),
    badMeta: { labels: { 'networking.istio.io/enable-autoallocate-ip': 'False' } },
    good: entry({ ports: [tcp] }),
  },
  {
    rule: 'warns of a port without protocol like of TCP',
    code: 'tcp-address-required',
    at: ['spec', 'ports', 0, 'protocol'],
    warning: true,
    bad: port({ protocol: '' }),
    good: port({ protocol: 'tcp' }),
    features: HASH_ALLOCATION,
  },
  {
    rule: 'wants a selector or endpoints',
    code: 'selector-and-endpoints',
    at: ['spec', 'endpoints'],
    bad: fixed({ address: '1.2.3.4' }, { workloadSelector: { labels: { app: 'a' } } }),
    good: entry({ resolution: 'STATIC', workloadSelector: { labels: { app: 'a' } }, endpoints: [] }),
  },
  {
    rule: 'refuses wildcards in selectors',
    code: 'selector-invalid',
    at: ['spec', 'workloadSelector', 'labels', 'app'],
    bad: entry({ resolution: 'STATIC', workloadSelector: { labels: { app: 'a*' } } }),
    good: entry({ resolution: 'STATIC', workloadSelector: { labels: { app: 'a b' } } }),
  },
  {
    rule: 'warns of selectors that select everything',
    code: 'selector-without-labels',
    at: ['spec', 'workloadSelector'],
    warning: true,
    bad: entry({ resolution: 'STATIC', workloadSelector: {} }),
    good: entry({ resolution: 'STATIC' }),
  },
  {
    rule: 'refuses endpoints with NONE',
    code: 'none-with-endpoints',
    at: ['spec', 'endpoints'],
    bad: fixed({ address: '1.2.3.4' }, { resolution: 'NONE' }),
    good: entry({ resolution: 'NONE' }),
  },
  {
    rule: 'warns of a selector with NONE',
    code: 'none-with-selector',
    at: ['spec', 'workloadSelector'],
    warning: true,
    bad: entry({ resolution: 'NONE', workloadSelector: { labels: { app: 'a' } } }),
    good: entry({ resolution: 'STATIC', workloadSelector: { labels: { app: 'a' } } }),
  },
  {
    rule: 'wants IPs with STATIC',
    code: 'static-endpoint-not-ip',
    at: ['spec', 'endpoints', 0, 'address'],
    bad: fixed({ address: 'db.example.com' }),
    good: fixed({ address: '::1' }),
  },
  {
    rule: 'wants addresses with STATIC',
    code: 'workload-address',
    at: ['spec', 'endpoints', 0, 'address'],
    bad: fixed({}),
    good: fixed({ address: '1.2.3.4' }),
  },
  {
    rule: 'warns of endpoints that are reached through their network',
    code: 'workload-address-unset',
    at: ['spec', 'endpoints', 0, 'network'],
    warning: true,
    bad: fixed({ network: 'east' }),
    good: fixed({ network: 'east', address: '1.2.3.4' }),
  },
  {
    rule: 'wants one port for a socket',
    code: 'unix-endpoint-ports',
    at: ['spec', 'endpoints', 0, 'address'],
    bad: fixed({ address: 'unix:///a' }, { ports: [http, { ...http, name: 'b', number: 81 }] }),
    good: fixed({ address: 'unix://@a' }),
  },
  {
    rule: 'wants endpoint ports to be declared',
    code: 'endpoint-port-undeclared',
    at: ['spec', 'endpoints', 0, 'ports', 'https'],
    bad: fixed({ address: '1.2.3.4', ports: { https: 8443 } }),
    good: fixed({ address: '1.2.3.4', ports: { http: 8080 } }),
  },
  {
    rule: 'wants the ports of DNS endpoints to be declared',
    code: 'endpoint-port-undeclared',
    at: ['spec', 'endpoints', 0, 'ports', 'https'],
    bad: entry({ endpoints: [{ address: 'b.com', ports: { https: 8443 } }] }),
    good: entry({ endpoints: [{ address: 'b.com', ports: { http: 8080 } }] }),
  },
  {
    rule: 'wants endpoint labels that Kubernetes allows',
    code: 'label-invalid',
    at: ['spec', 'endpoints', 0, 'labels', 'app'],
    bad: fixed({ address: '1.2.3.4', labels: { app: 'a b' } }),
    good: fixed({ address: '1.2.3.4', labels: { app: '', 'example.com/a_b': 'A.b-c' } }),
  },
  {
    rule: 'wants hosts that can be looked up',
    code: 'dns-host-not-fqdn',
    at: ['spec', 'hosts', 0],
    bad: entry({ hosts: ['*.example.com'] }),
    good: entry({ hosts: ['*.example.com'], endpoints: [{ address: 'b.com' }] }),
  },
  {
    rule: 'wants one endpoint with DNS_ROUND_ROBIN',
    code: 'dns-rr-multiple-endpoints',
    at: ['spec', 'endpoints', 1],
    bad: entry({ resolution: 'DNS_ROUND_ROBIN', endpoints: [{ address: 'b.com' }, { address: 'c.com' }] }),
    good: entry({ endpoints: [{ address: 'b.com' }, { address: 'c.com' }] }),
  },
  {
    rule: 'wants DNS endpoints to be names or IPs',
    code: 'endpoint-address-invalid',
    at: ['spec', 'endpoints', 0, 'address'],
    bad: entry({ endpoints: [{ address: 'unix:///a' }] }),
    good: entry({ endpoints: [{ address: '1.2.3.4' }] }),
  },
  {
    rule: 'warns of hosts that share addresses and a TCP port',
    code: 'multi-host-address-tcp',
    at: ['spec', 'hosts'],
    warning: true,
    bad: entry({ hosts: ['a.com', 'b.com'], addresses: ['10.0.0.1'], ports: [{ ...http, protocol: 'TLS' }] }),
    good: entry({ hosts: ['a.com', 'b.com'], addresses: ['10.0.0.1'] }),
  },
  {
    rule: 'refuses several hosts on a port that names none',
    code: 'multi-host-tcp',
    at: ['spec', 'ports', 1, 'protocol'],
    bad: entry({ hosts: ['a.com', 'b.com'], ports: [http, tcp] }),
    good: entry({ hosts: ['a.com', 'b.com'], ports: [http, tcp], resolution: 'NONE', addresses: ['10.0.0.1'] }),
  },
  {
    rule: 'wants wildcards with DYNAMIC_DNS',
    code: 'dynamic-dns-host-not-wildcard',
    at: ['spec', 'hosts', 0],
    bad: wild({ hosts: ['a.example.com'] }),
    good: wild({}),
  },
  {
    rule: 'refuses addresses with DYNAMIC_DNS',
    code: 'dynamic-dns-addresses',
    at: ['spec', 'addresses'],
    bad: wild({ addresses: ['10.0.0.1'] }),
    good: wild({ addresses: [] }),
  },
  {
    rule: 'refuses endpoints with DYNAMIC_DNS',
    code: 'dynamic-dns-endpoints',
    at: ['spec', 'endpoints'],
    bad: wild({ endpoints: [{ address: '1.2.3.4' }] }),
    good: wild({ endpoints: [] }),
  },
  {
    rule: 'wants protocols that name the host with DYNAMIC_DNS',
    code: 'dynamic-dns-protocol',
    at: ['spec', 'ports', 0, 'protocol'],
    bad: wild({ ports: [{ ...http, protocol: 'HTTPS' }] }),
    good: wild({ ports: [{ ...http, protocol: 'tls' }] }),
  },
  {
    rule: 'refuses waypoints for DYNAMIC_DNS inside the mesh',
    code: 'dynamic-dns-waypoint',
    at: ['spec', 'location'],
    bad: wild({ location: 'MESH_INTERNAL' }),
    badMeta: { labels: { 'istio.io/use-waypoint': 'gate' } },
    good: wild({ location: 'MESH_INTERNAL' }),
    goodMeta: { labels: { 'istio.io/use-waypoint': 'None' } },
  },
  {
    rule: 'refuses unknown numbers of resolutions',
    code: 'resolution-unknown',
    at: ['spec', 'resolution'],
    bad: entry({ resolution: 9 }),
    good: entry({ resolution: 2 }),
  },
  {
    rule: 'refuses unknown numbers of locations with DYNAMIC_DNS',
    code: 'location-unknown',
    at: ['spec', 'location'],
    bad: wild({ location: 9 }),
    good: entry({ location: 9 }),
  },
  {
    rule: 'wants exportTo to name namespaces',
    code: 'export-to-invalid',
    at: ['spec', 'exportTo', 0],
    bad: entry({ exportTo: ['a.b'] }),
    good: entry({ exportTo: ['a', '.'] }),
  },
  {
    rule: 'takes . as the own namespace',
    code: 'export-to-invalid',
    at: ['spec', 'exportTo', 1],
    bad: entry({ exportTo: ['.', 'shop'] }),
    good: entry({ exportTo: ['.', 'shop2'] }),
  },
  {
    rule: 'wants nobody alone in exportTo',
    code: 'export-to-invalid',
    at: ['spec', 'exportTo'],
    bad: entry({ exportTo: ['~', 'a'] }),
    good: entry({ exportTo: ['~'] }),
  },
  {
    rule: 'wants everybody alone in exportTo',
    code: 'export-to-invalid',
    at: ['spec', 'exportTo'],
    bad: entry({ exportTo: ['*', 'a'] }),
    good: entry({ exportTo: ['*'] }),
  },
]

describeRules('ServiceEntry', rules)

describe('ServiceEntry', () => {
  it('needs no ports, and no endpoints for STATIC', () => {
    expect(verdict('ServiceEntry', { hosts: ['a.com'], resolution: 'STATIC' })).toEqual({ errors: [], warnings: [] })
  })

  it('stops at a malformed selector', () => {
    const { errors, warnings } = verdict('ServiceEntry', { hosts: [], workloadSelector: { labels: { '': 'a' } } })
    expect(found(errors)).toEqual([{ code: 'selector-invalid', at: 'spec/workloadSelector/labels/' }])
    expect(warnings).toEqual([])
  })

  it('reports each of several mistakes', () => {
    const { errors } = verdict('ServiceEntry', port({ name: 'a.b', number: 0, protocol: 'x' }))
    expect(found(errors).map(({ code }) => code)).toEqual(['port-name-invalid', 'protocol-unsupported', 'port-range'])
  })

  it('shows long values cut', () => {
    const { errors } = verdict('ServiceEntry', entry({ addresses: ['x'.repeat(5000)] }))
    expect(errors[0]?.message).toContain(`"${'x'.repeat(80)}..."`)
    expect(errors[0]?.message.length).toBeLessThan(200)
  })

  it('is not confused by names of object properties', () => {
    const spec = fixed({ address: '1.2.3.4', ports: { constructor: 1 } }, { ports: [{ ...http, name: 'toString' }] })
    expect(found(verdict('ServiceEntry', spec).errors)).toEqual([
      { code: 'endpoint-port-undeclared', at: 'spec/endpoints/0/ports/constructor' },
    ])
  })
})
