import { describe, expect, it } from 'vitest'
import { gateway, meshConfig, Router, server, service, to, virtualService } from './router.ts'

const routes = { http: [{ route: to('web') }] }
const web = service('web', [{ name: 'http', port: 80 }])

describe('TLS that ends at the router', () => {
  const contextOf = (protocol: string, tls: object, mesh = '') =>
    new Router(
      mesh +
        web +
        gateway('gw', [server(protocol, 443, { hosts: ['b.example.com', './a.example.com'], tls })]) +
        virtualService('v', ['*.example.com'], { tcp: [{ route: to('web') }] }),
    ).chain('0.0.0.0_443')

  it('matches the server names without their namespaces', () => {
    const chain = contextOf('HTTPS', { mode: 'SIMPLE', credentialName: 'c' })
    expect(chain.filterChainMatch).toEqual({ serverNames: ['a.example.com', 'b.example.com'] })
  })

  it('takes certificates of credentials, and verifies clients by the authorities that belong to them', () => {
    const tls = { mode: 'MUTUAL', credentialName: 'c', subjectAltNames: ['spiffe://x'], insecureSkipVerify: true }
    expect(contextOf('HTTPS', tls).transportSocket?.typedConfig).toMatchObject({
      requireClientCertificate: true,
      commonTlsContext: {
        alpnProtocols: ['h2', 'http/1.1'],
        tlsCertificateSdsSecretConfigs: [{ name: 'kubernetes://c' }],
        combinedValidationContext: {
          defaultValidationContext: {
            matchSubjectAltNames: [{ exact: 'spiffe://x' }],
            trustChainVerification: 'ACCEPT_UNTRUSTED',
          },
          validationContextSdsSecretConfig: { name: 'kubernetes://c-cacert' },
        },
      },
    })
  })

  it('takes several credentials, and authorities of their own', () => {
    const tls = { mode: 'OPTIONAL_MUTUAL', credentialNames: ['rsa', 'configmap://ec'], caCertCredentialName: 'ca' }
    expect(contextOf('HTTPS', tls).transportSocket?.typedConfig).toMatchObject({
      requireClientCertificate: false,
      commonTlsContext: {
        tlsCertificateSdsSecretConfigs: [{ name: 'kubernetes://rsa' }, { name: 'configmap://ec' }],
        combinedValidationContext: { validationContextSdsSecretConfig: { name: 'kubernetes://ca' } },
      },
    })
  })

  it('takes certificates in files', () => {
    const files = { serverCertificate: '/s.pem', privateKey: '/k.pem', caCertificates: '/ca.pem', caCrl: '/crl.pem' }
    expect(contextOf('HTTPS', { mode: 'MUTUAL', ...files }).transportSocket?.typedConfig).toMatchObject({
      commonTlsContext: {
        tlsCertificateSdsSecretConfigs: [{ name: 'file-cert:/s.pem~/k.pem' }],
        combinedValidationContext: {
          defaultValidationContext: { crl: { filename: '/crl.pem' } },
          validationContextSdsSecretConfig: { name: 'file-root:/ca.pem' },
        },
      },
    })
  })

  it('exchanges metadata over TCP with the workload certificates of the mesh', () => {
    const { transportSocket, filters } = contextOf('TLS', { mode: 'ISTIO_MUTUAL' })
    expect(transportSocket?.typedConfig).toMatchObject({
      requireClientCertificate: true,
      commonTlsContext: {
        alpnProtocols: ['istio-peer-exchange', 'h2', 'http/1.1'],
        tlsCertificateSdsSecretConfigs: [{ name: 'default' }],
        combinedValidationContext: { validationContextSdsSecretConfig: { name: 'ROOTCA' } },
      },
    })
    expect(filters.map(({ name }) => name)).toEqual(['istio.metadata_exchange', 'envoy.filters.network.tcp_proxy'])
  })

  it("puts the server's versions and ciphers over those of the mesh, without unknown and repeated ones", () => {
    const mesh = meshConfig({ tlsDefaults: { minProtocolVersion: 'TLSV1_3', ecdhCurves: ['P-256'] } })
    const cipherSuites = ['BOGUS', 'AES128-SHA', 'AES128-SHA']
    const tls = { mode: 'SIMPLE', credentialName: 'c', maxProtocolVersion: 'TLSV1_3', cipherSuites }
    expect(contextOf('HTTPS', tls, mesh).transportSocket?.typedConfig).toMatchObject({
      commonTlsContext: {
        tlsParams: {
          tlsMinimumProtocolVersion: 'TLSv1_3',
          tlsMaximumProtocolVersion: 'TLSv1_3',
          ecdhCurves: ['P-256'],
          cipherSuites: ['AES128-SHA'],
        },
      },
    })
  })

  it('sends no versions or ciphers when nobody states them', () => {
    const { transportSocket } = contextOf('HTTPS', { mode: 'SIMPLE', credentialName: 'c' })
    expect(JSON.stringify(transportSocket)).not.toContain('tlsParams')
  })
})

