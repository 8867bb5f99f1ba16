import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/sources/document.ts'
import { describeRules, found, type Rule, verdict } from './rules.ts'

type Fields = { [key: string]: JsonValue }

const server = (fields: Fields): Fields => ({
  servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['a.example.com'], ...fields }],
})
const serverPort = (fields: Fields): Fields =>
  server({ port: { number: 80, name: 'http', protocol: 'HTTP', ...fields } })
const secure = (tls: Fields): Fields => server({ port: { number: 443, name: 'https', protocol: 'HTTPS' }, tls })
const serverHost = (host: string): Fields => server({ hosts: [host] })
const SERVER = ['spec', 'servers', 0]
const certificate = { serverCertificate: '/cert', privateKey: '/key' }

const tlsRules: Rule[] = [
  {
    rule: 'needs TLS settings on TLS ports',
    code: 'tls-required',
    at: [...SERVER, 'tls'],
    bad: serverPort({ protocol: 'TLS' }),
    good: secure({ mode: 'PASSTHROUGH' }),
  },
  {
    rule: 'takes only redirects on HTTP ports',
    code: 'tls-unexpected',
    at: [...SERVER, 'tls'],
    bad: server({ tls: { mode: 'SIMPLE', credentialName: 'a' } }),
    good: server({ tls: { httpsRedirect: true } }),
  },
  {
    rule: 'takes no TLS settings on TCP ports',
    code: 'tls-unexpected',
    at: [...SERVER, 'tls'],
    bad: server({ port: { number: 80, name: 'a', protocol: 'TCP' }, tls: {} }),
    good: server({ tls: {} }),
  },
  {
    rule: 'warns of redirects on other ports',
    code: 'https-redirect-ignored',
    at: [...SERVER, 'tls', 'httpsRedirect'],
    warning: true,
    bad: secure({ mode: 'SIMPLE', credentialName: 'a', httpsRedirect: true }),
    good: secure({ mode: 'SIMPLE', credentialName: 'a' }),
  },
  {
    rule: 'needs a certificate',
    code: 'tls-certificate-required',
    at: [...SERVER, 'tls', 'serverCertificate'],
    bad: secure({ mode: 'SIMPLE', privateKey: '/key' }),
    good: secure({ mode: 'SIMPLE', ...certificate }),
  },
  {
    rule: 'needs a key',
    code: 'tls-certificate-required',
    at: [...SERVER, 'tls', 'tlsCertificates', 0, 'privateKey'],
    bad: secure({ mode: 'SIMPLE', tlsCertificates: [{ serverCertificate: '/cert' }] }),
    good: secure({ mode: 'SIMPLE', tlsCertificates: [certificate] }),
  },
  {
    rule: 'needs a CA to verify clients',
    code: 'tls-certificate-required',
    at: [...SERVER, 'tls', 'caCertificates'],
    bad: secure({ mode: 'OPTIONAL_MUTUAL', ...certificate }),
    good: secure({ mode: 'MUTUAL', credentialNames: ['a'] }),
  },
  {
    rule: 'takes certificates from one source',
    code: 'tls-certificate-conflict',
    at: [...SERVER, 'tls', 'credentialName'],
    bad: secure({ mode: 'SIMPLE', ...certificate, credentialName: 'a' }),
    good: secure({ mode: 'SIMPLE', serverCertificate: '/cert', credentialName: 'a' }),
  },
  {
    rule: 'takes no certificates with ISTIO_MUTUAL',
    code: 'tls-certificate-conflict',
    at: [...SERVER, 'tls', 'caCertificates'],
    bad: secure({ mode: 'ISTIO_MUTUAL', caCertificates: '/ca' }),
    good: secure({ mode: 'ISTIO_MUTUAL' }),
  },
  {
    rule: 'takes no CRL with SIMPLE',
    code: 'tls-certificate-conflict',
    at: [...SERVER, 'tls', 'caCrl'],
    bad: secure({ mode: 'SIMPLE', ...certificate, caCrl: '/crl' }),
    good: secure({ mode: 'MUTUAL', ...certificate, caCertificates: '/ca', caCrl: '/crl' }),
  },
  {
    rule: 'warns of more than two certificates',
    code: 'tls-certificates-too-many',
    at: [...SERVER, 'tls', 'tlsCertificates'],
    warning: true,
    bad: secure({ mode: 'SIMPLE', tlsCertificates: [certificate, certificate, certificate] }),
    good: secure({ mode: 'SIMPLE', tlsCertificates: [certificate, certificate] }),
  },
  {
    rule: 'warns of certificates that nobody reads',
    code: 'tls-certificate-ignored',
    at: [...SERVER, 'tls', 'credentialName'],
    warning: true,
    bad: secure({ mode: 'PASSTHROUGH', credentialName: 'a' }),
    good: secure({ mode: 'AUTO_PASSTHROUGH' }),
  },
  {
    rule: 'warns of old versions without ciphers',
    code: 'tls-version-ciphers',
    at: [...SERVER, 'tls', 'minProtocolVersion'],
    warning: true,
    bad: secure({ mode: 'PASSTHROUGH', minProtocolVersion: 'TLSV1_1' }),
    good: secure({ mode: 'PASSTHROUGH', minProtocolVersion: 'TLSV1_1', cipherSuites: ['AES128-SHA'] }),
  },
  {
    rule: 'warns of unknown ciphers',
    code: 'cipher-suite-ignored',
    at: [...SERVER, 'tls', 'cipherSuites', 1],
    warning: true,
    bad: secure({ mode: 'PASSTHROUGH', cipherSuites: ['AES128-SHA', 'RC4-MD5'] }),
    good: secure({ mode: 'PASSTHROUGH', cipherSuites: ['AES128-SHA', '!RC4-MD5', 'ALL'] }),
  },
  {
    rule: 'warns of repeated ciphers',
    code: 'cipher-suite-ignored',
    at: [...SERVER, 'tls', 'cipherSuites', 1],
    warning: true,
    bad: secure({ mode: 'PASSTHROUGH', cipherSuites: ['AES128-SHA', 'AES128-SHA'] }),
    good: secure({ mode: 'PASSTHROUGH', cipherSuites: ['AES128-SHA', 'AES256-SHA'] }),
  },
]

