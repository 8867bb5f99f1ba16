import { describe, expect, it } from 'vitest'
import { buildClusters } from '../../../src/envoy/clusters/index.ts'
import { clusterOf, clustersOf, manifest, meshConfig, type ViewOptions, viewOf } from './mesh.ts'

const own = (name: string, port: number, targetPort: number, more: object = {}) =>
  manifest(
    'v1',
    'Service',
    { name, ...more },
    { spec: { clusterIP: '10.96.0.1', selector: { app: 'client' }, ports: [{ name: 'http', port, targetPort }] } },
  )

const sidecar = (spec: object) => manifest('networking.istio.io/v1', 'Sidecar', { name: 'own' }, { spec })
const ingress = (more: object) =>
  sidecar({ ingress: [{ port: { number: 9080, name: 'http', protocol: 'HTTP' }, ...more }] })

const IPV6: ViewOptions = { metadata: { INSTANCE_IPS: 'fd00::9' } }
const DUAL: ViewOptions = { metadata: { INSTANCE_IPS: '10.0.0.9,fd00::9' } }

const address = (host: string, portValue: number) => ({ socketAddress: { address: host, portValue } })

function boundTo(defaultEndpoint: string, options?: ViewOptions) {
  const [group] = clusterOf(ingress({ defaultEndpoint }), 'inbound|9080||', options).loadAssignment?.endpoints ?? []
  return group?.lbEndpoints?.[0]?.endpoint.address
}

describe('inbound clusters of services', () => {
  it('are one per target port and name all services with the same service port', () => {
    const services = own('web', 80, 8080) + own('other', 80, 8080) + own('third', 81, 8080)
    const cluster = clusterOf(services, 'inbound|8080||')
    expect(cluster.metadata?.filterMetadata.istio.services?.map(({ name }) => name).sort()).toEqual(['other', 'web'])
    expect(cluster).toMatchObject({ type: 'ORIGINAL_DST', cleanupInterval: '9223372035s' })
  })

  it('are absent where nothing is intercepted', () => {
    const metadata = { INTERCEPTION_MODE: 'NONE' }
    expect(clustersOf(own('web', 80, 8080), { metadata }).has('inbound|8080||')).toBe(false)
  })

  it('go to localhost where the mesh says so', () => {
    const manifests = own('web', 80, 8080) + meshConfig({ inboundTrafficPolicy: { mode: 'LOCALHOST' } })
    const cluster = clusterOf(manifests, 'inbound|8080||')
    expect(cluster.loadAssignment?.endpoints?.[0]?.lbEndpoints?.[0]?.endpoint.address).toEqual(
      address('127.0.0.1', 8080),
    )
    expect(cluster).not.toHaveProperty('upstreamBindConfig')
  })

  it('take the pool of the Sidecar over that of the rule, whole', () => {
    const rule = manifest(
      'networking.istio.io/v1',
      'DestinationRule',
      { name: 'web' },
      {
        spec: {
          host: 'web',
          trafficPolicy: { connectionPool: { tcp: { maxConnections: 5 }, http: { maxRetries: 2 } } },
        },
      },
    )
    const pool = sidecar({ inboundConnectionPool: { tcp: { maxConnections: 9 } } })
    const thresholds = (manifests: string) => clusterOf(manifests, 'inbound|8080||').circuitBreakers?.thresholds[0]
    const web = own('web', 80, 8080)
    expect(thresholds(web + rule)).toMatchObject({ maxConnections: 5, maxRetries: 2 })
    expect(thresholds(web + rule + pool)).toMatchObject({ maxConnections: 9, maxRetries: 4294967295 })
    expect(clusterOf(web + rule, 'inbound|8080||').metadata?.filterMetadata.istio.config).toBe(
      '/apis/networking.istio.io/v1/namespaces/default/destination-rule/web',
    )
  })

  it('are named by the pattern of the mesh', () => {
    const manifests =
      own('web', 80, 8080) + meshConfig({ inboundClusterStatName: '%SERVICE%_%SERVICE_PORT%_%TARGET_PORT%' })
    expect(clusterOf(manifests, 'inbound|8080||').altStatName).toBe('web.default_80_8080;')
  })
})

