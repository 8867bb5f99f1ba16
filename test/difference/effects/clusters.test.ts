import { describe, expect, it } from 'vitest'
import { entry, meshConfig, pod, service, slice } from '../../support/mesh.ts'
import { destinationRule, proxyEffects, said } from './say.ts'

const WEB = service('web', '10.96.0.1', 'default', '  selector: {app: web}')
const PODS = pod('web-1', '10.1.0.1', '{app: web, version: v1}') + pod('web-2', '10.1.0.2', '{app: web, version: v2}')
const SLICE = slice('web', ['10.1.0.1', '10.1.0.2'])
const MESH = WEB + PODS + SLICE

/** What changes if the DestinationRule of web changes. */
const changed = (before: string, after: string): readonly string[] => {
  const rules = [before, after].map((spec) => MESH + (spec === '' ? '' : destinationRule('web', spec)))
  return said(rules[0] ?? '', rules[1] ?? '')
}
const policy = (before: string, after: string): readonly string[] =>
  changed(`trafficPolicy: {${before}}`, `trafficPolicy: {${after}}`)

describe('traffic policies', () => {
  const CASES = [
    ['load balancing', '', 'loadBalancer: {simple: ROUND_ROBIN}'],
    ['consistent hash', 'loadBalancer: {simple: RANDOM}', 'loadBalancer: {consistentHash: {httpHeaderName: x-user}}'],
    [
      'limits',
      '',
      'connectionPool: {tcp: {maxConnections: 100}, http: {http1MaxPendingRequests: 10, http2MaxRequests: 50, maxRetries: 3}}',
    ],
    ['limits that go', 'connectionPool: {tcp: {maxConnections: 100}}', ''],
    [
      'limits that change',
      'connectionPool: {tcp: {maxConnections: 100}}',
      'connectionPool: {tcp: {maxConnections: 10}}',
    ],
    ['life of connections', '', 'connectionPool: {http: {idleTimeout: 5s, maxRequestsPerConnection: 1}}'],
    ['connect timeout', '', 'connectionPool: {tcp: {connectTimeout: 1s}}'],
    ['keepalive', '', 'connectionPool: {tcp: {tcpKeepalive: {time: 60s}}}'],
    ['HTTP/2', '', 'connectionPool: {http: {h2UpgradePolicy: UPGRADE}}'],
    ['outlier detection', '', 'outlierDetection: {consecutive5xxErrors: 5, interval: 10s}'],
    [
      'outlier detection that changes',
      'outlierDetection: {consecutive5xxErrors: 5}',
      'outlierDetection: {consecutive5xxErrors: 3, baseEjectionTime: 1m, maxEjectionPercent: 50}',
    ],
    ['outlier detection that goes', 'outlierDetection: {consecutive5xxErrors: 5}', ''],
    ['PROXY protocol', '', 'proxyProtocol: {version: V2}'],
  ] as const
  it('are told by setting', () => {
    expect(Object.fromEntries(CASES.map(([name, before, after]) => [name, policy(before, after)]))).toEqual({
      'HTTP/2': ['cluster-change: web.default:80: gets HTTP/2 (before: HTTP/1.1)'],
      'PROXY protocol': ['mtls-change: web.default:80: connections begin with the PROXY protocol'],
      'connect timeout': ['cluster-change: web.default:80: a connection must be established within 1s (before: 10s)'],
      'consistent hash': [
        'route-change: requests for web.default:80 stick to an endpoint by header x-user (before: none)',
        'cluster-change: web.default:80: load balancing RING_HASH (before: RANDOM)',
      ],
      keepalive: ['cluster-change: web.default:80: TCP keepalive is on'],
      'life of connections': [
        'cluster-change: web.default:80: idle connections are closed after 5s (before: 1h)',
        'cluster-change: web.default:80: at most 1 requests per connection (before: no limit)',
      ],
      limits: [
        'cluster-change: web.default:80: at most 100 connections (before: no limit)',
        'cluster-change: web.default:80: at most 10 waiting requests (before: no limit)',
        'cluster-change: web.default:80: at most 50 requests at a time (before: no limit)',
        'cluster-change: web.default:80: at most 3 retries at a time (before: no limit)',
      ],
      'limits that change': ['cluster-change: web.default:80: at most 10 connections (before: 100)'],
      'limits that go': ['cluster-change: web.default:80: connections are no longer limited (before: at most 100)'],
      'load balancing': ['cluster-change: web.default:80: load balancing ROUND_ROBIN (before: LEAST_REQUEST)'],
      'outlier detection': [
        'cluster-change: web.default:80: endpoints that fail are taken out (outlier detection after 5 errors)',
      ],
      'outlier detection that changes': [
        'cluster-change: web.default:80: endpoints are taken out after 3 errors (before: 5)',
        'cluster-change: web.default:80: endpoints are taken out for at least 60s (before: 30s)',
        'cluster-change: web.default:80: the most endpoints that are taken out are 50% (before: 10)',
      ],
      'outlier detection that goes': [
        'cluster-change: web.default:80: endpoints that fail are no longer taken out (no outlier detection)',
      ],
    })
  })
  it('of a rule that changes nothing', () => {
    expect(changed('', 'trafficPolicy: {}')).toEqual([])
  })
  it('are told once for subsets', () => {
    const spec = (limit: number) =>
      `trafficPolicy: {connectionPool: {tcp: {maxConnections: ${limit}}}}, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]`
    expect(changed(spec(100), spec(10))).toEqual([
      'cluster-change: web.default:80 and its subsets: at most 10 connections (before: 100)',
    ])
  })
  it('are told once for many hosts', () => {
    const mesh = (timeout: string) => meshConfig(`connectTimeout: ${timeout}`)
    const many = Array.from({ length: 8 }, (_, index) => service(`s${index}`, `10.96.1.${index + 1}`)).join('')
    expect(said(mesh('10s') + many, mesh('1s') + many)).toEqual([
      'cluster-change: 11 hosts (s0.default, s1.default and 9 more): a connection must be established within 1s (before: 10s)',
    ])
  })
})

