/** A cluster of type LOGICAL_DNS takes one endpoint. */
import type { AllocatedRegistry } from '../../../../../allocation/allocation.ts'
import { outboundClusterName } from '../../../../../common/names.ts'
import { discoveryType, passesThrough } from '../../../../../envoy/clusters/plan/outbound-facts.ts'
import { balancedGroups, dnsCandidates } from '../../../../../envoy/endpoints/plan/balance.ts'
import { endpointPolicy } from '../../../../../envoy/policy/traffic-policy.ts'
import { type Port, portLocation, type Service } from '../../../../../registry/service.ts'
import type { ProxyView } from '../../../../../scope/view.ts'
import { hostSubject, type ScopedFound, type ScopeFacts } from '../../../rule.ts'

const isLogicalDns = (service: Service): boolean => discoveryType(service, true) === 'LOGICAL_DNS'

/** How many endpoints the cluster of a port gets; none when it is of another type after all. */
function endpointsOf(view: ProxyView, service: Service, port: Port): number {
  const rule = view.destinationRuleOf(service, 'outbound')
  const policy = endpointPolicy(rule, port.number, '')
  if (passesThrough(policy)) return 0
  const target = { service, port, rule, subset: undefined, policy, mtlsOnly: false }
  const groups = balancedGroups(view, target, dnsCandidates(view, target))
  return groups.reduce((sum, { endpoints }) => sum + endpoints.length, 0)
}

/** Meshes that have such a service at all. */
const WITH_LOGICAL_DNS = new WeakMap<AllocatedRegistry, boolean>()

function hasLogicalDns({ registry }: ScopeFacts): boolean {
  const known = WITH_LOGICAL_DNS.get(registry) ?? registry.services.some(isLogicalDns)
  WITH_LOGICAL_DNS.set(registry, known)
  return known
}

export function* logicalDns(facts: ScopeFacts): Iterable<ScopedFound> {
  if (!hasLogicalDns(facts)) return
  const { view } = facts
  for (const service of view.services) {
    if (!isLogicalDns(service)) continue
    for (const port of service.ports) {
      const count = port.protocol === 'UDP' ? 0 : endpointsOf(view, service, port)
      if (count < 2) continue
      const cluster = outboundClusterName(port.number, '', service.hostname)
      yield {
        subject: hostSubject(service.hostname),
        message: `${service.hostname}:${port.number} has ${count} endpoints in cluster ${cluster} of type LOGICAL_DNS, which takes one: Envoy rejects the cluster`,
        resource: service.source,
        location: portLocation(service, port.number),
      }
    }
  }
}
