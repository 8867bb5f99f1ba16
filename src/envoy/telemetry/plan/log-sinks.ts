/** Where the access logs of extension providers go (pilot/pkg/model/telemetry_logging.go telemetryAccessLog). */
import { compareBytes } from '../../../common/bytes.ts'
import { compareVersions, type IstioVersion } from '../../../releases/version.ts'
import type { MeshConfigExtensionProvider as Provider } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { isMapping } from '../../../sources/mapping.ts'
import { providerService } from '../../policy/provider-service.ts'
import { DEFAULT_TEXT, type LogFormat, LogFormats, type LogFormatter, textFormat } from './log-formats.ts'

/** An access log to a file. */
export interface FileLog {
  readonly kind: 'file'
  readonly path: string
  /** In Envoy's order; empty when none is needed. */
  readonly formatters: readonly LogFormatter[]
  readonly format: LogFormat
  readonly omitEmptyValues: boolean
}

/** What all log services have. */
export interface LogService {
  readonly logName: string
  readonly cluster: string
  /** undefined to send none. */
  readonly authority: string | undefined
  readonly filterState: readonly string[]
}

/** An access log to a service that speaks Envoy's protocol. */
export interface GrpcLog extends LogService {
  readonly kind: 'http-grpc' | 'tcp-grpc'
  readonly requestHeaders: readonly string[]
  readonly responseHeaders: readonly string[]
  readonly responseTrailers: readonly string[]
}

/** An access log to a collector of OpenTelemetry. */
export interface OtelLog extends LogService {
  readonly kind: 'open-telemetry'
  readonly body: string
  /** By key. */
  readonly attributes: readonly (readonly [key: string, value: string])[]
  readonly formatters: readonly LogFormatter[]
}

export type LogSink = FileLog | GrpcLog | OtelLog

/** The provider whose format the mesh configuration states. */
const BUILT_IN = 'envoy'
const STDOUT = '/dev/stdout'

/** The state of the metadata exchange that log services receive. */
const PEERS: readonly string[] = ['upstream_peer', 'downstream_peer']
const OLD_PEERS: readonly string[] = [
  'wasm.upstream_peer',
  'wasm.upstream_peer_id',
  'wasm.downstream_peer',
  'wasm.downstream_peer_id',
]
const ALL_PEERS: readonly string[] = [...PEERS, ...OLD_PEERS]

/** The first proxy version that has the state under its present names. */
const FIRST_WITH_PEERS: IstioVersion = { major: 1, minor: 24, patch: 0 }

const NO_HEADERS = { requestHeaders: [], responseHeaders: [], responseTrailers: [] } as const

/** The cluster of `enableEnvoyAccessLogService`, which each proxy has from its bootstrap. */
const MESH_SERVICE = 'envoy_accesslog_service'

/** The log service of the mesh configuration, as connection managers, TCP proxies and listeners use it. */
export const MESH_LOG_SERVICE = {
  http: meshLog('http-grpc', 'http_envoy_accesslog'),
  tcp: meshLog('tcp-grpc', 'tcp_envoy_accesslog'),
  listener: meshLog('tcp-grpc', 'listener_envoy_accesslog'),
} as const

function meshLog(kind: GrpcLog['kind'], logName: string): GrpcLog {
  return { kind, logName, cluster: MESH_SERVICE, authority: undefined, filterState: ALL_PEERS, ...NO_HEADERS }
}

/** Values other than texts are sent as empty texts. */
function attributesOf(labels: JsonValue | undefined): OtelLog['attributes'] {
  if (!isMapping(labels)) return []
  return Object.entries(labels)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, value]) => [key, typeof value === 'string' ? value : ''] as const)
}

/** Plans the sinks of one proxy. */
export class LogSinks {
  readonly #view: ProxyView
  readonly #formats: LogFormats
  readonly #knowsAllPeers: boolean
  /** The names that log services get. */
  readonly #peers: readonly string[]