describe('subsets', () => {
  const [v1, v2] = ['{name: v1, labels: {version: v1}}', '{name: v2, labels: {version: v2}}']
  it('come with their endpoints and go', () => {
    expect(changed(`subsets: [${v1}]`, `subsets: [${v1}, ${v2}]`)).toEqual([
      'cluster-change: web.default:80 subset v2: new, with 1 endpoint',
    ])
    expect(changed(`subsets: [${v1}, ${v2}]`, `subsets: [${v1}]`)).toEqual([
      'cluster-change: web.default:80 subset v2: removed',
    ])
    expect(changed(`subsets: [${v1}]`, `subsets: [${v1}, {name: v3, labels: {version: v3}}]`)).toEqual([
      'cluster-change: web.default:80 subset v3: new, with no endpoints',
    ])
  })
  it('select other endpoints', () => {
    expect(changed(`subsets: [${v1}]`, `subsets: [${v1.replace('version: v1', 'version: v2')}]`)).toEqual([
      'endpoint-change: web.default:80 subset v1 gets the endpoint 10.1.0.2:80',
      'endpoint-change: web.default:80 subset v1 loses the endpoint 10.1.0.1:80',
    ])
  })
})

describe('where connections go', () => {
  const db = (more: string) =>
    entry('db', `  hosts: [db.example.com]\n  ports: [{number: 80, name: http, protocol: HTTP}]\n${more}`)
  it('differs by resolution', () => {
    expect(said(db('  resolution: DNS'), db('  resolution: DNS_ROUND_ROBIN'))).toEqual([
      'cluster-change: db.example.com:80: connections go to one address at a time that DNS gives (before: all addresses that DNS gives)',
    ])
    expect(said(db('  resolution: DNS'), db('  resolution: NONE'))).toEqual([
      'dns-change: db.example.com goes to the upstream resolver (before: 240.240.0.1)',
      'route-change: requests for 240.240.0.1 are no longer routed like those for db.example.com:80',
      'cluster-change: db.example.com:80: connections go to the address that the client chose (before: all addresses that DNS gives)',
    ])
    expect(said(db('  resolution: DNS'), db('  resolution: STATIC\n  endpoints: [{address: 10.1.1.1}]'))).toEqual([
      'cluster-change: db.example.com:80: connections go to its known endpoints (before: all addresses that DNS gives)',
      'endpoint-change: db.example.com:80 gets the endpoint 10.1.1.1:80',
      'endpoint-change: db.example.com:80 loses the endpoint db.example.com:80',
    ])
  })
  it('differs by the names that DNS is asked for', () => {
    const at = (address: string) => db(`  resolution: DNS\n  endpoints: [{address: ${address}}]`)
    expect(said(at('a.example.com'), at('b.example.com'))).toEqual([
      'endpoint-change: db.example.com:80 gets the endpoint b.example.com:80',
      'endpoint-change: db.example.com:80 loses the endpoint a.example.com:80',
    ])
  })
})

