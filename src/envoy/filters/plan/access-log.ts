/** Which access logs there are, and their formats (pilot/pkg/networking/core/accesslog.go, pilot/pkg/model/telemetry_logging.go). */

import { compareBytes } from '../../../common/bytes.ts'
import type { MeshConfig, MeshConfigExtensionProvider } from '../../../resources/mesh/mesh-config.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { findProvider } from './providers.ts'

/** Each field of the default JSON format with its operator; the text format has the same operators. */
const FIELDS = {
  start_time: '%START_TIME%',
  route_name: '%ROUTE_NAME%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  response_code: '%RESPONSE_CODE%',
  response_flags: '%RESPONSE_FLAGS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  connection_termination_details: '%CONNECTION_TERMINATION_DETAILS%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  duration: '%DURATION%',
  upstream_service_time: '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%',
  x_forwarded_for: '%REQ(X-FORWARDED-FOR)%',
  user_agent: '%REQ(USER-AGENT)%',
  request_id: '%REQ(X-REQUEST-ID)%',
  authority: '%REQ(:AUTHORITY)%',
  upstream_host: '%UPSTREAM_HOST%',
  upstream_cluster: '%UPSTREAM_CLUSTER_RAW%',
  upstream_local_address: '%UPSTREAM_LOCAL_ADDRESS%',
  downstream_local_address: '%DOWNSTREAM_LOCAL_ADDRESS%',
  downstream_remote_address: '%DOWNSTREAM_REMOTE_ADDRESS%',
  requested_server_name: '%REQUESTED_SERVER_NAME%',
  upstream_transport_failure_reason: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
} as const

const F = FIELDS
const quoted = (...parts: readonly string[]): string => `"${parts.join(' ')}"`

const DEFAULT_TEXT = `${[
  `[${F.start_time}]`,
  quoted(F.method, F.path, F.protocol),
  F.response_code,
  F.response_flags,
  F.response_code_details,
  F.connection_termination_details,
  quoted(F.upstream_transport_failure_reason),
  F.bytes_received,
  F.bytes_sent,
  F.duration,
  F.upstream_service_time,
  quoted(F.x_forwarded_for),
  quoted(F.user_agent),
  quoted(F.request_id),
  quoted(F.authority),
  quoted(F.upstream_host),
  F.upstream_cluster,
  F.upstream_local_address,
  F.downstream_local_address,
  F.downstream_remote_address,
  F.requested_server_name,
  F.route_name,
].join(' ')}\n`

export type JsonObject = { readonly [key: string]: JsonValue }

/** An access log to a file. */
export interface FileLog {
  readonly path: string
  /** A line of text with Envoy's operators, or an object of them. */
  readonly format: string | JsonObject
  readonly omitEmptyValues: boolean
}

const BUILT_IN = 'envoy'
const STDOUT = '/dev/stdout'

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textFormat(text: string): string {
  if (text === '') return DEFAULT_TEXT
  return text.endsWith('\n') ? text : `${text}\n`
}

/** The object that a JSON format states; the default fields when the text is none. */
function jsonFormat(text: string): JsonObject {
  if (text === '') return FIELDS
  try {
    const value = JSON.parse(text) as JsonValue
    return isObject(value) ? value : FIELDS
  } catch {
    return FIELDS
  }
}

function logOfMesh(path: string, mesh: MeshConfig): FileLog {
  const json = mesh.accessLogEncoding === 'JSON'
  return {
    path,
    format: json ? jsonFormat(mesh.accessLogFormat) : textFormat(mesh.accessLogFormat),
    omitEmptyValues: false,
  }
}

function logOfProvider(provider: MeshConfigExtensionProvider, mesh: MeshConfig): FileLog | undefined {
  const file = provider.envoyFileAccessLog
  if (!file) return undefined
  if (provider.name === BUILT_IN && !file.logFormat && !file.omitEmptyValues) return logOfMesh(file.path, mesh)
  const labels = file.logFormat?.labels
  const json = isObject(labels) ? (Object.keys(labels).length > 0 ? labels : FIELDS) : undefined
  return {
    path: file.path || STDOUT,
    format: json ?? textFormat(file.logFormat?.text ?? ''),
    omitEmptyValues: file.omitEmptyValues,
  }
}

function logsOfProviders(mesh: MeshConfig): FileLog[] {
  const providers = [...new Set(mesh.defaultProviders?.accessLogging)]
    .map((name) => findProvider(mesh, name))
    .filter((provider) => provider !== undefined)
    .sort((a, b) => compareBytes(a.name, b.name))
  return providers.map((provider) => logOfProvider(provider, mesh)).filter((log) => log !== undefined)
}

/** The mesh's access logs: of the default providers that write files, else accessLogFile. Empty when there is none. */
export function accessLogs(mesh: MeshConfig): readonly FileLog[] {
  const logs = logsOfProviders(mesh)
  if (logs.length > 0) return logs
  return mesh.accessLogFile === '' ? [] : [logOfMesh(mesh.accessLogFile, mesh)]
}
