import { describe, expect, it } from 'vitest'
import { buildClusters, buildRouterClusters } from '../../../src/envoy/clusters/index.ts'
import type { TypedConfig } from '../../../src/envoy/json.ts'
import { clusterOf, clustersOf, entry, manifest, meshConfig, peerAuthentication, rule, sent, viewOf } from './mesh.ts'

const API = 'outbound|80||api.example.com'
const OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

const internal = entry({ location: 'MESH_INTERNAL', endpoints: [{ address: '10.0.0.1' }] })
const external = entry({ location: 'MESH_EXTERNAL', endpoints: [{ address: '10.0.0.1' }] })
const byName = entry({ resolution: 'DNS' })

const web = (labels: object = {}) =>
  manifest(
    'v1',
    'Service',
    { name: 'web', labels },
    { spec: { clusterIP: '10.96.0.1', selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] } },
  )

function optionsOf(manifests: string, name = API): TypedConfig {
  const options = clusterOf(manifests, name).typedExtensionProtocolOptions?.[OPTIONS]
  if (!options) throw new Error(`${name} has no protocol options`)
  const { '@type': _, ...rest } = options
  return rest as TypedConfig
}

describe('discovery', () => {
  const cases = [
    { resolution: 'STATIC', type: 'EDS' },
    { resolution: 'DNS', type: 'STRICT_DNS' },
    { resolution: 'DNS_ROUND_ROBIN', type: 'LOGICAL_DNS' },
    { resolution: 'NONE', type: 'ORIGINAL_DST' },
  ]
  it.each(cases)('of an entry with resolution $resolution is $type', ({ resolution, type }) => {
    expect(clusterOf(entry({ resolution }), API).type).toBe(type)
  })

  it('races for the first connection where the entry asks for it', () => {
    const racing = entry(
      { resolution: 'DNS' },
      { annotations: { 'istio.io/connect-strategy': 'RACE_FIRST_TCP_CONNECT' } },
    )
    expect(clusterOf(racing, API)).toMatchObject({ type: 'LOGICAL_DNS', dnsLookupFamily: 'ALL' })
  })

  it('of a gateway never follows the client: resolution NONE becomes EDS', () => {
    expect(clusterOf(entry({ resolution: 'NONE' }), API, { type: 'router' }).type).toBe('EDS')
  })

  it('dials the target port of an entry with resolution NONE', () => {
    const ports = [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }]
    expect(clusterOf(entry({ resolution: 'NONE', ports }), API).originalDstLbConfig).toEqual({
      upstreamPortOverride: 8080,
    })
  })

  it('forgets resolved endpoints when the load balancer passes through, but keeps how to resolve', () => {
    const cluster = clusterOf(byName + rule({ trafficPolicy: { loadBalancer: { simple: 'PASSTHROUGH' } } }), API)
    expect(cluster).toMatchObject({ type: 'ORIGINAL_DST', lbPolicy: 'CLUSTER_PROVIDED', dnsLookupFamily: 'V4_ONLY' })
    expect(cluster).not.toHaveProperty('loadAssignment')
  })

  it('leaves out a DNS subset that selects nothing, not its siblings', () => {
    const entries = entry({ resolution: 'DNS', endpoints: [{ address: 'a.example.com', labels: { version: 'v1' } }] })
    const subsets = ['v1', 'v2'].map((version) => ({ name: version, labels: { version } }))
    const names = [...clustersOf(entries + rule({ subsets })).keys()].filter((name) => name.endsWith('api.example.com'))
    expect(names).toEqual([API, 'outbound|80|v1|api.example.com'])
  })

  it('resolves the names under a wildcard itself, and leaves TLS unverified only where it has to', () => {
    const wildcard = entry({
      hosts: ['*.example.com'],
      resolution: 'DYNAMIC_DNS',
      location: 'MESH_EXTERNAL',
    })
    const tls = (settings: object) =>
      rule({ host: '*.example.com', trafficPolicy: { tls: { mode: 'SIMPLE', ...settings } } })
    const name = 'outbound|80||*.example.com'
    const forward = (manifests: string) => clusterOf(manifests, name).clusterType?.typedConfig
    expect(forward(wildcard)).not.toHaveProperty('allowInsecureClusterOptions')
    expect(forward(wildcard + tls({}))).not.toHaveProperty('allowInsecureClusterOptions')
    expect(forward(wildcard + tls({ sni: 'a.example.com' }))).toHaveProperty('allowInsecureClusterOptions', true)
    expect(optionsOf(wildcard + tls({ sni: 'a.example.com' }), name)).toMatchObject({
      upstreamHttpProtocolOptions: { autoSanValidation: true },
    })
  })
})