describeRules('Gateway', [
  {
    rule: 'needs a name without dots',
    code: 'gateway-name-invalid',
    at: ['metadata', 'name'],
    bad: server({}),
    badMeta: { name: 'a.b' },
    good: server({}),
    goodMeta: { name: 'a.b', annotations: { 'internal.istio.io/gateway-semantics': 'gateway' } },
  },
  {
    rule: 'needs servers',
    code: 'servers-required',
    at: ['spec', 'servers'],
    bad: { selector: { app: 'a' } },
    good: server({}),
  },
  {
    rule: 'needs hosts',
    code: 'hosts-required',
    at: [...SERVER, 'hosts'],
    bad: server({ hosts: [] }),
    good: serverHost('*'),
  },
  {
    rule: 'refuses short hosts',
    code: 'gateway-host-invalid',
    at: [...SERVER, 'hosts', 0],
    bad: serverHost('web'),
    good: serverHost('web.a'),
  },
  {
    rule: 'refuses partial wildcards',
    code: 'gateway-host-invalid',
    at: [...SERVER, 'hosts', 0],
    bad: serverHost('*a.com'),
    good: serverHost('*.a.com'),
  },
  {
    rule: 'wants a namespace before the slash',
    code: 'gateway-host-invalid',
    at: [...SERVER, 'hosts', 0],
    bad: serverHost('~/a.com'),
    good: serverHost('./a.com'),
  },
  {
    rule: 'takes IPv4 addresses as hosts',
    code: 'gateway-host-invalid',
    at: [...SERVER, 'hosts', 0],
    bad: serverHost('a/::1'),
    good: serverHost('a/1.2.3.4'),
  },
  {
    rule: 'needs a port',
    code: 'port-required',
    at: [...SERVER, 'port'],
    bad: { servers: [{ hosts: ['a.com'] }] },
    good: server({}),
  },
  {
    rule: 'needs a port name',
    code: 'port-name-invalid',
    at: [...SERVER, 'port', 'name'],
    bad: serverPort({ name: '' }),
    good: serverPort({ name: 'not a label' }),
  },
  {
    rule: 'needs a protocol',
    code: 'protocol-unsupported',
    at: [...SERVER, 'port', 'protocol'],
    bad: serverPort({ protocol: '' }),
    good: serverPort({ protocol: 'udp' }),
  },
  {
    rule: 'needs a port number, except for a socket',
    code: 'port-range',
    at: [...SERVER, 'port', 'number'],
    bad: serverPort({ number: 0 }),
    good: server({ bind: 'unix:///a', port: { number: 0, name: 'a', protocol: 'HTTP' } }),
  },
  {
    rule: 'takes no port number with a socket',
    code: 'bind-invalid',
    at: [...SERVER, 'bind'],
    bad: server({ bind: 'unix:///a' }),
    good: server({ bind: '::1' }),
  },
  {
    rule: 'binds to addresses',
    code: 'bind-invalid',
    at: [...SERVER, 'bind'],
    bad: server({ bind: 'a.com' }),
    good: server({ bind: '127.0.0.1' }),
  },
  {
    rule: 'has no target port',
    code: 'target-port-unused',
    at: [...SERVER, 'port', 'targetPort'],
    bad: serverPort({ targetPort: 8080 }),
    good: serverPort({ targetPort: 0 }),
  },
  {
    rule: 'wants port names once',
    code: 'port-duplicate',
    at: ['spec', 'servers', 1, 'port', 'name'],
    bad: {
      servers: [
        { port: { number: 80, name: 'a', protocol: 'HTTP' }, hosts: ['*'] },
        { port: { number: 81, name: 'a', protocol: 'HTTP' }, hosts: ['*'] },
      ],
    },
    good: {
      servers: [
        { port: { number: 80, name: 'a', protocol: 'HTTP' }, hosts: ['*'] },
        { port: { number: 80, name: 'b', protocol: 'HTTP' }, hosts: ['*'] },
      ],
    },
  },
  ...tlsRules,
])

