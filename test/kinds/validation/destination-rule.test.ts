import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/sources/document.ts'
import { describeRules, found, type Rule, verdict } from './rules.ts'

type Fields = { [key: string]: JsonValue }

const host = 'a.example.com'
const policy = (trafficPolicy: Fields): Fields => ({ host, trafficPolicy })
const http = (fields: Fields): Fields => policy({ connectionPool: { http: fields } })
const tcp = (fields: Fields): Fields => policy({ connectionPool: { tcp: fields } })
const outlier = (outlierDetection: Fields): Fields => policy({ outlierDetection })
const balance = (loadBalancer: Fields): Fields => policy({ loadBalancer, outlierDetection: {} })
const hash = (fields: Fields): Fields => balance({ consistentHash: fields })
const locality = (localityLbSetting: Fields): Fields => balance({ localityLbSetting })
const distribute = (...distribute: Fields[]): Fields => locality({ distribute })
const tls = (fields: Fields): Fields => policy({ tls: fields })
const subset = (fields: Fields): Fields => ({ host, subsets: [{ name: 'v1', ...fields }] })
const warmup = (fields: Fields): Fields => balance({ warmup: { duration: '1s', ...fields } })
const tunnel = (fields: Fields): Fields => policy({ tunnel: { targetHost: 'a.com', targetPort: 443, ...fields } })
const app = { matchLabels: { app: 'a' } }

const POLICY = ['spec', 'trafficPolicy']
const HASH = [...POLICY, 'loadBalancer', 'consistentHash']
const LOCALITY = [...POLICY, 'loadBalancer', 'localityLbSetting']
const TLS = [...POLICY, 'tls']

const poolRules: Rule[] = [
  {
    rule: 'wants settings in connection pools',
    code: 'connection-pool-invalid',
    at: [...POLICY, 'connectionPool'],
    bad: policy({ connectionPool: {} }),
    good: tcp({}),
  },
  {
    rule: 'wants no negative limits',
    code: 'number-negative',
    at: [...POLICY, 'connectionPool', 'http', 'maxRetries'],
    bad: http({ maxRetries: -1 }),
    good: http({ maxRetries: 0 }),
  },
  {
    rule: 'wants durations of 1ms at least',
    code: 'duration-invalid',
    at: [...POLICY, 'connectionPool', 'http', 'idleTimeout'],
    bad: http({ idleTimeout: '0.0009s' }),
    good: http({ idleTimeout: '0.001s' }),
  },
  {
    rule: 'wants durations of whole milliseconds',
    code: 'duration-invalid',
    at: [...POLICY, 'connectionPool', 'tcp', 'connectTimeout'],
    bad: tcp({ connectTimeout: '1.0001s' }),
    good: tcp({ connectTimeout: '1.001s' }),
  },
  {
    rule: 'turns the TCP idle timeout off below 1ms',
    code: 'duration-invalid',
    at: [...POLICY, 'connectionPool', 'tcp', 'idleTimeout'],
    bad: tcp({ idleTimeout: '-1s' }),
    good: tcp({ idleTimeout: '0.0005s' }),
  },
  {
    rule: 'upgrades or keeps the protocol of the client',
    code: 'connection-pool-invalid',
    at: [...POLICY, 'connectionPool', 'http', 'useClientProtocol'],
    bad: http({ h2UpgradePolicy: 'UPGRADE', useClientProtocol: true }),
    good: http({ h2UpgradePolicy: 'DO_NOT_UPGRADE', useClientProtocol: true }),
  },
  {
    rule: 'wants both durations of keepalive',
    code: 'connection-pool-invalid',
    at: [...POLICY, 'connectionPool', 'http', 'http2KeepAlive', 'timeout'],
    bad: http({ http2KeepAlive: { interval: '1s' } }),
    good: http({ http2KeepAlive: { interval: '1s', timeout: '1s' } }),
  },
]

