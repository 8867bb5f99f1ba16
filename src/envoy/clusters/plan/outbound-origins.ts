/** The origins of a service's clusters. */

import { describeResource } from '../../../kinds/resource.ts'
import { portLocation } from '../../../registry/service.ts'
import type { Origin } from '../../explained.ts'
import { namespaceMtls } from '../../policy/peer-authentication.ts'
import type { DiscoveryType } from './cluster.ts'
import type { ClusterContext } from './context.ts'
import { type OutboundService, passesThrough, type Variant } from './outbound-service.ts'

const WHY_TYPE: Readonly<Record<DiscoveryType | 'forwarding' | 'policy', string>> = {
  EDS: 'load balancing over the known endpoints of the service',
  STRICT_DNS: 'resolution DNS: load balancing over all resolved addresses',
  LOGICAL_DNS: 'resolution DNS_ROUND_ROBIN, or racing connections: one resolved address at a time',
  ORIGINAL_DST: 'headless or resolution NONE: connections go to the address that the client chose',
  STATIC: 'a fixed address',
  forwarding: 'resolution DYNAMIC_DNS and a wildcard host: the requested name is resolved',
  policy: 'loadBalancer PASSTHROUGH: connections go to the address that the client chose',
}

const WHY_MTLS = {
  off: 'no automatic mTLS: the policy of the namespace or the mesh disables it',
  on: 'automatic mTLS to endpoints that support it',
} as const

function whyType(outbound: OutboundService, variant: Variant): string {
  if (outbound.forwards) return WHY_TYPE.forwarding
  if (variant.type !== 'ORIGINAL_DST' && passesThrough(variant.policy)) return WHY_TYPE.policy
  return WHY_TYPE[variant.type ?? 'EDS']
}

function ruleOrigins({ rule }: OutboundService, { subset }: Variant): Origin[] {
  if (!rule) return []
  const origins = rule.sources.map((source) => ({
    what: describeResource(source),
    location: source.location.child('spec', 'host'),
    why: 'the rule of this host that applies to the proxy',
  }))
  if (!subset) return origins
  const writer = rule.sources.find(({ spec }) => spec.subsets.some(({ name }) => name === subset.name)) ?? rule.source
  const index = writer.spec.subsets.findIndex(({ name }) => name === subset.name)
  const location = writer.location.child('spec', 'subsets', index)
  return [{ what: `subset ${subset.name} of ${describeResource(writer)}`, location, why: 'subset' }, ...origins]
}

function mtlsOrigins(context: ClusterContext, { service, mode }: OutboundService, { policy }: Variant): Origin[] {
  if (policy.tls || service.meshExternal || mode === 'passthrough') return []
  const mtls = namespaceMtls(context.view.registry, service.namespace)
  const why = mtls.mode === 'DISABLE' ? WHY_MTLS.off : WHY_MTLS.on
  return mtls.sources.map((source) => ({ what: describeResource(source), location: source.location, why }))
}

/** The port, the rule with its subset, and the policies that decided automatic mTLS. */
export function explainOutbound(
  context: ClusterContext,
  outbound: OutboundService,
  variant: Variant,
): readonly Origin[] {
  const { service } = outbound
  const location = portLocation(service, variant.port.number)
  const declared = { what: describeResource(service.source), location, why: whyType(outbound, variant) }
  return [declared, ...ruleOrigins(outbound, variant), ...mtlsOrigins(context, outbound, variant)]
}
