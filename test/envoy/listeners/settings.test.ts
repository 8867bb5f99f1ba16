import { describe, expect, it } from 'vitest'
import type { EnvoyListener } from '../../../src/envoy/listeners/index.ts'
import { meshConfig } from '../../support/mesh.ts'
import { CLIENT, entry, listenerNamed, listenersOf } from './proxy-view.ts'

type Json = Record<string, unknown>

/** The configuration of a chain's last filter. */
function configOf(listener: EnvoyListener, chain = 0): Json {
  return listener.filterChains[chain]?.filters.at(-1)?.typedConfig as unknown as Json
}

const inbound = (manifests: string, ...options: [Parameters<typeof listenersOf>[1]?]) =>
  listenerNamed(listenersOf(manifests, ...options), 'virtualInbound')

const chainOfPort = (listener: EnvoyListener, port: number) =>
  listener.filterChains.filter((chain) => chain.filterChainMatch?.destinationPort === port)

describe('node metadata', () => {
  it('IDLE_TIMEOUT reaches TCP proxies and connection managers, but no black hole', () => {
    const manifests = entry('a', 'TCP', 3306) + entry('b', 'HTTP', 80)
    const result = listenersOf(manifests, { metadata: { IDLE_TIMEOUT: '90s' } })
    expect(configOf(listenerNamed(result, '0.0.0.0_3306')).idleTimeout).toBe('90s')
    expect(configOf(listenerNamed(result, '0.0.0.0_80')).commonHttpProtocolOptions).toEqual({ idleTimeout: '90s' })
    const virtual = listenerNamed(result, 'virtualOutbound')
    expect(configOf(virtual, 0)).not.toHaveProperty('idleTimeout')
    expect(configOf(virtual, 1).idleTimeout).toBe('90s')
  })

  it('an IDLE_TIMEOUT that is none is ignored', () => {
    const result = listenersOf(entry('a', 'TCP', 3306), { metadata: { IDLE_TIMEOUT: 'soon' } })
    expect(configOf(listenerNamed(result, '0.0.0.0_3306'))).not.toHaveProperty('idleTimeout')
  })
})

describe('access logs', () => {
  const logOf = (mesh: string) => {
    const listener = listenerNamed(listenersOf(meshConfig(mesh) + entry('a', 'TCP', 3306)), '0.0.0.0_3306')
    const [log] = (configOf(listener).accessLog ?? []) as { typedConfig: Json }[]
    return log?.typedConfig
  }

  it('of the built-in provider go to standard output, whatever accessLogFile says', () => {
    expect(logOf('accessLogFile: /var/log/envoy\ndefaultProviders: {accessLogging: [envoy]}')?.path).toBe('/dev/stdout')
  })

  it('of a provider that does not exist fall back to accessLogFile', () => {
    const mesh = 'accessLogFile: /var/log/envoy\ndefaultProviders: {accessLogging: [nobody]}'
    expect(logOf(mesh)?.path).toBe('/var/log/envoy')
  })

  it('of a file provider have its path and format', () => {
    const mesh = `
extensionProviders:
- name: mine
  envoyFileAccessLog: {path: /tmp/log, logFormat: {labels: {status: '%RESPONSE_CODE%'}}}
defaultProviders: {accessLogging: [mine]}`
    expect(logOf(mesh)).toMatchObject({
      path: '/tmp/log',
      logFormat: { jsonFormat: { status: '%RESPONSE_CODE%' }, jsonFormatOptions: {} },
    })
  })

  it('end in a newline and name the formatter that they need', () => {
    const format = logOf("accessLogFile: /dev/stdout\naccessLogFormat: '%REQ_WITHOUT_QUERY(:PATH)%'")?.logFormat as Json
    expect(format.textFormatSource).toEqual({ inlineString: '%REQ_WITHOUT_QUERY(:PATH)%\n' })
    expect(format.formatters).toMatchObject([{ name: 'envoy.formatter.req_without_query' }])
  })

  it('of listeners can be switched off alone', () => {
    const manifests = meshConfig('accessLogFile: /dev/stdout\ndisableEnvoyListenerLog: true')
    const listener = listenerNamed(listenersOf(manifests), 'virtualOutbound')
    expect(listener).not.toHaveProperty('accessLog')
    expect(configOf(listener, 1)).toHaveProperty('accessLog')
  })
})

