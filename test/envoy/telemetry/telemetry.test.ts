import { describe, expect, it } from 'vitest'
import { meshConfig } from '../../support/mesh.ts'
import { CLIENT, entry, listenerNamed, listenersOf, type ViewOptions } from '../listeners/proxy-view.ts'

type Json = Record<string, unknown>

const COLLECTOR = `
apiVersion: v1
kind: Service
metadata: {name: collector, namespace: observe}
spec: {clusterIP: 10.0.0.80, ports: [{name: grpc, port: 9000}]}
---`

const telemetry = (spec: string, name = 'logs', namespace = 'default') => `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`

const HTTP = entry('a', 'HTTP', 80)

/** The last filter of a chain. */
function managerOf(manifests: string, listener: string, options?: ViewOptions): Json {
  const { filterChains } = listenerNamed(listenersOf(manifests, options), listener)
  const managers = filterChains.flatMap(({ filters }) => filters).filter(({ name }) => name.endsWith('manager'))
  return managers[0]?.typedConfig as unknown as Json
}

const outbound = (manifests: string, options?: ViewOptions) => managerOf(manifests + HTTP, '0.0.0.0_80', options)
const inbound = (manifests: string) => managerOf(manifests + CLIENT, 'virtualInbound')

const pathsOf = ({ accessLog = [] }: Json) => (accessLog as { typedConfig: Json }[]).map((log) => log.typedConfig.path)

const FILES = meshConfig(`
extensionProviders:
- {name: one, envoyFileAccessLog: {path: /one}}
- {name: two, envoyFileAccessLog: {path: /two}}`)

describe('access logs of a Telemetry', () => {
  it('are of the side that it names', () => {
    const client = telemetry('{accessLogging: [{match: {mode: CLIENT}, providers: [{name: one}]}]}')
    expect(pathsOf(outbound(FILES + client))).toEqual(['/one'])
    expect(pathsOf(inbound(FILES + client))).toEqual([])
  })

  it('replace those of a more general one', () => {
    const mesh = telemetry('{accessLogging: [{providers: [{name: one}]}]}', 'mesh', 'istio-system')
    const own = telemetry('{accessLogging: [{providers: [{name: two}]}]}')
    expect(pathsOf(outbound(FILES + mesh))).toEqual(['/one'])
    expect(pathsOf(outbound(FILES + mesh + own))).toEqual(['/two'])
  })

  it('count only for workloads that it selects', () => {
    const select = (app: string) =>
      telemetry(`{selector: {matchLabels: {app: ${app}}}, accessLogging: [{providers: [{name: one}]}]}`)
    expect(pathsOf(outbound(FILES + select('client')))).toEqual(['/one'])
    expect(pathsOf(outbound(FILES + select('other')))).toEqual([])
  })

  it('have its filter', () => {
    const filtered = telemetry(
      '{accessLogging: [{providers: [{name: one}], filter: {expression: "response.code >= 400"}}]}',
    )
    const [log] = outbound(FILES + filtered).accessLog as { filter: { extensionFilter: { typedConfig: Json } } }[]
    expect(log?.filter.extensionFilter.typedConfig.expression).toBe('response.code >= 400')
  })

  it('can be turned off, also those of the mesh', () => {
    const mesh = meshConfig('accessLogFile: /dev/stdout\ndefaultProviders: {accessLogging: [envoy]}')
    expect(pathsOf(outbound(mesh))).toEqual(['/dev/stdout'])
    expect(pathsOf(outbound(mesh + telemetry('{accessLogging: [{disabled: true}]}')))).toEqual([])
  })

  it('fall back to the mesh if its provider does not exist', () => {
    const mesh = meshConfig('accessLogFile: /mesh')
    expect(pathsOf(outbound(mesh + telemetry('{accessLogging: [{providers: [{name: gone}]}]}')))).toEqual(['/mesh'])
  })
})