  constructor(view: ProxyView) {
    const { proxy, registry } = view
    this.#view = view
    this.#formats = new LogFormats(view)
    this.#knowsAllPeers = registry.snapshot.features.has('peer-state-of-all-proxies')
    this.#peers = this.#knowsAllPeers || compareVersions(proxy.version, FIRST_WITH_PEERS) >= 0 ? PEERS : OLD_PEERS
  }

  /** The log of a provider; undefined for providers that do not log, or whose Service is not found. */
  ofProvider(provider: Provider): LogSink | undefined {
    if (provider.envoyFileAccessLog) return this.#file(provider.name, provider.envoyFileAccessLog)
    if (provider.envoyHttpAls) return this.#http(provider.envoyHttpAls)
    if (provider.envoyTcpAls) return this.#tcp(provider.envoyTcpAls)
    return provider.envoyOtelAls && this.#openTelemetry(provider.envoyOtelAls)
  }

  /** The log to the file that the mesh configuration states. */
  ofMesh(path: string): FileLog {
    return this.#fileLog(path, this.#formats.ofMesh(this.#view.registry.snapshot.mesh), false)
  }

  #fileLog(path: string, format: LogFormat, omitEmptyValues: boolean): FileLog {
    return { kind: 'file', path, format, omitEmptyValues, formatters: this.#formats.formattersOf(format) }
  }

  #file(name: string, file: NonNullable<Provider['envoyFileAccessLog']>): FileLog {
    if (name === BUILT_IN && !file.logFormat && !file.omitEmptyValues) return this.ofMesh(file.path)
    const labels = file.logFormat?.labels
    const json = isMapping(labels) ? (Object.keys(labels).length > 0 ? labels : this.#formats.fields) : undefined
    return this.#fileLog(file.path || STDOUT, json ?? textFormat(file.logFormat?.text ?? ''), file.omitEmptyValues)
  }

  #statesOf(stated: readonly string[]): readonly string[] {
    return stated.length > 0 ? stated : this.#peers
  }

  #service(service: string, port: number): Pick<LogService, 'cluster' | 'authority'> | undefined {
    const found = providerService(this.#view.registry, service, port)
    return found && { cluster: found.cluster, authority: found.host }
  }

  #http(provider: NonNullable<Provider['envoyHttpAls']>): GrpcLog | undefined {
    const service = this.#service(provider.service, provider.port)
    return (
      service && {
        kind: 'http-grpc',
        logName: provider.logName || MESH_LOG_SERVICE.http.logName,
        ...service,
        filterState: this.#statesOf(provider.filterStateObjectsToLog),
        requestHeaders: provider.additionalRequestHeadersToLog,
        responseHeaders: provider.additionalResponseHeadersToLog,
        responseTrailers: provider.additionalResponseTrailersToLog,
      }
    )
  }

  #tcp(provider: NonNullable<Provider['envoyTcpAls']>): GrpcLog | undefined {
    const service = this.#service(provider.service, provider.port)
    return (
      service && {
        kind: 'tcp-grpc',
        logName: provider.logName || MESH_LOG_SERVICE.tcp.logName,
        ...service,
        filterState: this.#statesOf(provider.filterStateObjectsToLog),
        ...NO_HEADERS,
      }
    )
  }

  #openTelemetry(provider: NonNullable<Provider['envoyOtelAls']>): OtelLog | undefined {
    const service = this.#service(provider.service, provider.port)
    if (!service) return undefined
    const body = provider.logFormat?.text || DEFAULT_TEXT
    const labels = provider.logFormat?.labels
    return {
      kind: 'open-telemetry',
      logName: provider.logName || 'otel_envoy_accesslog',
      ...service,
      filterState: this.#knowsAllPeers ? ALL_PEERS : this.#peers,
      body,
      attributes: attributesOf(labels),
      formatters: this.#formats.formattersOf(body, isMapping(labels) ? labels : {}),
    }
  }
}
