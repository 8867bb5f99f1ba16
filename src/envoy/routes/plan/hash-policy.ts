/** How requests are bound to a host of their destination (route.go hashForService, HashForHTTPDestination). */
import type { TrafficPolicy, TrafficPolicyPortTrafficPolicy } from '../../../kinds/messages/destination-rule.ts'
import type { Destination } from '../../../kinds/messages/virtual-service.ts'
import { subsetsByName } from '../../../scope/destination-rules.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { ConsistentHash } from './route.ts'

/** The DestinationRule that a client of the host sees, for imported hosts only. */
function ruleOf(view: ProxyView, host: string) {
  const service = view.serviceByHost.get(host)
  return service && view.destinationRuleOf(service, 'outbound')
}

function ofPort(
  settings: readonly TrafficPolicyPortTrafficPolicy[] | undefined,
  port: number,
): ConsistentHash | undefined {
  return settings?.find((setting) => (setting.port?.number ?? 0) === port)?.loadBalancer?.consistentHash
}

/** The hash of a policy's load balancer for a destination; port settings apply only if the destination has a port. */
function ofPolicy(policy: TrafficPolicy | undefined, destination: Destination): ConsistentHash | undefined {
  const portLevel = destination.port && ofPort(policy?.portLevelSettings, destination.port.number)
  return portLevel ?? policy?.loadBalancer?.consistentHash
}

/** The hash for a port of a service without a VirtualService. */
export function hashOfService(view: ProxyView, host: string, port: number): ConsistentHash | undefined {
  const policy = ruleOf(view, host)?.trafficPolicy
  return ofPort(policy?.portLevelSettings, port) ?? policy?.loadBalancer?.consistentHash
}

/** The hash for a destination of a VirtualService: the subset's, otherwise the host's. */
export function hashOfDestination(view: ProxyView, destination: Destination | undefined): ConsistentHash | undefined {
  const rule = destination && ruleOf(view, destination.host)
  if (!rule) return undefined
  const subset = subsetsByName(rule).get(destination.subset)
  return ofPolicy(subset?.trafficPolicy, destination) ?? ofPolicy(rule.trafficPolicy, destination)
}
