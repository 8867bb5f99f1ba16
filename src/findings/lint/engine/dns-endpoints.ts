/** The number of endpoints of a service port's cluster if it resolves them by DNS. */
import { passesThrough } from '../../../envoy/clusters/plan/outbound-service.ts'
import { balancedGroups, dnsCandidates } from '../../../envoy/endpoints/plan/balance.ts'
import { endpointPolicy } from '../../../envoy/policy/traffic-policy.ts'
import type { Port, Service } from '../../../registry/service.ts'
import type { ProxyView } from '../../../scope/view.ts'

/** 0 when the destination's policy passes connections through, so that the cluster has no endpoints. */
export function dnsEndpointCount(view: ProxyView, service: Service, port: Port): number {
  const rule = view.destinationRuleOf(service, 'outbound')
  const policy = endpointPolicy(rule, port.number, '')
  if (passesThrough(policy)) return 0
  const target = { service, port, rule, subset: undefined, policy, mtlsOnly: false }
  const groups = balancedGroups(view, target, dnsCandidates(view, target))
  return groups.reduce((sum, { endpoints }) => sum + endpoints.length, 0)
}