const egress = (...listeners: Fields[]): Fields => ({
  egress: listeners.map((fields) => ({ hosts: ['*/*'], ...fields })),
})
const egressHosts = (...hosts: string[]): Fields => egress({ hosts })
const ingress = (fields: Fields): Fields => ({ ingress: [{ port: { number: 9080, protocol: 'HTTP' }, ...fields }] })
const INGRESS = ['spec', 'ingress', 0]
const EGRESS = ['spec', 'egress', 0]
const socket = { port: { number: 0, protocol: 'HTTP' }, bind: 'unix:///a' }

describeRules('Sidecar', [
  { rule: 'must set something', code: 'sidecar-empty', at: ['spec'], bad: {}, good: { outboundTrafficPolicy: {} } },
  {
    rule: 'warns of selectors that select everything',
    code: 'selector-without-labels',
    at: ['spec', 'workloadSelector'],
    warning: true,
    bad: { workloadSelector: {}, ...egress({}) },
    good: { workloadSelector: { labels: { app: 'a' } }, ...egress({}) },
  },
  {
    rule: 'needs ports of ingress listeners',
    code: 'port-required',
    at: [...INGRESS, 'port'],
    bad: { ingress: [{ defaultEndpoint: ':80' }] },
    good: ingress({ defaultEndpoint: ':80' }),
  },
  {
    rule: 'has no target port',
    code: 'target-port-unused',
    at: [...INGRESS, 'port', 'targetPort'],
    bad: ingress({ port: { number: 80, targetPort: 80 } }),
    good: ingress({ port: { number: 80 } }),
  },
  {
    rule: 'wants ingress ports once',
    code: 'port-duplicate',
    at: ['spec', 'ingress', 1, 'port', 'number'],
    bad: { ingress: [{ port: { number: 80 } }, { port: { number: 80 } }] },
    good: { ingress: [{ port: { number: 80 } }, { port: { number: 81 } }] },
  },
  {
    rule: 'binds ingress to IP addresses',
    code: 'bind-invalid',
    at: [...INGRESS, 'bind'],
    bad: ingress({ bind: 'unix:///a' }),
    good: ingress({ bind: '::' }),
  },
  {
    rule: 'sends to the workload itself',
    code: 'default-endpoint-invalid',
    at: [...INGRESS, 'defaultEndpoint'],
    bad: ingress({ defaultEndpoint: '10.0.0.1:80' }),
    good: ingress({ defaultEndpoint: '0.0.0.0:80' }),
  },
  {
    rule: 'wants brackets around IPv6',
    code: 'default-endpoint-invalid',
    at: [...INGRESS, 'defaultEndpoint'],
    bad: ingress({ defaultEndpoint: '::1:80' }),
    good: ingress({ defaultEndpoint: '[::1]:80' }),
  },
  {
    rule: 'sends to a port in range',
    code: 'default-endpoint-invalid',
    at: [...INGRESS, 'defaultEndpoint'],
    bad: ingress({ defaultEndpoint: ':0' }),
    good: ingress({ defaultEndpoint: ':1' }),
  },
  {
    rule: 'sends to absolute sockets',
    code: 'unix-path-invalid',
    at: [...INGRESS, 'defaultEndpoint'],
    bad: ingress({ defaultEndpoint: 'unix://a' }),
    good: ingress({ defaultEndpoint: 'unix:///a' }),
  },
  {
    rule: 'terminates TLS only on TLS ports',
    code: 'tls-unexpected',
    at: [...INGRESS, 'tls'],
    bad: ingress({ tls: { mode: 'SIMPLE', ...certificate } }),
    good: ingress({ tls: { mode: 'SIMPLE', ...certificate }, port: { number: 443, protocol: 'https' } }),
  },
  {
    rule: 'refuses TLS modes of gateways',
    code: 'sidecar-tls-unsupported',
    at: [...INGRESS, 'tls', 'mode'],
    bad: ingress({ tls: { mode: 'ISTIO_MUTUAL' }, port: { number: 443, protocol: 'TLS' } }),
    good: ingress({ tls: { mode: 'PASSTHROUGH' }, port: { number: 443, protocol: 'TLS' } }),
  },
  {
    rule: 'refuses credentials',
    code: 'sidecar-tls-unsupported',
    at: [...INGRESS, 'tls', 'credentialName'],
    bad: ingress({ tls: { mode: 'SIMPLE', credentialName: 'a' }, port: { number: 443, protocol: 'TLS' } }),
    good: ingress({ tls: { mode: 'SIMPLE', ...certificate }, port: { number: 443, protocol: 'TLS' } }),
  },
  {
    rule: 'warns of HTTP settings on other ports',
    code: 'http-pool-ignored',
    at: [...INGRESS, 'connectionPool', 'http'],
    warning: true,
    bad: ingress({ port: { number: 80, protocol: 'TCP' }, connectionPool: { http: {} } }),
    good: ingress({ port: { number: 80, protocol: 'GRPC' }, connectionPool: { http: {} } }),
  },
  {
    rule: 'checks the pool for everything inbound',
    code: 'connection-pool-invalid',
    at: ['spec', 'inboundConnectionPool'],
    bad: { inboundConnectionPool: {} },
    good: { inboundConnectionPool: { tcp: {} } },
  },
  {
    rule: 'wants the listener without port last',
    code: 'egress-order',
    at: ['spec', 'egress', 0],
    bad: egress({}, { port: { number: 80 } }),
    good: egress({ port: { number: 80 } }, {}),
  },
  {
    rule: 'wants egress ports once',
    code: 'port-duplicate',
    at: ['spec', 'egress', 1, 'port', 'number'],
    bad: egress({ port: { number: 80 } }, { port: { number: 80 }, bind: '1.2.3.4' }),
    good: egress({ port: { number: 80 } }, { port: { number: 81 } }),
  },
  {
    rule: 'wants sockets once',
    code: 'port-duplicate',
    at: ['spec', 'egress', 1, 'bind'],
    bad: egress(socket, socket),
    good: egress(socket, { ...socket, bind: 'unix:///b' }),
  },
  {
    rule: 'wants a socket for the port 0',
    code: 'bind-invalid',
    at: [...EGRESS, 'bind'],
    bad: egress({ port: { number: 0 } }),
    good: egress(socket),
  },
  {
    rule: 'does not capture traffic to sockets',
    code: 'capture-mode-invalid',
    at: [...EGRESS, 'captureMode'],
    bad: egress({ ...socket, captureMode: 'IPTABLES' }),
    good: egress({ ...socket, captureMode: 'NONE' }),
  },
  {
    rule: 'wants hosts',
    code: 'hosts-required',
    at: [...EGRESS, 'hosts'],
    bad: egress({ hosts: [] }),
    good: egressHosts('~/*'),
  },
  {
    rule: 'wants namespaces before hosts',
    code: 'egress-host-invalid',
    at: [...EGRESS, 'hosts', 0],
    bad: egressHosts('a.example.com'),
    good: egressHosts('./a.example.com'),
  },
  {
    rule: 'wants labels as namespaces',
    code: 'egress-host-invalid',
    at: [...EGRESS, 'hosts', 0],
    bad: egressHosts('a.b/*'),
    good: egressHosts('~a-b/*'),
  },
  {
    rule: 'wants full names',
    code: 'egress-host-invalid',
    at: [...EGRESS, 'hosts', 0],
    bad: egressHosts('*/web'),
    good: egressHosts('*/web.shop.svc.cluster.local'),
  },
  {
    rule: 'takes no addresses as hosts',
    code: 'egress-host-invalid',
    at: [...EGRESS, 'hosts', 0],
    bad: egressHosts('*/1.2.3.4'),
    good: egressHosts('*/*.example.com'),
  },
  {
    rule: 'warns of hosts twice, . being the own namespace',
    code: 'egress-host-duplicate',
    at: [...EGRESS, 'hosts', 1],
    warning: true,
    bad: egressHosts('./a.example.com', 'shop/a.example.com'),
    good: egressHosts('./a.example.com', 'shop2/a.example.com'),
  },
  {
    rule: 'warns of a host beside all of its namespace',
    code: 'egress-host-duplicate',
    at: [...EGRESS, 'hosts', 1],
    warning: true,
    bad: egressHosts('a/*', 'a/b.com'),
    good: egressHosts('a/*', '~a/b.com'),
  },
  {
    rule: 'warns of others beside everything',
    code: 'egress-host-duplicate',
    at: [...EGRESS, 'hosts'],
    warning: true,
    bad: egressHosts('*/*', 'a/b.com'),
    good: egressHosts('*/*', '~a/b.com'),
  },
  {
    rule: 'knows modes of the mesh by their number, and refuses them',
    code: 'outbound-policy-invalid',
    at: ['spec', 'outboundTrafficPolicy', 'mode'],
    bad: { outboundTrafficPolicy: { mode: 3 } },
    good: { outboundTrafficPolicy: { mode: 1 } },
  },
  {
    rule: 'takes an egress proxy only with ALLOW_ANY',
    code: 'outbound-policy-invalid',
    at: ['spec', 'outboundTrafficPolicy', 'mode'],
    bad: { outboundTrafficPolicy: { egressProxy: { host: 'a.com', port: { number: 80 } } } },
    good: { outboundTrafficPolicy: { mode: 'ALLOW_ANY', egressProxy: { host: 'a.com', port: { number: 80 } } } },
  },
  {
    rule: 'wants the port of an egress proxy',
    code: 'port-required',
    at: ['spec', 'outboundTrafficPolicy', 'egressProxy', 'port'],
    bad: { outboundTrafficPolicy: { mode: 'ALLOW_ANY', egressProxy: { host: 'a.com' } } },
    good: { outboundTrafficPolicy: { mode: 'ALLOW_ANY', egressProxy: { host: 'a.com', port: { number: 1 } } } },
  },
])

describe('Sidecar', () => {
  it('says nothing about the selector of an empty one', () => {
    const { errors, warnings } = verdict('Sidecar', { workloadSelector: {} })
    expect(found(errors)).toEqual([{ code: 'sidecar-empty', at: 'spec' }])
    expect(warnings).toEqual([])
  })
})