const balancerRules: Rule[] = [
  {
    rule: 'wants names of cookies',
    code: 'load-balancer-invalid',
    at: [...HASH, 'httpCookie', 'name'],
    bad: hash({ httpCookie: { ttl: '0s' } }),
    good: hash({ httpCookie: { name: 'a', ttl: '0s' } }),
  },
  {
    rule: 'wants cookie attributes once',
    code: 'load-balancer-invalid',
    at: [...HASH, 'httpCookie', 'attributes', 1, 'name'],
    bad: hash({ httpCookie: { name: 'a', attributes: [{ name: 'b' }, { name: 'b' }] } }),
    good: hash({ httpCookie: { name: 'a', attributes: [{ name: 'b' }, { name: 'c' }] } }),
  },
  {
    rule: 'warns of the old ring size',
    code: 'deprecated-field',
    at: [...HASH, 'minimumRingSize'],
    warning: true,
    bad: hash({ useSourceIp: true, minimumRingSize: 1 }),
    good: hash({ useSourceIp: true, ringHash: { minimumRingSize: 1 } }),
  },
  {
    rule: 'wants prime table sizes',
    code: 'load-balancer-invalid',
    at: [...HASH, 'maglev', 'tableSize'],
    bad: hash({ useSourceIp: true, maglev: { tableSize: 65535 } }),
    good: hash({ useSourceIp: true, maglev: { tableSize: 65537 } }),
  },
  {
    rule: 'limits table sizes',
    code: 'load-balancer-invalid',
    at: [...HASH, 'maglev', 'tableSize'],
    bad: hash({ useSourceIp: true, maglev: { tableSize: 5000011 } }),
    good: hash({ useSourceIp: true, maglev: { tableSize: 4999999 } }),
  },
  {
    rule: 'balances by locality or by zone',
    code: 'load-balancer-invalid',
    at: [...POLICY, 'loadBalancer', 'zoneAwareLbSetting'],
    bad: balance({ localityLbSetting: {}, zoneAwareLbSetting: {} }),
    good: balance({ zoneAwareLbSetting: {} }),
  },
  {
    rule: 'warms up for a duration',
    code: 'load-balancer-invalid',
    at: [...POLICY, 'loadBalancer', 'warmup', 'duration'],
    bad: balance({ warmup: {} }),
    good: warmup({}),
  },
  {
    rule: 'warms up from a percentage',
    code: 'percent-range',
    at: [...POLICY, 'loadBalancer', 'warmup', 'minimumPercent'],
    bad: warmup({ minimumPercent: 100.5 }),
    good: warmup({ minimumPercent: 100 }),
  },
  {
    rule: 'warms up with some aggression',
    code: 'load-balancer-invalid',
    at: [...POLICY, 'loadBalancer', 'warmup', 'aggression'],
    bad: warmup({ aggression: 0 }),
    good: warmup({ aggression: 0.1 }),
  },
  {
    rule: 'distributes or fails over',
    code: 'locality-failover-invalid',
    at: [...LOCALITY, 'failover'],
    bad: locality({ distribute: [{ from: 'a', to: { b: 1 } }], failover: [{ from: 'a', to: 'b' }] }),
    good: locality({ failover: [{ from: 'a', to: 'b' }] }),
  },
  {
    rule: 'orders regions once',
    code: 'locality-failover-invalid',
    at: [...LOCALITY, 'failoverPriority', 1],
    bad: locality({
      failover: [{ from: 'a', to: 'b' }],
      failoverPriority: ['app', 'topology.kubernetes.io/zone'],
    }),
    good: locality({ failoverPriority: ['app', 'topology.kubernetes.io/zone'] }),
  },
  {
    rule: 'orders no regions with zones',
    code: 'locality-failover-invalid',
    at: [...POLICY, 'loadBalancer', 'zoneAwareLbSetting', 'failoverPriority', 0],
    bad: balance({ zoneAwareLbSetting: { failoverPriority: ['topology.istio.io/subzone'] } }),
    good: balance({ zoneAwareLbSetting: { failoverPriority: ['topology.istio.io/network'] } }),
  },
  {
    rule: 'wants weights between 1 and 100',
    code: 'locality-weight-invalid',
    at: [...LOCALITY, 'distribute', 0, 'to', 'b'],
    bad: distribute({ from: 'a', to: { b: 0, c: 100 } }),
    good: distribute({ from: 'a', to: { b: 1, c: 99 } }),
  },
  {
    rule: 'wants weights that add up',
    code: 'locality-weight-invalid',
    at: [...LOCALITY, 'distribute', 0, 'to'],
    bad: distribute({ from: 'a', to: { b: 50, c: 49 } }),
    good: distribute({ from: 'a', to: { b: 50, c: 50 } }),
  },
  {
    rule: 'wants wildcards at the end',
    code: 'locality-overlap',
    at: [...LOCALITY, 'distribute', 0, 'from'],
    bad: distribute({ from: 'r*/z', to: { b: 100 } }),
    good: distribute({ from: 'r/z*', to: { b: 100 } }),
  },
  {
    rule: 'wants no empty parts',
    code: 'locality-overlap',
    at: [...LOCALITY, 'distribute', 0, 'to', 'r/'],
    bad: distribute({ from: 'a', to: { 'r/': 100 } }),
    good: distribute({ from: 'a', to: { 'r/z/s/t': 100 } }),
  },
  {
    rule: 'wants sources that do not overlap',
    code: 'locality-overlap',
    at: [...LOCALITY, 'distribute', 1, 'from'],
    bad: distribute({ from: 'r/z', to: { b: 100 } }, { from: 'r/z/s', to: { b: 100 } }),
    good: distribute({ from: 'r/z/t', to: { b: 100 } }, { from: 'r/z/s', to: { b: 100 } }),
  },
  {
    rule: 'wants zones before their regions',
    code: 'locality-overlap',
    at: [...LOCALITY, 'distribute', 1, 'from'],
    bad: distribute({ from: 'r/*', to: { b: 100 } }, { from: 'r/z', to: { b: 100 } }),
    good: distribute({ from: 'r/z', to: { b: 100 } }, { from: 'r/*', to: { b: 100 } }),
  },
  {
    rule: 'fails over between regions',
    code: 'locality-failover-invalid',
    at: [...LOCALITY, 'failover', 0],
    bad: locality({ failover: [{ from: 'a', to: 'b/c' }] }),
    good: locality({ failover: [{ from: 'a', to: 'b' }] }),
  },
  {
    rule: 'fails over to another region',
    code: 'locality-failover-invalid',
    at: [...LOCALITY, 'failover', 0],
    bad: locality({ failover: [{ from: 'a', to: 'a' }] }),
    good: locality({ failover: [{ from: 'a', to: 'A' }] }),
  },
  {
    rule: 'warns of failover that never happens',
    code: 'failover-without-outlier-detection',
    at: [...LOCALITY, 'failover'],
    warning: true,
    bad: policy({ loadBalancer: { localityLbSetting: { failover: [{ from: 'a', to: 'b' }] } } }),
    good: locality({ failover: [{ from: 'a', to: 'b' }] }),
  },
]