describe('policies', () => {
  it('let the mesh fill in what a rule leaves out, as whole blocks', () => {
    const mesh = meshConfig({
      defaultTrafficPolicy: {
        connectionPool: { tcp: { maxConnections: 7 } },
        outlierDetection: { consecutive5xxErrors: 3 },
      },
    })
    const own = rule({ trafficPolicy: { connectionPool: { http: { http2MaxRequests: 9 } } } })
    const thresholds = (manifests: string) => clusterOf(manifests, API).circuitBreakers?.thresholds[0]
    expect(thresholds(internal + mesh)).toMatchObject({ maxConnections: 7 })
    expect(thresholds(internal + mesh + own)).toMatchObject({ maxConnections: 4294967295, maxRequests: 9 })
    expect(clusterOf(internal + mesh + own, API).outlierDetection).toMatchObject({ consecutive5xx: 3 })
  })

  it('of a port replace those of the rule and are cleared by those of a subset port', () => {
    const port = { number: 80 }
    const own = rule({
      trafficPolicy: {
        loadBalancer: { simple: 'RANDOM' },
        portLevelSettings: [{ port, connectionPool: { tcp: { maxConnections: 5 } } }],
      },
      subsets: [{ name: 'a', trafficPolicy: { portLevelSettings: [{ port, loadBalancer: { simple: 'RANDOM' } }] } }],
    })
    const clusters = clustersOf(internal + own)
    const limit = (name: string) => clusters.get(name)?.circuitBreakers?.thresholds[0]?.maxConnections
    expect([clusters.get(API)?.lbPolicy, limit(API)]).toEqual(['LEAST_REQUEST', 5])
    const subset = 'outbound|80|a|api.example.com'
    expect([clusters.get(subset)?.lbPolicy, limit(subset)]).toEqual(['RANDOM', 4294967295])
  })

  it('give retry budgets their defaults', () => {
    const budget = (settings: object) => {
      const cluster = clusterOf(internal + rule({ trafficPolicy: { retryBudget: settings } }), API)
      return cluster.circuitBreakers?.thresholds[0]?.retryBudget
    }
    expect(budget({})).toEqual({ budgetPercent: { value: 20 }, minRetryConcurrency: 3 })
    expect(budget({ percent: 5, minRetryConcurrency: 1, budgetInterval: '2s' })).toEqual({
      budgetPercent: { value: 5 },
      budgetInterval: '2s',
      minRetryConcurrency: 1,
    })
  })

  it('overlay the mesh keepalive field by field', () => {
    const mesh = meshConfig({ tcpKeepalive: { probes: 9, time: '7200s' } })
    const own = rule({ trafficPolicy: { connectionPool: { tcp: { tcpKeepalive: { time: '10s', interval: '5s' } } } } })
    expect(clusterOf(internal + mesh + own, API).upstreamConnectionOptions).toEqual({
      tcpKeepalive: { keepaliveProbes: 9, keepaliveTime: 10, keepaliveInterval: 5 },
    })
  })

  it('count chosen status codes as errors', () => {
    const detection = (codes: number[]) =>
      optionsOf(internal + rule({ trafficPolicy: { outlierDetection: { outlierDetectionHttpErrorCodes: codes } } }))
    const match = (code: number) => ({
      httpResponseHeadersMatch: { headers: [{ name: ':status', stringMatch: { exact: String(code) } }] },
    })
    expect(detection([503])).toEqual({
      explicitHttpConfig: { httpProtocolOptions: {} },
      outlierDetection: { errorMatcher: match(503) },
    })
    expect(detection([500, 503])).toMatchObject({
      outlierDetection: { errorMatcher: { orMatch: { rules: [match(500), match(503)] } } },
    })
  })

  it('turn single detectors off with 0', () => {
    const outlierDetection = {
      consecutive5xxErrors: 0,
      consecutiveGatewayErrors: 4,
      splitExternalLocalOriginErrors: true,
    }
    expect(clusterOf(internal + rule({ trafficPolicy: { outlierDetection } }), API).outlierDetection).toEqual({
      consecutive5xx: 0,
      enforcingConsecutive5xx: 0,
      consecutiveGatewayFailure: 4,
      enforcingConsecutiveGatewayFailure: 100,
      enforcingSuccessRate: 0,
      splitExternalLocalOriginErrors: true,
      enforcingLocalOriginSuccessRate: 0,
    })
  })
})

