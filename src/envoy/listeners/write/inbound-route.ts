/** The routes that are written into inbound connection managers (core/httproute.go buildSidecarInboundHTTPRouteConfig). */
import { joinHostPort } from '../../../common/names.ts'
import type { HTTPRetry } from '../../../kinds/messages/virtual-service.ts'
import type { Protocol } from '../../../registry/protocol.ts'
import { compact, durationText, type EnvoyMessage } from '../../json.ts'
import { parseRetryOn } from '../../routes/write/retry-policy.ts'

/** A request that was reset before it reached the application was never handled. */
const DEFAULT_RETRY_ON = 'reset-before-request'
const DEFAULT_RETRIES = 2

/** Tries on the way to the application; only attempts, retryOn and backoff count. Undefined: none. */
function retryPolicy(policy: HTTPRetry | undefined): EnvoyMessage | undefined {
  if (!policy) return { numRetries: DEFAULT_RETRIES, retryOn: DEFAULT_RETRY_ON }
  if (policy.attempts <= 0) return undefined
  const stated = policy.retryOn === '' ? undefined : parseRetryOn(policy.retryOn)
  const codes = stated?.statusCodes ?? []
  return compact({
    numRetries: policy.attempts,
    retryOn: (stated ? stated.retryOn : DEFAULT_RETRY_ON) || undefined,
    retriableStatusCodes: codes.length > 0 ? codes : undefined,
    retryBackOff: policy.backoff && { baseInterval: durationText(policy.backoff) },
  })
}

/** Streams would be tried again as a whole. */
const NEVER_RETRIED: ReadonlySet<Protocol> = new Set<Protocol>(['GRPC', 'GRPC-Web'])

export interface InboundRoute {
  readonly cluster: string
  readonly host: string
  readonly servicePort: number
  readonly protocol: Protocol
}

/** One route for everything, to the application. */
export function inboundRoutes(to: InboundRoute, retries: HTTPRetry | undefined): EnvoyMessage {
  const route = compact({
    cluster: to.cluster,
    timeout: '0s',
    maxStreamDuration: { maxStreamDuration: '0s', grpcTimeoutHeaderMax: '0s' },
    retryPolicy: NEVER_RETRIED.has(to.protocol) ? undefined : retryPolicy(retries),
  })
  const routes = [
    {
      name: 'default',
      match: { prefix: '/' },
      decorator: { operation: `${joinHostPort(to.host, to.servicePort)}/*` },
      route,
    },
  ]
  return {
    name: to.cluster,
    validateClusters: false,
    virtualHosts: [{ name: `inbound|http|${to.servicePort}`, domains: ['*'], routes }],
  }
}