describe('inbound clusters of a Sidecar', () => {
  it('replace those of services', () => {
    const names = [...clustersOf(own('web', 80, 8080) + ingress({})).keys()].filter((name) =>
      name.startsWith('inbound'),
    )
    expect(names).toEqual(['inbound|9080||'])
  })

  it('stand beside those of services where istiod merges them', () => {
    const env = { PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE: 'true' }
    const clusters = clustersOf(own('web', 80, 8080) + own('same', 90, 9080) + ingress({}), { env })
    expect([...clusters.keys()].filter((name) => name.startsWith('inbound'))).toEqual([
      'inbound|8080||',
      'inbound|9080||',
    ])
  })

  const hosts: [string, ViewOptions, string][] = [
    ['0.0.0.0:1', {}, '10.0.0.9'],
    ['0.0.0.0:1', IPV6, '127.0.0.1'],
    ['[::]:1', {}, '::1'],
    ['[::]:1', DUAL, 'fd00::9'],
    ['127.0.0.1:1', IPV6, '::1'],
    ['[::1]:1', {}, '127.0.0.1'],
    ['[::1]:1', DUAL, '::1'],
  ]
  it.each(hosts)('with endpoint %s of a proxy %j connect to %s', (endpoint, options, host) => {
    expect(boundTo(endpoint, options)).toEqual(address(host, 1))
  })

  it('connect to sockets', () => {
    expect(boundTo('unix:///run/app.sock')).toEqual({ pipe: { path: '/run/app.sock' } })
  })
})

describe('catch-all clusters', () => {
  it('end the list: outbound first, then inbound', () => {
    const names = buildClusters(viewOf(own('web', 80, 8080))).map(({ resource }) => resource.name)
    expect(names).toEqual([
      'outbound|80||web.default.svc.cluster.local',
      'BlackHoleCluster',
      'PassthroughCluster',
      'inbound|8080||',
      'InboundPassthroughCluster',
    ])
  })

  it('of a gateway are the black hole alone', () => {
    const names = buildClusters(viewOf('', { type: 'router' })).map(({ resource }) => resource.name)
    expect(names).toEqual(['BlackHoleCluster'])
  })

  it('connect from addresses that are not redirected again, of both families whatever the feature', () => {
    const bind = (options?: ViewOptions) => clusterOf('', 'InboundPassthroughCluster', options).upstreamBindConfig
    expect(bind(IPV6)).toEqual({ sourceAddress: { address: '::6', portValue: 0 } })
    expect(bind(DUAL)).toEqual({
      sourceAddress: { address: '127.0.0.6', portValue: 0 },
      extraSourceAddresses: [{ address: { address: '::6', portValue: 0 } }],
    })
  })

  it('resolve unknown names where the mesh allows any by DNS', () => {
    const policy = (tls?: object) => meshConfig({ outboundTrafficPolicy: { mode: 'ALLOW_ANY_DYNAMIC_DNS', tls } })
    const metadata = { DNS_CAPTURE: 'true', DNS_PROXY_ADDR: 'localhost:15054' }
    const plain = clusterOf(policy(), 'AllowAnyDynamicDNSCluster', { metadata })
    expect(plain.clusterType?.typedConfig).toMatchObject({
      allowInsecureClusterOptions: true,
      dnsCacheConfig: {
        name: 'allow_any_dfp_dns_cache',
        maxHosts: 1024,
        dnsLookupFamily: 'V4_ONLY',
        typedDnsResolverConfig: {
          typedConfig: { resolvers: [{ socketAddress: { address: '127.0.0.1', portValue: 15054 } }] },
        },
      },
    })
    const encrypted = clusterOf(policy({ mode: 'SIMPLE' }), 'AllowAnyDynamicDNSCluster')
    expect(encrypted.clusterType?.typedConfig).not.toHaveProperty('allowInsecureClusterOptions')
    expect(encrypted.transportSocket?.name).toBe('envoy.transport_sockets.tls')
  })
})
