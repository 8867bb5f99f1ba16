/** Retries (pilot/pkg/networking/core/route/retry/retry.go). */

import type { HTTPRetry } from '../../../kinds/messages/virtual-service.ts'
import { compact, durationText, type Extension, envoyType } from '../../json.ts'
import { parseRetryOn } from '../plan/retry-conditions.ts'
import { unlessEmpty } from './fields.ts'
import type { RetryPolicy } from './resources.ts'

const DEFAULT_RETRIES = 2
const DEFAULT_RETRY_ON = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes'
const HOST_SELECTION_ATTEMPTS = '5'

const PREVIOUS_HOSTS: readonly Extension[] = [
  {
    name: 'envoy.retry_host_predicates.previous_hosts',
    typedConfig: { '@type': envoyType('extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate') },
  },
]

const PREVIOUS_PRIORITIES: Extension = {
  name: 'envoy.retry_priorities.previous_priorities',
  typedConfig: {
    '@type': envoyType('extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig'),
    updateFrequency: 2,
  },
}

const DEFAULT_POLICY: RetryPolicy = {
  numRetries: DEFAULT_RETRIES,
  retryOn: DEFAULT_RETRY_ON,
  retryHostPredicate: PREVIOUS_HOSTS,
  hostSelectionRetryMaxAttempts: HOST_SELECTION_ATTEMPTS,
}

const DEFAULT_HASHED_POLICY: RetryPolicy = {
  numRetries: DEFAULT_RETRIES,
  retryOn: DEFAULT_RETRY_ON,
  hostSelectionRetryMaxAttempts: HOST_SELECTION_ATTEMPTS,
}

/**
 * The retry policy of an outbound route.
 * @param hashed requests are bound to a host, so a retry may meet the same one
 * @returns undefined when retries are switched off
 */
export function retryPolicy(retries: HTTPRetry | undefined, hashed: boolean): RetryPolicy | undefined {
  if (!retries) return hashed ? DEFAULT_HASHED_POLICY : DEFAULT_POLICY
  if (retries.attempts <= 0) return undefined
  const conditions = retries.retryOn ? parseRetryOn(retries.retryOn) : { retryOn: DEFAULT_RETRY_ON, statusCodes: [] }
  const baseInterval = durationText(retries.backoff)
  return compact<RetryPolicy>({
    numRetries: retries.attempts,
    retryOn: conditions.retryOn || undefined,
    retriableStatusCodes: unlessEmpty(conditions.statusCodes),
    perTryTimeout: durationText(retries.perTryTimeout),
    retryHostPredicate: (retries.retryIgnorePreviousHosts ?? !hashed) ? PREVIOUS_HOSTS : undefined,
    retryPriority: retries.retryRemoteLocalities ? PREVIOUS_PRIORITIES : undefined,
    hostSelectionRetryMaxAttempts: HOST_SELECTION_ATTEMPTS,
    retryBackOff: baseInterval === undefined ? undefined : { baseInterval },
  })
}
