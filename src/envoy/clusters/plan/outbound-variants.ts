/** The clusters of one service port before their policies are applied: the default one and those of subsets. */
import type { Subset } from '../../../kinds/messages/destination-rule.ts'
import type { Port } from '../../../registry/service.ts'
import { balancedGroups, dnsCandidates, type Target } from '../../endpoints/plan/balance.ts'
import {
  endpointPolicy,
  NO_POLICY,
  policyOfPort,
  policyOfSubset,
  withMeshDefaults,
} from '../../policy/traffic-policy.ts'
import type { ClusterContext } from './context.ts'
import {
  discoveryType,
  finalType,
  isDns,
  type OutboundService,
  passesThrough,
  type Variant,
} from './outbound-service.ts'

function targetOf(outbound: OutboundService, port: Port, subset: Subset | undefined): Target {
  const { service, rule, mode } = outbound
  const policy = endpointPolicy(rule, port.number, subset?.name ?? '')
  return { service, port, rule, subset, policy, mtlsOnly: mode === 'passthrough' }
}

/** The endpoints that a DNS cluster resolves; empty when none is left for the proxy. */
function dnsGroups(context: ClusterContext, outbound: OutboundService, port: Port, subset: Subset | undefined) {
  const target = targetOf(outbound, port, subset)
  return balancedGroups(context.view, target, dnsCandidates(context.view, target))
}

/** The cluster of a whole port; undefined when it has no endpoints to resolve. */
export function defaultVariant(context: ClusterContext, outbound: OutboundService, port: Port): Variant | undefined {
  const { service, rule, forwards, mode } = outbound
  const type = forwards ? undefined : discoveryType(service, context.isSidecar)
  const groups = isDns(type) ? dnsGroups(context, outbound, port, undefined) : undefined
  if (groups?.length === 0) return undefined
  const policy = withMeshDefaults(policyOfPort(rule?.trafficPolicy, port.number), context.mesh) ?? NO_POLICY
  // The reference knows the labels of a DNS cluster's first locality only.
  const labelScope = mode === 'ordinary' && context.labelsOfDnsClusters ? 'first' : 'none'
  return { port, subset: undefined, type, groups, labelScope, policy, stated: rule?.trafficPolicy }
}

/** A subset is based on the port's own cluster. */
export function subsetVariant(
  context: ClusterContext,
  outbound: OutboundService,
  base: Variant,
  subset: Subset,
): Variant | undefined {
  const { port } = base
  const type = passesThrough(subset.trafficPolicy) ? 'ORIGINAL_DST' : finalType(base)
  const groups = isDns(type) ? dnsGroups(context, outbound, port, subset) : undefined
  if (groups?.length === 0) return undefined
  const policy =
    policyOfSubset(base.policy, subset.trafficPolicy, port.number, context.inheritsRetryBudget) ?? NO_POLICY
  return { port, subset, type, groups, labelScope: 'none', policy, stated: subset.trafficPolicy }
}