describe('log services', () => {
  const clusterOf = (service: string) => {
    const provider = `{name: als, envoyHttpAls: {service: ${service}, port: 9000}}`
    const mesh = meshConfig(`extensionProviders: [${provider}]\ndefaultProviders: {accessLogging: [als]}`)
    const [log] = (outbound(mesh + COLLECTOR).accessLog ?? []) as { typedConfig: { commonConfig: Json } }[]
    return log?.typedConfig.commonConfig.grpcService
  }

  it.each(['collector.observe.svc.cluster.local', 'observe/collector.observe.svc.cluster.local'])(
    'at %s',
    (service) => {
      const envoyGrpc = {
        clusterName: 'outbound|9000||collector.observe.svc.cluster.local',
        authority: 'collector.observe.svc.cluster.local',
      }
      expect(clusterOf(service)).toEqual({ envoyGrpc })
    },
  )

  it.each(['collector', 'default/collector.observe.svc.cluster.local', 'a/b/c'])('are left out at %s', (service) => {
    expect(clusterOf(service)).toBeUndefined()
  })

  it('of the mesh differ for connections and requests', () => {
    const result = listenersOf(meshConfig('enableEnvoyAccessLogService: true') + HTTP)
    const text = (name: string) => JSON.stringify(listenerNamed(result, name))
    expect(text('0.0.0.0_80')).toContain('"logName":"http_envoy_accesslog"')
    expect(text('virtualOutbound')).toContain('"logName":"tcp_envoy_accesslog"')
    expect(text('virtualOutbound')).toContain('"logName":"listener_envoy_accesslog"')
  })
})

describe('tracing', () => {
  const ZIPKIN = `extensionProviders: [{name: z, zipkin: {service: collector.observe.svc.cluster.local, port: 9411}}]`
  const mesh = meshConfig(`${ZIPKIN}\ndefaultProviders: {tracing: [z]}`) + COLLECTOR

  const tracerOf = (version: string) => {
    const tracing = outbound(mesh, { metadata: { ISTIO_VERSION: version } }).tracing as {
      provider: { typedConfig: Json }
    }
    return tracing.provider.typedConfig
  }

  it('goes to the provider, in the way that the proxy knows', () => {
    expect(tracerOf('1.29.0').collectorService).toMatchObject({
      httpUri: { uri: 'http://collector.observe.svc.cluster.local/api/v2/spans', timeout: '5s' },
    })
    expect(tracerOf('1.28.5').collectorCluster).toBe('outbound|9411||collector.observe.svc.cluster.local')
  })

  it('is sampled and turned off by a Telemetry', () => {
    const sampled = telemetry('{tracing: [{randomSamplingPercentage: 0}]}')
    expect(outbound(mesh + sampled).tracing).toMatchObject({ randomSampling: {} })
    const off = telemetry('{tracing: [{match: {mode: CLIENT}, disableSpanReporting: true}]}')
    expect(outbound(mesh + off)).not.toHaveProperty('tracing')
    expect(inbound(mesh + off)).toHaveProperty('tracing')
  })
})

describe('metrics', () => {
  const PROMETHEUS = meshConfig('defaultProviders: {metrics: [prometheus]}')
  const statsOf = ({ httpFilters }: Json) =>
    (httpFilters as { name: string; typedConfig: Json }[]).find(({ name }) => name === 'istio.stats')?.typedConfig

  it('change tags and drop metrics', () => {
    const changed = telemetry(`
  metrics:
  - overrides:
    - {match: {metric: REQUEST_COUNT}, tagOverrides: {host: {value: request.host}, old: {operation: REMOVE}}}
    - {match: {metric: REQUEST_SIZE, mode: CLIENT}, disabled: true}`)
    expect(statsOf(outbound(PROMETHEUS + changed))?.metrics).toEqual([
      { name: 'requests_total', dimensions: { host: 'request.host' }, tagsToRemove: ['old'] },
      { name: 'request_bytes', drop: true },
    ])
    expect(statsOf(inbound(PROMETHEUS + changed))?.metrics).toHaveLength(1)
  })

  it('have no filter when all are turned off, until a later entry turns one on', () => {
    const off = '{overrides: [{disabled: true}]}'
    expect(statsOf(outbound(PROMETHEUS + telemetry(`{metrics: [${off}]}`)))).toBeUndefined()
    const on = '{overrides: [{match: {metric: REQUEST_COUNT}, disabled: false}]}'
    expect(statsOf(outbound(PROMETHEUS + telemetry(`{metrics: [${off}, ${on}]}`)))).toBeDefined()
  })
})
