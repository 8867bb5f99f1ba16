/** A user's traffic policy over one of the Gateway API (pilot/pkg/model/destination_rule.go mergeBackendPolicyTrafficPolicy). */
import { firstBy } from '../common/collections.ts'
import type { TrafficPolicy, TrafficPolicyPortTrafficPolicy } from '../kinds/messages/destination-rule.ts'

function overPort(
  user: TrafficPolicyPortTrafficPolicy,
  under: TrafficPolicyPortTrafficPolicy | undefined,
): TrafficPolicyPortTrafficPolicy {
  if (!under) return user
  return {
    port: user.port,
    loadBalancer: user.loadBalancer ?? under.loadBalancer,
    connectionPool: user.connectionPool ?? under.connectionPool,
    outlierDetection: user.outlierDetection ?? under.outlierDetection,
    tls: user.tls ?? under.tls,
  }
}

/** The fields that the user states, and for the others those below, also port by port. */
export function overPolicy(
  user: TrafficPolicy | undefined,
  under: TrafficPolicy | undefined,
): TrafficPolicy | undefined {
  if (!user || !under) return user ?? under
  const portOf = ({ port }: TrafficPolicyPortTrafficPolicy): number => port?.number ?? 0
  const below = firstBy(under.portLevelSettings, portOf)
  const stated = new Set(user.portLevelSettings.map(portOf))
  return {
    connectionPool: user.connectionPool ?? under.connectionPool,
    loadBalancer: user.loadBalancer ?? under.loadBalancer,
    outlierDetection: user.outlierDetection ?? under.outlierDetection,
    tls: user.tls ?? under.tls,
    tunnel: user.tunnel ?? under.tunnel,
    proxyProtocol: user.proxyProtocol ?? under.proxyProtocol,
    retryBudget: user.retryBudget ?? under.retryBudget,
    portLevelSettings: [
      ...user.portLevelSettings.map((each) => overPort(each, below.get(portOf(each)))),
      ...under.portLevelSettings.filter((each) => !stated.has(portOf(each))),
    ],
  }
}