describe('HTTP', () => {
  const h2 = { explicitHttpConfig: { http2ProtocolOptions: {} } }
  const pool = (http: object) => rule({ trafficPolicy: { connectionPool: { http } } })

  it('is upgraded by the mesh for HTTP ports, unless the rule says no', () => {
    const mesh = meshConfig({ h2UpgradePolicy: 'UPGRADE' })
    expect(optionsOf(internal + mesh)).toEqual(h2)
    expect(clusterOf(internal + mesh + pool({ h2UpgradePolicy: 'DO_NOT_UPGRADE' }), API)).not.toHaveProperty(
      'typedExtensionProtocolOptions',
    )
  })

  it('limits streams only of connections that are HTTP/2', () => {
    expect(optionsOf(internal + pool({ h2UpgradePolicy: 'UPGRADE', maxConcurrentStreams: 5 }))).toEqual({
      commonHttpProtocolOptions: {},
      explicitHttpConfig: { http2ProtocolOptions: { maxConcurrentStreams: 5 } },
    })
    expect(optionsOf(internal + pool({ maxConcurrentStreams: 5 }))).toEqual({
      commonHttpProtocolOptions: {},
      explicitHttpConfig: { httpProtocolOptions: {} },
    })
  })

  it('follows the client where asked to, also instead of HTTP/2', () => {
    const grpc = entry({
      ports: [{ number: 80, name: 'grpc', protocol: 'GRPC' }],
      endpoints: [{ address: '10.0.0.1' }],
    })
    expect(optionsOf(grpc)).toEqual(h2)
    expect(optionsOf(grpc + pool({ useClientProtocol: true }))).toEqual({
      useDownstreamProtocolConfig: { httpProtocolOptions: {}, http2ProtocolOptions: {} },
    })
  })

  it('keeps the case of headers where the proxy is told to', () => {
    const mesh = meshConfig({ defaultConfig: { proxyHeaders: { preserveHttp1HeaderCase: true } } })
    const formatter = { headerKeyFormat: { statefulFormatter: { name: 'preserve_case' } } }
    expect(optionsOf(internal + mesh)).toMatchObject({ explicitHttpConfig: { httpProtocolOptions: formatter } })
    expect(optionsOf(internal + mesh, 'PassthroughCluster')).toMatchObject({
      useDownstreamProtocolConfig: { httpProtocolOptions: formatter },
    })
  })
})

