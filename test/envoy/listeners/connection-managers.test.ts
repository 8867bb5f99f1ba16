import { describe, expect, it } from 'vitest'
import { buildEnvoyResources } from '../../../src/envoy/index.ts'
import type { EnvoyListener, FilterChain } from '../../../src/envoy/listeners/index.ts'
import { meshConfig } from '../../support/mesh.ts'
import { CLIENT, entry, listenerNamed, listenersOf, namesOf, type ViewOptions, viewOf } from './proxy-view.ts'

type Json = Record<string, unknown>

const WEB = entry('web', 'HTTP', 80)

const managerIn = (chain: FilterChain | undefined): Json => chain?.filters.at(-1)?.typedConfig as unknown as Json

function outbound(mesh: string, options?: ViewOptions): Json {
  const { filterChains } = listenerNamed(listenersOf(meshConfig(mesh) + WEB, options), '0.0.0.0_80')
  return managerIn(filterChains[0])
}

function inbound(mesh: string, port = 8080, options?: ViewOptions): Json {
  const { filterChains } = listenerNamed(listenersOf(meshConfig(mesh) + CLIENT, options), 'virtualInbound')
  return managerIn(filterChains.find((chain) => chain.filterChainMatch?.destinationPort === port))
}

const filterOf = (manager: Json, name: string): Json | undefined =>
  (manager.httpFilters as { name: string; typedConfig: Json }[]).findLast((filter) => filter.name === name)?.typedConfig

const ROUTER = 'envoy.filters.http.router'
const FORWARD_PROXY = 'envoy.filters.http.dynamic_forward_proxy'
const METADATA = 'istio.metadata_exchange'
const BOTH = [
  ['outbound', outbound],
  ['inbound', inbound],
] as const

describe('proxyHeaders', () => {
  const headers = (text: string) => `defaultConfig: {proxyHeaders: ${text}}`

  it.each(BOTH)('%s: keep the case of headers', (_name, managerOf) => {
    const mesh = headers('{preserveHttp1HeaderCase: true}')
    const format = { headerKeyFormat: { statefulFormatter: { name: 'preserve_case' } } }
    expect(managerOf(mesh).httpProtocolOptions).toMatchObject(format)
    const http10 = listenersOf(meshConfig(mesh) + WEB, { metadata: { HTTP10: '1' } })
    const manager = managerIn(listenerNamed(http10, '0.0.0.0_80').filterChains[0])
    expect(manager.httpProtocolOptions).toMatchObject({ ...format, acceptHttp10: true })
  })

  it.each(BOTH)('%s: leave out what is disabled', (_name, managerOf) => {
    const manager = managerOf(
      headers('{server: {disabled: true}, requestId: {disabled: true}, envoyDebugHeaders: {disabled: true}}'),
    )
    expect(manager).toMatchObject({ serverHeaderTransformation: 'PASS_THROUGH', generateRequestId: false })
    expect(manager).not.toHaveProperty('serverName')
    expect(filterOf(manager, ROUTER)).toHaveProperty('suppressEnvoyHeaders', true)
  })

  it.each(BOTH)('%s: name the server and forward the port', (_name, managerOf) => {
    const manager = managerOf(headers('{server: {value: mine}, xForwardedPort: {enabled: true}}'))
    expect(manager).toMatchObject({ serverName: 'mine', appendXForwardedPort: true })
  })

  it('tell workloads about client certificates, and nobody else', () => {
    const mesh = headers(
      '{forwardedClientCert: FORWARD_ONLY, setCurrentClientCertDetails: {subject: false, cert: true}}',
    )
    expect(inbound(mesh)).toMatchObject({
      forwardClientCertDetails: 'FORWARD_ONLY',
      setCurrentClientCertDetails: { subject: false, cert: true, dns: true, uri: true },
    })
    expect(outbound(mesh)).not.toHaveProperty('forwardClientCertDetails')
    expect(inbound(headers('{forwardedClientCert: SANITIZE}'))).not.toHaveProperty('forwardClientCertDetails')
  })

  it('keep metadata in the mesh on the way out', () => {
    const mesh = headers('{metadataExchangeHeaders: {mode: IN_MESH}}')
    const skips = (manager: Json) => JSON.stringify(filterOf(manager, METADATA)).includes('skip_external_clusters')
    expect(skips(outbound(mesh))).toBe(true)
    expect(skips(inbound(mesh))).toBe(false)
  })
})

describe('connectionSettings', () => {
  it('reach sidecars, without the defaults of the edge', () => {
    const mesh =
      'defaultConfig: {connectionSettings: {profile: EDGE, httpIdleTimeout: 7s, httpMaxConcurrentStreams: 50}}'
    const manager = outbound(mesh)
    expect(manager).toMatchObject({
      commonHttpProtocolOptions: { idleTimeout: '7s' },
      http2ProtocolOptions: { maxConcurrentStreams: 50 },
      streamIdleTimeout: '0s',
    })
    expect(inbound(mesh, 9090).http2ProtocolOptions).toEqual({ maxConcurrentStreams: 50 })
  })
})