const tlsRules: Rule[] = [
  {
    rule: 'needs a certificate with MUTUAL',
    code: 'tls-certificate-required',
    at: [...TLS, 'clientCertificate'],
    bad: tls({ mode: 'MUTUAL', privateKey: '/key' }),
    good: tls({ mode: 'MUTUAL', credentialName: 'a' }),
  },
  {
    rule: 'takes certificates from one source',
    code: 'tls-certificate-conflict',
    at: [...TLS, 'caCertificates'],
    bad: tls({ mode: 'SIMPLE', credentialName: 'a', caCertificates: '/ca' }),
    good: tls({ mode: 'ISTIO_MUTUAL', credentialName: 'a', caCertificates: '/ca' }),
  },
  {
    rule: 'verifies or does not',
    code: 'tls-skip-verify-conflict',
    at: [...TLS, 'subjectAltNames'],
    bad: tls({ mode: 'SIMPLE', insecureSkipVerify: true, subjectAltNames: ['a'] }),
    good: tls({ mode: 'SIMPLE', insecureSkipVerify: true, subjectAltNames: [] }),
  },
  {
    rule: 'cannot tell what a credential of MUTUAL verifies',
    code: 'tls-skip-verify-conflict',
    at: [...TLS, 'credentialName'],
    bad: tls({ mode: 'SIMPLE', insecureSkipVerify: true, credentialName: 'a' }),
    good: tls({ mode: 'MUTUAL', insecureSkipVerify: true, credentialName: 'a' }),
  },
  {
    rule: 'reads ConfigMaps of its own namespace',
    code: 'tls-credential-invalid',
    at: [...TLS, 'credentialName'],
    bad: tls({ mode: 'SIMPLE', credentialName: 'configmap://other/a' }),
    good: tls({ mode: 'SIMPLE', credentialName: 'configmap://shop/a' }),
  },
]