describe('load balancing', () => {
  const balanced = (loadBalancer: object, more: object = {}) =>
    clusterOf(internal + rule({ trafficPolicy: { loadBalancer, ...more } }), API)

  it('warms up, with the older field as a fallback', () => {
    expect(balanced({ warmup: { duration: '30s', aggression: 2 } }).leastRequestLbConfig).toEqual({
      slowStartConfig: {
        slowStartWindow: '30s',
        aggression: { defaultValue: 2, runtimeKey: '(' },
        minWeightPercent: { value: 10 },
      },
    })
    expect(balanced({ simple: 'ROUND_ROBIN', warmupDurationSecs: '5s' }).roundRobinLbConfig).toEqual({
      slowStartConfig: { slowStartWindow: '5s' },
    })
  })

  it('hashes with the ring size that is stated, or 1024', () => {
    const hash = (more: object) => balanced({ consistentHash: { useSourceIp: true, ...more } })
    expect(hash({})).toMatchObject({ lbPolicy: 'RING_HASH', ringHashLbConfig: { minimumRingSize: '1024' } })
    expect(hash({ ringHash: {} })).not.toHaveProperty('ringHashLbConfig')
    expect(hash({ maglev: { tableSize: 65537 } })).toMatchObject({
      lbPolicy: 'MAGLEV',
      maglevLbConfig: { tableSize: '65537' },
    })
  })

  it('weights localities for failover only with outlier detection', () => {
    const localityLbSetting = { failover: [{ from: 'us', to: 'eu' }] }
    expect(balanced({ localityLbSetting }).commonLbConfig).toEqual({ healthyPanicThreshold: {} })
    expect(balanced({ localityLbSetting }, { outlierDetection: { minHealthPercent: 30 } }).commonLbConfig).toEqual({
      healthyPanicThreshold: { value: 30 },
      localityWeightedLbConfig: {},
    })
  })

  it('leaves zone-aware routing to Envoy, or turns it off', () => {
    expect(balanced({ zoneAwareLbSetting: { minClusterSize: 6 } }).commonLbConfig).toMatchObject({
      zoneAwareLbConfig: { minClusterSize: '6' },
    })
    expect(balanced({ zoneAwareLbSetting: { enabled: false } }).commonLbConfig).toMatchObject({
      zoneAwareLbConfig: { routingEnabled: {} },
    })
  })

  it('keeps draining endpoints for persistent sessions', () => {
    const cluster = clusterOf(
      web({ 'istio.io/persistent-session': 'cookie' }),
      'outbound|80||web.default.svc.cluster.local',
    )
    expect(cluster.commonLbConfig?.overrideHostStatus?.statuses).toContain('DRAINING')
  })
})

describe('TLS', () => {
  const tls = (settings: object) => rule({ trafficPolicy: { tls: settings } })

  it('is automatic inside the mesh, to endpoints that take it', () => {
    const names = clusterOf(internal, API).transportSocketMatches?.map(({ name }) => name)
    expect(names).toEqual(['tlsMode-istio', 'tlsMode-disabled'])
    expect(clusterOf(external, API)).not.toHaveProperty('transportSocketMatches')
  })

  it('follows the namespace, not policies of single workloads', () => {
    const off = peerAuthentication('off', 'default', { mtls: { mode: 'DISABLE' } })
    const some = peerAuthentication('some', 'default', {
      mtls: { mode: 'DISABLE' },
      selector: { matchLabels: { a: 'b' } },
    })
    expect(clusterOf(internal + off, API)).not.toHaveProperty('transportSocketMatches')
    expect(clusterOf(internal + some, API)).toHaveProperty('transportSocketMatches')
  })

  it('verifies the names of the service in all trust domains', () => {
    const named = entry({ location: 'MESH_INTERNAL', endpoints: [{ address: '10.0.0.1', serviceAccount: 'api' }] })
    const [match] = clusterOf(named + meshConfig({ trustDomainAliases: ['old'] }), API).transportSocketMatches ?? []
    expect(match?.transportSocket.typedConfig.commonTlsContext).toMatchObject({
      combinedValidationContext: {
        defaultValidationContext: {
          matchSubjectAltNames: [
            { exact: 'spiffe://cluster.local/ns/default/sa/api' },
            { exact: 'spiffe://old/ns/default/sa/api' },
          ],
        },
      },
    })
  })

  it('takes credentials by name only on gateways and for chosen workloads', () => {
    const own = external + tls({ mode: 'SIMPLE', credentialName: 'ca', sni: 'api.example.com' })
    expect(clusterOf(own, API)).not.toHaveProperty('transportSocket')
    const { transportSocket } = clusterOf(own, API, { type: 'router' })
    expect(transportSocket?.typedConfig.commonTlsContext).toMatchObject({
      combinedValidationContext: { validationContextSdsSecretConfig: { name: 'kubernetes://ca-cacert' } },
    })
  })

  it('reads certificates from files, and skips verification on demand', () => {
    const files = { clientCertificate: '/c.pem', privateKey: '/k.pem', caCertificates: '/ca.pem', caCrl: '/crl.pem' }
    const { transportSocket } = clusterOf(external + tls({ mode: 'MUTUAL', ...files }), API)
    expect(transportSocket?.typedConfig.commonTlsContext).toMatchObject({
      tlsCertificateSdsSecretConfigs: [{ name: 'file-cert:/c.pem~/k.pem' }],
      combinedValidationContext: {
        defaultValidationContext: { crl: { filename: '/crl.pem' } },
        validationContextSdsSecretConfig: { name: 'file-root:/ca.pem' },
      },
    })
    const insecure = clusterOf(external + tls({ mode: 'SIMPLE', insecureSkipVerify: true }), API)
    expect(insecure.transportSocket?.typedConfig.commonTlsContext).toHaveProperty('validationContext', {})
  })

  it('uses the certificates that the proxy was started with instead of its identity', () => {
    const metadata = { TLS_CLIENT_CERT_CHAIN: '/c', TLS_CLIENT_KEY: '/k', TLS_CLIENT_ROOT_CERT: '/r' }
    expect(clusterOf(internal, API, { metadata }).transportSocket?.typedConfig.commonTlsContext).toMatchObject({
      tlsCertificateSdsSecretConfigs: [{ name: 'file-cert:/c~/k' }],
    })
  })

  it('is wrapped in the PROXY protocol, as is plain text', () => {
    const version2 = { proxyProtocol: { version: 'V2' } }
    const matches = clusterOf(internal + rule({ trafficPolicy: version2 }), API).transportSocketMatches
    expect(matches?.map(({ transportSocket }) => transportSocket.name)).toEqual([
      'envoy.transport_sockets.upstream_proxy_protocol',
      'envoy.transport_sockets.upstream_proxy_protocol',
    ])
    expect(clusterOf(external + rule({ trafficPolicy: { proxyProtocol: {} } }), API).transportSocket).toMatchObject({
      typedConfig: { config: {}, transportSocket: { name: 'raw_buffer' } },
    })
  })
})