describe('tracing', () => {
  const tracingOf = (mesh: string, env: Record<string, string> = {}) => {
    const result = listenersOf(meshConfig(mesh) + entry('a', 'HTTP', 80), { env })
    return configOf(listenerNamed(result, '0.0.0.0_80')).tracing as Json | undefined
  }

  it('samples as the mesh says, else as istiod says', () => {
    expect(tracingOf('enableTracing: true', { PILOT_TRACE_SAMPLING: '5' })?.randomSampling).toEqual({ value: 5 })
    const mesh = 'defaultConfig: {tracing: {sampling: 12.5}}'
    expect(tracingOf(mesh, { PILOT_TRACE_SAMPLING: '5' })?.randomSampling).toEqual({ value: 12.5 })
    expect(tracingOf('defaultConfig: {tracing: {sampling: 250}}')?.randomSampling).toEqual({ value: 1 })
  })

  it.each(['mine', 'nobody'])('is off if the default provider %s or its Service does not exist', (name) => {
    const provider = 'extensionProviders: [{name: mine, zipkin: {service: z, port: 9411}}]'
    expect(tracingOf(`${provider}\ndefaultProviders: {tracing: [${name}]}`)).toBeUndefined()
  })
})

describe('destinations', () => {
  it('are counted by the name that the mesh states', () => {
    const mesh = meshConfig("outboundClusterStatName: '%SERVICE_FQDN%_%SERVICE_PORT%'")
    const listener = listenerNamed(listenersOf(mesh + entry('a', 'TCP', 3306)), '0.0.0.0_3306')
    expect(configOf(listener).statPrefix).toBe('a.example.com_3306')
  })

  it('nobody knows go to the egress proxy of the Sidecar', () => {
    const sidecar = `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: side, namespace: default}
spec:
  outboundTrafficPolicy:
    mode: ALLOW_ANY
    egressProxy: {host: gateway.example.com, port: {number: 8443}}
`
    const listener = listenerNamed(listenersOf(sidecar), 'virtualOutbound')
    expect(configOf(listener, 1).cluster).toBe('outbound|8443||gateway.example.com')
  })
})

describe('inbound', () => {
  const peerAuthentication = (spec: string) => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: client, namespace: default}
spec:
  selector: {matchLabels: {app: client}}
${spec.trim().replace(/^/gm, '  ')}
---`

  it('retries as the mesh says, and never for gRPC', () => {
    const mesh = meshConfig("defaultInboundHttpRetryPolicy: {attempts: 4, retryOn: '503,reset', perTryTimeout: 1s}")
    const listener = inbound(mesh + CLIENT)
    const retryOf = (port: number) => {
      const [chain] = chainOfPort(listener, port)
      const config = chain?.filters.at(-1)?.typedConfig as unknown as {
        routeConfig: { virtualHosts: { routes: { route: Json }[] }[] }
      }
      return config.routeConfig.virtualHosts[0]?.routes[0]?.route.retryPolicy
    }
    expect(retryOf(8080)).toEqual({
      numRetries: 4,
      retryOn: 'reset,retriable-status-codes',
      retriableStatusCodes: [503],
    })
    expect(retryOf(9090)).toBeUndefined()
  })

  it('a port mode for a port of no service has chains of its own', () => {
    const policy = peerAuthentication('portLevelMtls:\n  7777: {mode: DISABLE}\n  8080: {mode: STRICT}')
    const listener = inbound(CLIENT + policy)
    expect(chainOfPort(listener, 7777).map((chain) => [chain.name, chain.filterChainMatch?.transportProtocol])).toEqual(
      [
        ['virtualInbound-catchall-http', 'raw_buffer'],
        ['virtualInbound', 'raw_buffer'],
      ],
    )
    expect(chainOfPort(listener, 8080).map((chain) => chain.filterChainMatch?.transportProtocol)).toEqual(['tls'])
  })

  it('inspects no TLS where none is wanted', () => {
    const tls = inbound(CLIENT + peerAuthentication('mtls: {mode: DISABLE}'))
    expect(tls.listenerFilters?.map((filter) => filter.name)).toEqual([
      'envoy.filters.listener.original_dst',
      'envoy.filters.listener.http_inspector',
    ])
  })

  it('trusts all trust domains, by the ciphers and versions of the mesh', () => {
    const listener = inbound(
      meshConfig(`
trustDomain: one.example
trustDomainAliases: [two.example]
caCertificates: [{pem: x, trustDomains: [three.example, one.example]}]
meshMTLS: {minProtocolVersion: TLSV1_3, cipherSuites: [ECDHE-RSA-AES256-GCM-SHA384]}`),
    )
    const socket = listener.filterChains.find((chain) => chain.transportSocket)?.transportSocket
    const commonTlsContext = (socket?.typedConfig.commonTlsContext ?? {}) as Record<string, Json>
    expect(commonTlsContext.combinedValidationContext).toMatchObject({
      defaultValidationContext: {
        matchSubjectAltNames: ['one', 'two', 'three'].map((name) => ({ prefix: `spiffe://${name}.example/` })),
      },
    })
    expect(commonTlsContext.tlsParams).toEqual({
      cipherSuites: ['ECDHE-RSA-AES256-GCM-SHA384'],
      tlsMinimumProtocolVersion: 'TLSv1_3',
      tlsMaximumProtocolVersion: 'TLSv1_3',
    })
  })
})
