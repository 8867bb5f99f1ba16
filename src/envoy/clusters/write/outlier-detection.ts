/** Outlier detection (pilot/pkg/networking/core/cluster_traffic_policy.go applyOutlierDetection). */
import type { OutlierDetection } from '../../../kinds/messages/destination-rule.ts'
import { durationText } from '../../json.ts'
import type { EnvoyOutlierDetection } from './types.ts'

const ENFORCED = 100

const enforced = (value: number | undefined): number | undefined => value && ENFORCED

function localOrigin(policy: OutlierDetection): Partial<EnvoyOutlierDetection> {
  if (!policy.splitExternalLocalOriginErrors) return {}
  const failures = policy.consecutiveLocalOriginFailures || undefined
  return {
    splitExternalLocalOriginErrors: true,
    consecutiveLocalOriginFailure: failures,
    enforcingConsecutiveLocalOriginFailure: enforced(failures),
    enforcingLocalOriginSuccessRate: 0,
  }
}

/** Success rates are not used; the other detectors apply if the policy sets them, and 0 disables one. */
export function outlierDetection(policy: OutlierDetection): EnvoyOutlierDetection {
  const { consecutive5xxErrors, consecutiveGatewayErrors } = policy
  return {
    consecutive5xx: consecutive5xxErrors,
    enforcingConsecutive5xx: enforced(consecutive5xxErrors),
    consecutiveGatewayFailure: consecutiveGatewayErrors,
    enforcingConsecutiveGatewayFailure: enforced(consecutiveGatewayErrors),
    interval: durationText(policy.interval),
    baseEjectionTime: durationText(policy.baseEjectionTime),
    maxEjectionPercent: policy.maxEjectionPercent > 0 ? policy.maxEjectionPercent : undefined,
    enforcingSuccessRate: 0,
    ...localOrigin(policy),
  }
}
