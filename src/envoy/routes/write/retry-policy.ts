/** Writes retries. */
import { compact, durationText, type Extension, envoyType } from '../../json.ts'
import type { RetryPlan } from '../plan/retries.ts'
import { unlessEmpty } from './fields.ts'
import type { RetryPolicy } from './resources.ts'

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

function message(plan: RetryPlan): RetryPolicy {
  const baseInterval = durationText(plan.backoff)
  return compact<RetryPolicy>({
    numRetries: plan.attempts,
    retryOn: plan.retryOn || undefined,
    retriableStatusCodes: unlessEmpty(plan.statusCodes),
    perTryTimeout: durationText(plan.perTryTimeout),
    retryHostPredicate: plan.avoidsHosts ? PREVIOUS_HOSTS : undefined,
    retryPriority: plan.avoidsPriorities ? PREVIOUS_PRIORITIES : undefined,
    hostSelectionRetryMaxAttempts: HOST_SELECTION_ATTEMPTS,
    retryBackOff: baseInterval === undefined ? undefined : { baseInterval },
  })
}

/** Most routes share one plan. */
const WRITTEN = new WeakMap<RetryPlan, RetryPolicy>()

export function retryPolicy(plan: RetryPlan): RetryPolicy {
  let policy = WRITTEN.get(plan)
  if (!policy) {
    policy = message(plan)
    WRITTEN.set(plan, policy)
  }
  return policy
}
