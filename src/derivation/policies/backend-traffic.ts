/** XBackendTrafficPolicies (pilot/pkg/config/kube/gateway/backend_policies.go BackendTrafficPolicyCollection). */
import type { BackendTrafficPolicy } from '../../kinds/index.ts'
import { LoadBalancerSettings, type TrafficPolicyRetryBudget } from '../../kinds/messages/destination-rule.ts'
import { parseDuration } from '../../kinds/schema/duration.ts'
import { MESH_CONTROLLER } from '../../resources/gateway-api/classes.ts'
import type { Lookups } from '../routes/lookups.ts'
import type { Condition, ConditionGroup } from '../status.ts'
import {
  type AttachedPolicy,
  type DerivedPolicy,
  IGNORED,
  isIgnored,
  MOST_ANCESTORS,
  policyControllers,
} from './model.ts'
import { policyTarget } from './targets.ts'

const ACCEPTED: Condition = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'the policy is valid' }
const USUAL_INTERVAL = { seconds: 10, nanos: 0 }

function retryBudgetOf({ spec }: BackendTrafficPolicy): TrafficPolicyRetryBudget | undefined {
  const constraint = spec.retryConstraint
  if (!constraint) return undefined
  const { budget, minRetryRate } = constraint
  return {
    percent: budget.percent,
    budgetInterval: parseDuration(budget.interval) ?? USUAL_INTERVAL,
    minRetryConcurrency: minRetryRate.count,
  }
}

/** The DestinationRule settings and the status of one policy, which is about Services only. */
export function deriveBackendTraffic(policy: BackendTrafficPolicy, lookups: Lookups): DerivedPolicy {
  const { spec, meta, location } = policy
  const attached: AttachedPolicy[] = []
  const ancestors: ConditionGroup[] = []
  let condition = isIgnored(policy) ? IGNORED : ACCEPTED
  for (const [targetIndex, { group, kind, name }] of spec.targetRefs.entries()) {
    const reference = { group, kind, name }
    const target = kind === 'Service' ? policyTarget(reference, meta.namespace, lookups) : undefined
    if (condition !== IGNORED && target) {
      const loadBalancer = LoadBalancerSettings.zero
      const retryBudget = retryBudgetOf(policy)
      attached.push({ source: policy, targetIndex, target, port: undefined, tls: undefined, loadBalancer, retryBudget })
    } else if (condition !== IGNORED) {
      const message = `there is no Service for ${kind} ${meta.namespace}/${name}`
      const at = location.child('spec', 'targetRefs', targetIndex)
      condition = { type: 'Accepted', status: 'False', reason: 'TargetNotFound', message, location: at }
    }
    ancestors.push({ fields: { ancestorRef: reference, controllerName: MESH_CONTROLLER }, conditions: [condition] })
  }
  const controllers = policyControllers(lookups.context.classes)
  return { attached, status: { resource: policy, controllers, ancestors: ancestors.slice(0, MOST_ANCESTORS) } }
}