describe('TCP servers', () => {
  it('follow the first tcp route that has their port and Gateway', () => {
    const router = new Router(
      web +
        gateway('gw', [server('TCP', 9000)]) +
        virtualService('v', ['*.example.com'], {
          tcp: [
            { match: [{ port: 9001 }], route: to('wrong-port') },
            { match: [{ gateways: ['other'] }], route: to('wrong-gateway') },
            { match: [{ port: 9001 }, { gateways: ['gw'] }], route: to('web') },
            { route: to('too-late') },
          ],
        }),
    )
    expect(router.lastFilter('0.0.0.0_9000')).toMatchObject({ cluster: 'outbound|80||web.default.svc.cluster.local' })
  })

  it('prefer the older VirtualService, also when only the younger names the port', () => {
    const router = new Router(
      gateway('gw', [server('TCP', 9000)]) +
        virtualService('young', ['*'], { tcp: [{ match: [{ port: 9000 }], route: to('young') }] }, { second: 3 }) +
        virtualService('old', ['*'], { tcp: [{ route: to('old') }] }, { second: 2 }),
    )
    expect(router.lastFilter('0.0.0.0_9000')).toMatchObject({ cluster: 'outbound|9000||old.default.svc.cluster.local' })
  })

  it('get no listener without a route', () => {
    const router = new Router(gateway('gw', [server('TCP', 9000)]))
    expect(router.listenerNames).toEqual([])
    expect(router.gateways.listeners.omitted).toMatchObject([{ name: '0.0.0.0_9000', reason: 'no-chains' }])
  })
})

describe('TLS that passes through', () => {
  const passing = server('TLS', 443, { tls: { mode: 'PASSTHROUGH' } })
  const tls = (sniHosts: string[], host: string) => ({ match: [{ sniHosts }], route: to(host) })

  it('has a chain for each tls match, and none for names that another chain of the port has', () => {
    const router = new Router(
      gateway('gw', [passing]) +
        virtualService('v', ['*.example.com'], {
          tls: [
            tls(['b.example.com', 'a.example.com'], 'one'),
            tls(['c.example.com', 'a.example.com'], 'two'),
            tls(['d.example.com'], 'three'),
          ],
        }),
    )
    const { filterChains } = router.listener('0.0.0.0_443')
    expect(filterChains.map((chain) => chain.filterChainMatch?.serverNames)).toEqual([
      ['a.example.com', 'b.example.com'],
      ['d.example.com'],
    ])
    expect(router.gateways.listeners.skippedMatches).toMatchObject([
      { serverNames: ['a.example.com'], winner: { serverNames: ['b.example.com', 'a.example.com'] } },
    ])
  })

  it('is reported when a terminating server has the same name: Envoy rejects that', () => {
    const hosts = ['a.example.com']
    const ending = server('HTTPS', 443, { hosts, tls: { mode: 'SIMPLE', credentialName: 'c' } })
    const router = new Router(
      gateway('gw', [ending, passing]) + virtualService('v', hosts, { tls: [tls(hosts, 'web')] }),
    )
    expect(router.gateways.listeners.clashes).toMatchObject([
      { listener: '0.0.0.0_443', first: { kind: 'http' }, second: { kind: 'tcp' } },
    ])
  })
})