describe('internal addresses', () => {
  const networks = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  meshNetworks: "networks: {one: {endpoints: [{fromCidr: 10.0.0.0/8}]}}"
---`
  const withEnv = (name: string) => {
    const { filterChains } = listenerNamed(listenersOf(networks + WEB, { env: { [name]: 'true' } }), '0.0.0.0_80')
    return managerIn(filterChains[0])
  }

  it('count where istiod is told to trust them', () => {
    const internalAddressConfig = { cidrRanges: [{ addressPrefix: '10.0.0.0', prefixLen: 8 }] }
    expect(withEnv('ENABLE_HCM_INTERNAL_NETWORKS')).toMatchObject({ useRemoteAddress: false, internalAddressConfig })
    expect(withEnv('PILOT_SIDECAR_USE_REMOTE_ADDRESS')).toMatchObject({ useRemoteAddress: true, internalAddressConfig })
    expect(withEnv('UNRELATED')).not.toHaveProperty('internalAddressConfig')
  })
})

describe('the HTTP proxy', () => {
  const MESH = meshConfig('proxyHttpPort: 15007')

  it('listens on the loopback address and takes absolute URLs', () => {
    const listener = listenerNamed(listenersOf(MESH + WEB), '127.0.0.1_15007')
    expect(listener).not.toHaveProperty('bindToPort')
    expect(managerIn(listener.filterChains[0])).toMatchObject({
      statPrefix: 'outbound_127.0.0.1_15007;',
      httpProtocolOptions: { allowAbsoluteUrl: true },
      rds: { routeConfigName: 'http_proxy' },
    })
  })

  it.each([
    ['15008', '127.0.0.1_15008'],
    ['none', '127.0.0.1_15007'],
  ])('port %s of the node gives %s', (port, name) => {
    expect(namesOf(listenersOf(MESH, { metadata: { HTTP_PROXY_PORT: port } }))).toContain(name)
  })

  it('is off for a node that says 0, and where nobody asks for it', () => {
    const names = ['virtualInbound', 'virtualOutbound']
    expect(namesOf(listenersOf(MESH, { metadata: { HTTP_PROXY_PORT: '0' } }))).toEqual(names)
    expect(namesOf(listenersOf(''))).toEqual(names)
  })

  it('routes the hosts of all ports', () => {
    const { routes } = buildEnvoyResources(viewOf(MESH + WEB))
    const route = routes.find(({ resource }) => resource.name === 'http_proxy')
    const domains = route?.resource.virtualHosts?.flatMap((host) => host.domains)
    expect(domains).toContain('web.example.com:80')
  })
})

describe('hosts that nobody knows, under ALLOW_ANY_DYNAMIC_DNS', () => {
  const MESH = 'outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}'
  const cacheOf = (manager: Json) => filterOf(manager, FORWARD_PROXY)?.dnsCacheConfig as Json | undefined
  const catchAll = (options?: ViewOptions): EnvoyListener =>
    listenerNamed(listenersOf(meshConfig(MESH), options), 'virtualOutbound')

  it('are recognised as HTTP before the rest passes', () => {
    const { filterChains, listenerFilters } = catchAll()
    expect(listenerFilters?.map(({ name }) => name)).toEqual(['envoy.filters.listener.http_inspector'])
    expect(filterChains.map(({ name }) => name)).toEqual([
      'virtualOutbound-blackhole',
      'virtualOutbound-catchall-tcp-http',
      'virtualOutbound-catchall-tcp',
    ])
    expect(filterChains[1]?.filterChainMatch).toEqual({ applicationProtocols: ['http/1.1', 'h2c'] })
    expect(managerIn(filterChains[1])).toMatchObject({
      routeConfig: { name: 'allow_any_dynamic_dns', virtualHosts: [{ domains: ['*'] }] },
    })
    expect(managerIn(filterChains[2]).cluster).toBe('PassthroughCluster')
  })

  it('are resolved in every outbound connection manager, and in no other', () => {
    const cache = { name: 'allow_any_dfp_dns_cache', maxHosts: 1024 }
    expect(cacheOf(outbound(MESH))).toMatchObject(cache)
    expect(cacheOf(managerIn(catchAll().filterChains[1]))).toMatchObject(cache)
    expect(cacheOf(inbound(MESH))).toBeUndefined()
    expect(cacheOf(outbound('enableTracing: true'))).toBeUndefined()
  })

  it('are resolved as the cluster resolves them', () => {
    const view = viewOf(meshConfig(MESH) + WEB, { metadata: { DNS_PROXY_ADDR: 'localhost:1053' } })
    const { clusters, listeners } = buildEnvoyResources(view)
    const cluster = clusters.find(({ resource }) => resource.name === 'AllowAnyDynamicDNSCluster')?.resource
    const config = cluster?.clusterType?.typedConfig as Json | undefined
    expect(config?.dnsCacheConfig).toMatchObject({ typedDnsResolverConfig: {} })
    expect(cacheOf(managerIn(listenerNamed(listeners, '0.0.0.0_80').filterChains[0]))).toEqual(config?.dnsCacheConfig)
  })
})