describe('endpoints', () => {
  const two = (first: string, second: string) =>
    entry(
      'db',
      `  hosts: [db.example.com]\n  resolution: STATIC\n  ports: [{number: 80, name: http, protocol: HTTP}]\n  endpoints: [{address: 10.1.1.1${first}}, {address: 10.1.1.2${second}}]`,
    )
  it('come and go', () => {
    expect(said(MESH, WEB + PODS + slice('web', ['10.1.0.1']))).toEqual([
      'endpoint-change: web.default:80 loses the endpoint 10.1.0.2:80',
    ])
    expect(said(WEB + PODS + slice('web', ['10.1.0.1']), MESH)).toEqual([
      'endpoint-change: web.default:80 gets the endpoint 10.1.0.2:80',
    ])
    expect(said(MESH, WEB + PODS + slice('web', []))).toEqual([
      'mtls-change: web.default:80: accepted servers: any (before: spiffe://cluster.local/ns/default/sa/)',
      'endpoint-change: web.default:80 loses 2 endpoints: 10.1.0.1:80 and 10.1.0.2:80, and has none left',
    ])
  })
  it('come in numbers', () => {
    const ips = Array.from({ length: 9 }, (_, index) => `10.2.0.${index + 1}`)
    expect(said(WEB + slice('web', []), WEB + slice('web', ips))).toEqual([
      'endpoint-change: web.default:80 gets 9 endpoints: 10.2.0.1:80, 10.2.0.2:80 and 7 more',
    ])
  })
  it('get another weight', () => {
    expect(said(two('', ''), two(', weight: 3', ''))).toEqual([
      'endpoint-change: db.example.com:80: endpoint 10.1.1.1:80 has weight 3 (before: 1)',
    ])
  })
  it('get another locality', () => {
    expect(said(two('', ''), two(', locality: eu/a', ', locality: eu/b'))).toEqual([
      'endpoint-change: db.example.com:80: endpoint 10.1.1.1:80 is in eu/a (before: no locality)',
      'endpoint-change: db.example.com:80: endpoint 10.1.1.2:80 is in eu/b (before: no locality)',
    ])
  })
  it('get another priority', () => {
    const at = two(', locality: eu/a', ', locality: us/b')
    const rule = (spec: string) =>
      destinationRule('db.example.com', `trafficPolicy: {outlierDetection: {consecutive5xxErrors: 5}${spec}}`)
    const node = { labels: { 'istio-locality': 'eu.a' } }
    expect(said(at + rule(', loadBalancer: {localityLbSetting: {enabled: false}}'), at + rule(''), node)).toEqual([
      'endpoint-change: db.example.com:80: endpoint 10.1.1.2:80 has priority 1 (before: 0)',
    ])
  })
  it('carry their manifests', () => {
    const [effect] = proxyEffects(MESH, WEB + PODS + slice('web', ['10.1.0.1']))
    expect(effect?.subject).toEqual({ kind: 'cluster', name: 'web.default.svc.cluster.local:80' })
    expect(effect?.covers).toEqual([{ kind: 'eds', name: 'outbound|80||web.default.svc.cluster.local' }])
    expect(effect?.sources.before.map(({ what }) => what)).toEqual([
      'Service default/web',
      'endpoint 10.1.0.1',
      'endpoint 10.1.0.2',
    ])
  })
})

describe('mTLS', () => {
  const peer = (mode: string, more = '') => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: default}
spec: {${more}mtls: {mode: ${mode}}}
---`
  it('of clients follows the policy of the namespace', () => {
    expect(said(MESH, MESH + peer('DISABLE'), { namespace: 'shop' })).toEqual([
      'mtls-change: connections to web.default:80 use plain text (before: automatic mTLS)',
    ])
  })
  it('of clients follows the DestinationRule', () => {
    expect(policy('', 'tls: {mode: DISABLE}')).toEqual([
      'mtls-change: connections to web.default:80 use plain text (before: automatic mTLS)',
    ])
    expect(policy('tls: {mode: ISTIO_MUTUAL}', 'tls: {mode: SIMPLE}')).toEqual([
      'mtls-change: connections to web.default:80 use TLS (before: mesh mTLS)',
    ])
    expect(policy('tls: {mode: SIMPLE, sni: a}', 'tls: {mode: SIMPLE, sni: b}')).toEqual([
      'mtls-change: web.default:80: the server name in TLS is b (before: a)',
    ])
    expect(policy('tls: {mode: SIMPLE}', 'tls: {mode: SIMPLE, subjectAltNames: [web]}')).toEqual([
      'mtls-change: web.default:80: the certificate of the server must have the host of the request: no (before: yes)',
      'mtls-change: web.default:80: accepted servers: web (before: any)',
    ])
  })
  it('of a workload follows its policy', () => {
    const node = { labels: { app: 'web' }, ips: '10.1.0.1' }
    expect(said(MESH, MESH + peer('STRICT'), node)).toEqual([
      'mtls-change: any other inbound port accepts only mTLS (before: mTLS and plain text)',
      'mtls-change: inbound port 80 accepts only mTLS (before: mTLS and plain text)',
    ])
    expect(said(MESH + peer('STRICT'), MESH + peer('DISABLE'), node)).toEqual([
      'mtls-change: any other inbound port accepts only plain text (before: only mTLS)',
      'mtls-change: inbound port 80 accepts only plain text (before: only mTLS)',
      'mtls-change: connections to web.default:80 use plain text (before: automatic mTLS)',
    ])
    expect(said(MESH, MESH + peer('STRICT', 'selector: {matchLabels: {app: other}}, '), node)).toEqual([])
  })
  it('of single endpoints follows their labels', () => {
    const labelled = PODS.replace('version: v1', 'version: v1, security.istio.io/tlsMode: istio')
    expect(said(MESH, WEB + labelled + SLICE)).toEqual([
      'mtls-change: web.default:80: endpoint 10.1.0.1:80 gets mesh mTLS (before: plain text)',
    ])
  })
  it('names who the server may be', () => {
    const account = PODS.replace('containers:', 'serviceAccountName: shop\n  containers:')
    expect(said(MESH, WEB + account + SLICE)).toEqual([
      'mtls-change: web.default:80: accepted servers: spiffe://cluster.local/ns/default/sa/ and service account default/shop (before: spiffe://cluster.local/ns/default/sa/)',
    ])
  })
})
