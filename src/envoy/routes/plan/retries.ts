/** Retries of requests (pilot/pkg/networking/core/route/retry/retry.go). */

import { isNamedHttpStatus } from '../../../common/status-codes.ts'
import type { HTTPRetry } from '../../../kinds/messages/virtual-service.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'

const STATUS_CODES_CONDITION = 'retriable-status-codes'

/** Envoy's retry conditions, and the status codes to retry. */
export interface RetryConditions {
  readonly retryOn: string
  readonly statusCodes: readonly number[]
}

/** Splits `retryOn` into Envoy's conditions and status codes. */
export function parseRetryOn(text: string): RetryConditions {
  const conditions: string[] = []
  const statusCodes: number[] = []
  for (const part of text.split(',').map((item) => item.trim())) {
    if (/^[+-]?[0-9]+$/.test(part) && isNamedHttpStatus(Number(part))) statusCodes.push(Number(part))
    else if (part !== '') conditions.push(part)
  }
  const retryOn = conditions.join(',')
  const complete = statusCodes.length === 0 || retryOn.includes(STATUS_CODES_CONDITION)
  return { retryOn: complete ? retryOn : `${retryOn},${STATUS_CODES_CONDITION}`, statusCodes }
}

export interface RetryPlan extends RetryConditions {
  readonly attempts: number
  readonly perTryTimeout: Duration | undefined
  /** Retries avoid hosts and priorities that were already tried. */
  readonly avoidsHosts: boolean
  readonly avoidsPriorities: boolean
  readonly backoff: Duration | undefined
}

const DEFAULT_CONDITIONS: RetryConditions = {
  retryOn: `connect-failure,refused-stream,unavailable,cancelled,${STATUS_CODES_CONDITION}`,
  statusCodes: [],
}

const DEFAULT: RetryPlan = {
  ...DEFAULT_CONDITIONS,
  attempts: 2,
  perTryTimeout: undefined,
  avoidsHosts: true,
  avoidsPriorities: false,
  backoff: undefined,
}
const DEFAULT_HASHED: RetryPlan = { ...DEFAULT, avoidsHosts: false }

/**
 * The retries of an outbound route.
 * @param policy undefined for istiod's default
 * @param hashed whether requests are bound to a host, so that a retry may reach the same one
 * @returns undefined when retries are disabled
 */
export function planRetries(policy: HTTPRetry | undefined, hashed: boolean): RetryPlan | undefined {
  if (!policy) return hashed ? DEFAULT_HASHED : DEFAULT
  const { attempts, retryOn, perTryTimeout, backoff } = policy
  if (attempts <= 0) return undefined
  return {
    ...(retryOn ? parseRetryOn(retryOn) : DEFAULT_CONDITIONS),
    attempts,
    perTryTimeout,
    avoidsHosts: policy.retryIgnorePreviousHosts ?? !hashed,
    avoidsPriorities: policy.retryRemoteLocalities ?? false,
    backoff,
  }
}