describe('names and origins', () => {
  it('of statistics follow the pattern of the mesh', () => {
    const pattern =
      '%SERVICE%/%SERVICE_NAME%/%SERVICE_FQDN%/%SUBSET_NAME%/%TARGET_PORT%/%SERVICE_PORT%/%SERVICE_PORT_NAME%'
    const manifests = web() + meshConfig({ outboundClusterStatName: pattern })
    expect(clusterOf(manifests, 'outbound|80||web.default.svc.cluster.local').altStatName).toBe(
      'web.default/web/web.default.svc.cluster.local//0/80/http;',
    )
  })

  it('lead to the port, the rule and the subset', () => {
    const manifests = internal + rule({ subsets: [{ name: 'a', labels: {} }] })
    const facts = buildClusters(viewOf(manifests))
    const fact = facts.find(({ resource }) => resource.name === 'outbound|80|a|api.example.com')
    expect(fact?.origins.map(({ what, location }) => [what, location?.path.join('.')])).toEqual([
      ['ServiceEntry default/api', 'spec.ports.0'],
      ['subset a of DestinationRule default/api', 'spec.subsets.0'],
      ['DestinationRule default/api', 'spec.host'],
    ])
  })

  it('of clusters that pass mTLS on have no TLS of their own and leave out external services', () => {
    const other = entry({ hosts: ['ext.example.com'] }, { name: 'ext' })
    const facts = buildRouterClusters(viewOf(internal + other, { type: 'router' }), [], true)
    const passed = facts
      .map(({ resource }) => sent(resource))
      .filter(({ name }) => String(name).startsWith('outbound_'))
    const [cluster, ...rest] = passed
    expect(rest).toEqual([])
    expect(cluster).toMatchObject({
      name: 'outbound_.80_._.api.example.com',
      altStatName: 'outbound_.80_._.api.example.com;',
      edsClusterConfig: { serviceName: 'outbound_.80_._.api.example.com' },
    })
    expect(cluster).not.toHaveProperty('transportSocketMatches')
  })
})