describe('AUTO_PASSTHROUGH', () => {
  const passing = server('TLS', 15443, { hosts: ['*.team-a.svc.cluster.local'], tls: { mode: 'AUTO_PASSTHROUGH' } })
  const other = service('db', [{ name: 'tcp', port: 5432 }], { namespace: 'team-a' })

  it('has a chain for each service port of its hosts, and clusters for all', () => {
    const router = new Router(web + other + gateway('gw', [passing]))
    const name = 'outbound_.5432_._.db.team-a.svc.cluster.local'
    expect(router.chain('0.0.0.0_15443').filterChainMatch).toEqual({
      applicationProtocols: ['istio', 'istio-peer-exchange', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2'],
      serverNames: [name],
    })
    expect(router.lastFilter('0.0.0.0_15443')).toMatchObject({ cluster: name, statPrefix: name })
    expect(router.clusterNames).toContain('outbound_.80_._.web.default.svc.cluster.local')
    expect(router.resources.endpoints.map(({ resource }) => resource.clusterName)).toContain(name)
  })

  it('has no such clusters without such a server', () => {
    expect(new Router(web + gateway('gw', [server('HTTP', 80)])).clusterNames).toEqual([
      'outbound|80||web.default.svc.cluster.local',
      'BlackHoleCluster',
    ])
  })
})

describe('connection managers of routers', () => {
  const gw = gateway('gw', [server('HTTP', 80)]) + virtualService('v', ['a.example.com'], routes)
  const managerOf = (config: object, mesh: object = {}) =>
    new Router(meshConfig({ ...mesh, defaultConfig: config }) + gw).lastFilter('0.0.0.0_80')

  it('set client certificates and trust no proxy before them', () => {
    const manager = managerOf({})
    expect(manager).toMatchObject({
      useRemoteAddress: true,
      serverName: 'istio-envoy',
      forwardClientCertDetails: 'SANITIZE_SET',
      setCurrentClientCertDetails: { subject: true, cert: true, dns: true, uri: true },
      statPrefix: 'outbound_0.0.0.0_80;',
    })
    expect(manager).not.toHaveProperty('xffNumTrustedHops')
  })

  it('follow the topology', () => {
    const gatewayTopology = { numTrustedProxies: 2, forwardClientCertDetails: 'FORWARD_ONLY', proxyProtocol: {} }
    const manager = managerOf({ gatewayTopology })
    expect(manager).toMatchObject({ xffNumTrustedHops: 2, forwardClientCertDetails: 'FORWARD_ONLY' })
    expect(manager).not.toHaveProperty('setCurrentClientCertDetails')
    const router = new Router(meshConfig({ defaultConfig: { gatewayTopology } }) + gw)
    expect(router.listener('0.0.0.0_80').listenerFilters?.map(({ name }) => name)).toEqual([
      'envoy.filters.listener.proxy_protocol',
    ])
  })

  it('keep to themselves what proxyHeaders disables', () => {
    const manager = managerOf({
      proxyHeaders: {
        server: { disabled: true },
        requestId: { disabled: true },
        envoyDebugHeaders: { disabled: true },
        metadataExchangeHeaders: { mode: 'IN_MESH' },
      },
    })
    expect(manager).toMatchObject({ serverHeaderTransformation: 'PASS_THROUGH', generateRequestId: false })
    expect(manager).not.toHaveProperty('serverName')
    const filters = JSON.stringify(manager.httpFilters)
    expect(filters).toContain('"suppressEnvoyHeaders":true')
    expect(filters).toContain('"skip_external_clusters":true')
  })

  it('have the limits of the EDGE profile where none are stated', () => {
    const connectionSettings = { profile: 'EDGE', httpIdleTimeout: '10s', httpMergeSlashes: false }
    const mesh = { pathNormalization: { normalization: 'MERGE_SLASHES' } }
    const manager = managerOf({ connectionSettings }, mesh)
    expect(manager).toMatchObject({
      commonHttpProtocolOptions: { idleTimeout: '10s', headersWithUnderscoresAction: 'REJECT_REQUEST' },
      http2ProtocolOptions: {
        maxConcurrentStreams: 100,
        initialStreamWindowSize: 65_536,
        initialConnectionWindowSize: 1_048_576,
      },
      streamIdleTimeout: '300s',
      requestTimeout: '300s',
      requestHeadersTimeout: '60s',
      pathWithEscapedSlashesAction: 'UNESCAPE_AND_REDIRECT',
    })
    expect(manager).not.toHaveProperty('mergeSlashes')
    const router = new Router(meshConfig({ defaultConfig: { connectionSettings } }) + gw)
    expect(router.listener('0.0.0.0_80').perConnectionBufferLimitBytes).toBe(32_768)
  })
})

describe('clusters that are not called', () => {
  it('are left out when istiod filters them, whoever may see the VirtualServices', () => {
    const manifests =
      web +
      service('db', [{ name: 'tcp', port: 5432 }]) +
      service('mirror', [{ name: 'http', port: 80 }]) +
      gateway('gw', [server('HTTP', 80)]) +
      virtualService('v', ['a.example.com'], {
        exportTo: ['.'],
        http: [{ route: to('web'), mirror: { host: 'mirror' } }],
      })
    const router = new Router(manifests, { env: { PILOT_FILTER_GATEWAY_CLUSTER_CONFIG: 'true' } })
    expect(router.clusterNames.sort()).toEqual([
      'BlackHoleCluster',
      'outbound|80||mirror.default.svc.cluster.local',
      'outbound|80||web.default.svc.cluster.local',
    ])
  })
})
