/** The message of HTTP connection managers. */
import type { EnvoyMessage, Filter } from '../../json.ts'
import type { AccessLog } from '../../telemetry/write/access-log.ts'
import type { Tracing } from '../../telemetry/write/tracing.ts'

/** The fields that are generated. */
export type HttpConnectionManager = {
  readonly '@type': string
  readonly statPrefix: string
  readonly rds?: { readonly configSource: EnvoyMessage; readonly routeConfigName: string }
  readonly routeConfig?: EnvoyMessage
  readonly httpFilters: readonly Filter[]
  readonly normalizePath: boolean
  readonly mergeSlashes?: boolean
  readonly pathWithEscapedSlashesAction: string
  readonly proxy100Continue?: boolean
  readonly requestIdExtension: EnvoyMessage
  readonly streamIdleTimeout: string
  readonly upgradeConfigs: readonly EnvoyMessage[]
  readonly useRemoteAddress: boolean
  readonly tracing?: Tracing
  readonly accessLog?: readonly AccessLog[]
  readonly httpProtocolOptions?: EnvoyMessage
  readonly http2ProtocolOptions?: EnvoyMessage
  readonly commonHttpProtocolOptions?: EnvoyMessage
  readonly serverName?: string
  readonly forwardClientCertDetails?: string
  readonly setCurrentClientCertDetails?: EnvoyMessage
  readonly xffNumTrustedHops?: number
  readonly internalAddressConfig?: EnvoyMessage
  readonly serverHeaderTransformation?: string
  readonly generateRequestId?: boolean
  readonly appendXForwardedPort?: boolean
  readonly requestTimeout?: string
  readonly requestHeadersTimeout?: string
  readonly drainTimeout?: string
}