describeRules('DestinationRule', [
  {
    rule: 'needs a host',
    code: 'host-invalid',
    at: ['spec', 'host'],
    bad: { host: '' },
    good: { host: '*.example.com' },
  },
  {
    rule: 'wants a traffic policy to set something',
    code: 'traffic-policy-empty',
    at: POLICY,
    bad: policy({}),
    good: policy({ retryBudget: {} }),
  },
  {
    rule: 'tunnels or sends the PROXY protocol',
    code: 'tunnel-invalid',
    at: [...POLICY, 'proxyProtocol'],
    bad: policy({ tunnel: { targetHost: 'a.com', targetPort: 1 }, proxyProtocol: {} }),
    good: policy({ proxyProtocol: {} }),
  },
  {
    rule: 'wants known versions of the PROXY protocol',
    code: 'proxy-protocol-invalid',
    at: [...POLICY, 'proxyProtocol', 'version'],
    bad: policy({ proxyProtocol: { version: 2 } }),
    good: policy({ proxyProtocol: { version: 1 } }),
  },
  {
    rule: 'tunnels by CONNECT or POST',
    code: 'tunnel-invalid',
    at: [...POLICY, 'tunnel', 'protocol'],
    bad: tunnel({ protocol: 'GET' }),
    good: tunnel({ protocol: 'POST' }),
  },
  {
    rule: 'tunnels to a host or an address',
    code: 'tunnel-invalid',
    at: [...POLICY, 'tunnel', 'targetHost'],
    bad: tunnel({ targetHost: '*.a.com' }),
    good: tunnel({ targetHost: '::1' }),
  },
  {
    rule: 'tunnels to a port',
    code: 'port-range',
    at: [...POLICY, 'tunnel', 'targetPort'],
    bad: tunnel({ targetPort: 0 }),
    good: tunnel({ targetPort: 65535 }),
  },
  {
    rule: 'needs the port of port settings',
    code: 'port-required',
    at: [...POLICY, 'portLevelSettings', 0, 'port'],
    bad: policy({ portLevelSettings: [{ tls: {} }] }),
    good: policy({ portLevelSettings: [{ port: {}, tls: {} }] }),
  },
  {
    rule: 'wants port settings to set something',
    code: 'traffic-policy-empty',
    at: [...POLICY, 'portLevelSettings', 0, 'port'],
    bad: policy({ portLevelSettings: [{ port: { number: 80 } }] }),
    good: policy({ portLevelSettings: [{ port: { number: 80 }, outlierDetection: {} }] }),
  },
  {
    rule: 'wants percentages in outlier detection',
    code: 'percent-range',
    at: [...POLICY, 'outlierDetection', 'maxEjectionPercent'],
    bad: outlier({ maxEjectionPercent: 101 }),
    good: outlier({ maxEjectionPercent: 100 }),
  },
  {
    rule: 'counts local failures only when they are split off',
    code: 'outlier-local-origin',
    at: [...POLICY, 'outlierDetection', 'consecutiveLocalOriginFailures'],
    bad: outlier({ consecutiveLocalOriginFailures: 1 }),
    good: outlier({ consecutiveLocalOriginFailures: 1, splitExternalLocalOriginErrors: true }),
  },
  {
    rule: 'warns of consecutiveErrors',
    code: 'deprecated-field',
    at: [...POLICY, 'outlierDetection', 'consecutiveErrors'],
    warning: true,
    bad: outlier({ consecutiveErrors: 1 }),
    good: outlier({ consecutive5xxErrors: 1 }),
  },
  {
    rule: 'wants subset names to be labels',
    code: 'subset-name-invalid',
    at: ['spec', 'subsets', 0, 'name'],
    bad: subset({ name: 'v1.0' }),
    good: subset({ name: 'v1-0' }),
  },
  {
    rule: 'wants subset names once',
    code: 'subset-duplicate',
    at: ['spec', 'subsets', 1, 'name'],
    bad: { host, subsets: [{ name: 'v1' }, { name: 'v1' }] },
    good: { host, subsets: [{ name: 'v1' }, { name: 'V1' }] },
  },
  {
    rule: 'wants subset labels that Kubernetes allows',
    code: 'label-invalid',
    at: ['spec', 'subsets', 0, 'labels', 'version'],
    bad: subset({ labels: { version: 'v 1' } }),
    good: subset({ labels: { version: 'v.1' } }),
  },
  {
    rule: 'checks the policies of subsets',
    code: 'traffic-policy-empty',
    at: ['spec', 'subsets', 0, 'trafficPolicy'],
    bad: subset({ trafficPolicy: {} }),
    good: subset({ trafficPolicy: { tls: {} } }),
  },
  {
    rule: 'keeps rules for workloads in their namespace',
    code: 'export-to-invalid',
    at: ['spec', 'exportTo'],
    bad: { host, workloadSelector: app, exportTo: ['a'] },
    good: { host, workloadSelector: app, exportTo: ['.'] },
  },
  {
    rule: 'cannot be exported to nobody',
    code: 'export-to-invalid',
    at: ['spec', 'exportTo', 0],
    bad: { host, exportTo: ['~'] },
    good: { host, exportTo: ['*'] },
  },
  {
    rule: 'warns of selectors that select everything',
    code: 'selector-without-labels',
    at: ['spec', 'workloadSelector'],
    warning: true,
    bad: { host, workloadSelector: {} },
    good: { host, workloadSelector: app },
  },
  ...poolRules,
  ...balancerRules,
  ...tlsRules,
])

describe('DestinationRule', () => {
  const deprecated = { outlierDetection: { consecutiveErrors: 1 } }

  it('gives no warnings about subsets and ports, as istiod loses them', () => {
    expect(verdict('DestinationRule', subset({ trafficPolicy: deprecated })).warnings).toEqual([])
    const settings = { portLevelSettings: [{ port: { number: 80 }, ...deprecated }] }
    expect(verdict('DestinationRule', policy(settings)).warnings).toEqual([])
  })

  it('looks no further after wrong weights', () => {
    const settings = { distribute: [{ from: '*x', to: { b: 1 } }], failoverPriority: ['app'] }
    const { errors, warnings } = verdict('DestinationRule', policy({ loadBalancer: { localityLbSetting: settings } }))
    expect(found(errors).map(({ code }) => code)).toEqual(['locality-weight-invalid'])
    expect(warnings).toEqual([])
  })
})
