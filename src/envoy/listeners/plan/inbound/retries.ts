/** Whether the routes of inbound connection managers try again (core/httproute.go buildSidecarInboundHTTPRouteConfig). */

import type { HTTPRetry } from '../../../../kinds/messages/virtual-service.ts'
import type { Duration } from '../../../../kinds/schema/duration.ts'
import type { Protocol } from '../../../../registry/protocol.ts'
import { parseRetryOn } from '../../../routes/plan/retries.ts'

/** Tries on the way to the application. */
export interface InboundRetries {
  readonly attempts: number
  /** Envoy's conditions; '' for none. */
  readonly retryOn: string
  readonly statusCodes: readonly number[]
  readonly backoff: Duration | undefined
}

/** A request that was reset before it reached the application was never handled. */
const DEFAULT_RETRY_ON = 'reset-before-request'
const DEFAULT: InboundRetries = { attempts: 2, retryOn: DEFAULT_RETRY_ON, statusCodes: [], backoff: undefined }

/** Streams would be tried again as a whole. */
const NEVER_RETRIED: ReadonlySet<Protocol> = new Set<Protocol>(['GRPC', 'GRPC-Web'])

/**
 * Only attempts, retryOn and backoff count.
 * @param policy the mesh's defaultInboundHttpRetryPolicy
 * @returns undefined: none
 */
export function inboundRetries(protocol: Protocol, policy: HTTPRetry | undefined): InboundRetries | undefined {
  if (NEVER_RETRIED.has(protocol)) return undefined
  if (!policy) return DEFAULT
  const { attempts, retryOn, backoff } = policy
  if (attempts <= 0) return undefined
  const conditions = retryOn === '' ? { retryOn: DEFAULT_RETRY_ON, statusCodes: [] } : parseRetryOn(retryOn)
  return { attempts, ...conditions, backoff }
}
