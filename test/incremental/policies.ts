/** Random policies, extensions and patches for the meshes of `dense.ts`. */
import type { JsonValue } from '../../src/sources/document.ts'
import type { Random } from '../fuzz/random.ts'
import { type Fields, type Make, maybe, metadata, PORTS } from './dense.ts'

const WORKLOADS: readonly Fields[] = [{}, {}, { matchLabels: { app: 's0' } }]
const selected = (random: Random): Fields => maybe(random, 0.3, { selector: random.pick(WORKLOADS) })

const authorizationPolicy: Make = (random, index) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: metadata(random, `az${index}`),
  spec: {
    ...selected(random),
    ...random.pick<Fields>([
      { action: 'DENY' },
      {},
      { action: 'AUDIT' },
      { action: 'CUSTOM', provider: { name: random.pick(['ext', 'none']) } },
    ]),
    rules: [{ to: [{ operation: { paths: [random.pick(['/a', '/b*', '*'])], ports: [String(random.pick(PORTS))] } }] }],
  },
})

const requestAuthentication: Make = (random, index) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'RequestAuthentication',
  metadata: metadata(random, `ra${index}`),
  spec: {
    ...selected(random),
    jwtRules: [
      { issuer: random.pick(['a', 'b']), ...maybe(random, 0.5, { jwks: '{"keys":[]}' }) },
      ...random.pick<JsonValue[]>([[], [{ issuer: 'c', jwksUri: 'https://h0.example.com/keys' }]]),
    ],
  },
})

const telemetry: Make = (random, index) => ({
  apiVersion: 'telemetry.istio.io/v1',
  kind: 'Telemetry',
  metadata: metadata(random, `t${index}`),
  spec: {
    ...selected(random),
    ...maybe(random, 0.5, { accessLogging: [{ providers: [{ name: random.pick(['als', 'envoy']) }] }] }),
    ...maybe(random, 0.5, { metrics: [{ overrides: [{ disabled: random.chance(0.5) }] }] }),
    ...maybe(random, 0.5, { tracing: [{ randomSamplingPercentage: random.below(100) }] }),
  },
})

const wasmPlugin: Make = (random, index) => ({
  apiVersion: 'extensions.istio.io/v1alpha1',
  kind: 'WasmPlugin',
  metadata: metadata(random, `w${index}`),
  spec: {
    ...selected(random),
    url: 'oci://registry.example.com/w:1',
    ...maybe(random, 0.5, { phase: random.pick(['AUTHN', 'AUTHZ', 'STATS']) }),
    ...maybe(random, 0.5, { priority: random.below(3) }),
  },
})

const LUA = { name: 'lua', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua' } }
const TO_A_CLUSTER = {
  name: 'envoy.filters.network.tcp_proxy',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
    stat_prefix: 'x',
    cluster: 'outbound|3306||h0.example.com',
  },
}

const patch = (applyTo: string, match: Fields, operation: string, value?: JsonValue): JsonValue => ({
  applyTo,
  match,
  patch: { operation, ...(value !== undefined && { value }) },
})

/** Patches that remove, move, add and change listeners, clusters and routes. */
const patches = (random: Random): JsonValue => {
  const context = random.pick(['ANY', 'SIDECAR_OUTBOUND', 'SIDECAR_INBOUND', 'GATEWAY'])
  const portNumber = random.pick(PORTS)
  const listener = { context, listener: { portNumber } }
  return random.pick<JsonValue>([
    patch('LISTENER', listener, 'REMOVE'),
    patch('LISTENER', { context }, 'ADD', { name: 'added', filter_chains: [{ filters: [TO_A_CLUSTER] }] }),
    patch('FILTER_CHAIN', listener, random.pick(['REMOVE', 'ADD']), { name: 'c', filters: [TO_A_CLUSTER] }),
    patch('NETWORK_FILTER', listener, random.pick(['REPLACE', 'INSERT_FIRST', 'MERGE']), TO_A_CLUSTER),
    patch('HTTP_FILTER', { context }, random.pick(['INSERT_FIRST', 'ADD']), LUA),
    patch('CLUSTER', { context, cluster: { portNumber } }, random.pick(['MERGE', 'REMOVE']), { connect_timeout: '1s' }),
    patch('VIRTUAL_HOST', { context, routeConfiguration: { portNumber } }, 'MERGE', { require_tls: 'ALL' }),
    patch('HTTP_ROUTE', { context }, 'MERGE', { name: 'patched' }),
  ])
}

const envoyFilter: Make = (random, index) => ({
  apiVersion: 'networking.istio.io/v1alpha3',
  kind: 'EnvoyFilter',
  metadata: metadata(random, `f${index}`),
  spec: {
    ...maybe(random, 0.2, { workloadSelector: { labels: { app: 's0' } } }),
    ...maybe(random, 0.2, { priority: random.below(3) - 1 }),
    configPatches: Array.from({ length: 1 + random.below(2) }, () => patches(random)),
  },
})

const providers: Make = (random) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: {
    mesh: JSON.stringify({
      extensionProviders: [
        { name: 'als', envoyFileAccessLog: { path: `/dev/${random.pick(['stdout', 'stderr'])}` } },
        { name: 'ext', envoyExtAuthzGrpc: { service: random.pick(['h0.example.com', 'h1.example.com']), port: 80 } },
      ],
      ...maybe(random, 0.5, { accessLogFile: '/dev/stdout' }),
      ...maybe(random, 0.3, { defaultProviders: { accessLogging: ['als'] } }),
      rootNamespace: random.pick(['istio-system', 'a']),
    }),
  },
})

export const POLICIES: readonly Make[] = [
  ...[envoyFilter, envoyFilter, envoyFilter, authorizationPolicy, authorizationPolicy],
  ...[requestAuthentication, telemetry, telemetry, wasmPlugin, wasmPlugin, providers],
]
