/** The formats of access logs (pilot/pkg/model/telemetry_logging.go). */

import { compareVersions, type IstioVersion } from '../../../releases/version.ts'
import type { MeshConfig } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { isMapping, type JsonMapping } from '../../../sources/mapping.ts'

/** The fields of the default JSON format with their operators, which the text format uses too. */
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

/** The JSON fields of earlier releases. */
const OLD_FIELDS = { ...FIELDS, upstream_cluster: '%UPSTREAM_CLUSTER%' } as const

const F = FIELDS
const quoted = (...parts: readonly string[]): string => `"${parts.join(' ')}"`

/** The text format of logs without one. */
export const DEFAULT_TEXT = `${[
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

/** A formatter that Envoy needs for some operators of a format. */
export type LogFormatter = 'without-query' | 'metadata' | 'cel'

/** A text format with Envoy's operators, or a JSON object of them. */
export type LogFormat = string | JsonMapping

/** A text ends with a line break; the default if there is none. */
export function textFormat(text: string): string {
  if (text === '') return DEFAULT_TEXT
  return text.endsWith('\n') ? text : `${text}\n`
}

const OPERATORS: ReadonlyMap<LogFormatter, string> = new Map([
  ['without-query', '%REQ_WITHOUT_QUERY'],
  ['metadata', '%METADATA'],
  ['cel', '%CEL'],
])

/** The first proxy version whose Envoy has the operators for metadata and CEL built in. */
const FIRST_WITH_OPERATORS: IstioVersion = { major: 1, minor: 26, patch: 0 }

/** The formats of one proxy, which depend on the releases of istiod and of the proxy. */
export class LogFormats {
  /** The fields of JSON logs without a format. */
  readonly fields: JsonMapping
  /** The formatters that are sent if a format uses their operators. */
  readonly #stated: readonly LogFormatter[]

  constructor({ proxy, registry }: ProxyView) {
    const { features } = registry.snapshot
    this.fields = features.has('raw-cluster-in-json-logs') ? FIELDS : OLD_FIELDS
    const all =
      features.has('log-formatters-of-all') ||
      (features.has('log-formatters-of-old-proxies') && compareVersions(proxy.version, FIRST_WITH_OPERATORS) < 0)
    this.#stated = all ? [...OPERATORS.keys()] : ['without-query']
  }

  /** The formatters that formats need, in Envoy's order; istiod looks for operators in top-level fields only. */
  formattersOf(...formats: readonly LogFormat[]): readonly LogFormatter[] {
    const texts = formats.flatMap((format) => (typeof format === 'string' ? [format] : Object.values(format)))
    return this.#stated.filter((name) => {
      const operator = OPERATORS.get(name) ?? ''
      return texts.some((text) => typeof text === 'string' && text.includes(operator))
    })
  }

  /** The format of the mesh configuration. */
  ofMesh({ accessLogEncoding, accessLogFormat }: MeshConfig): LogFormat {
    return accessLogEncoding === 'JSON' ? this.#jsonFormat(accessLogFormat) : textFormat(accessLogFormat)
  }

  /** The object of a JSON format; the default fields if the text is not an object. */
  #jsonFormat(text: string): JsonMapping {
    if (text === '') return this.fields
    try {
      const value = JSON.parse(text) as JsonValue
      return isMapping(value) ? value : this.fields
    } catch {
      return this.fields
    }
  }
}
