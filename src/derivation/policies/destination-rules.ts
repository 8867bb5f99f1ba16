/** DestinationRules of policies (pilot/pkg/config/kube/gateway/backend_policies.go DestinationRuleCollection). */
import { groupBy } from '../../common/collections.ts'
import { ANNOTATIONS } from '../../common/istio-names.ts'
import { BEFORE_ALL, derivedResource, type Written } from '../../kinds/derived.ts'
import type { DestinationRuleResource } from '../../kinds/index.ts'
import { DESTINATION_RULE } from '../../kinds/istio/destination-rule.ts'
import {
  DestinationRule,
  TrafficPolicy,
  TrafficPolicyPortTrafficPolicy,
} from '../../kinds/messages/destination-rule.ts'
import { byCreationThenNamespace } from '../../kinds/resource.ts'
import type { PathStep } from '../../sources/document.ts'
import { GATEWAY_API_SUFFIX } from '../derived.ts'
import type { AttachedPolicy } from './model.ts'
import type { PolicyTarget } from './targets.ts'

type Group = readonly [AttachedPolicy, ...AttachedPolicy[]]

const nameOf = ({ kind, name }: PolicyTarget, host: string): string =>
  kind === 'ServiceEntry'
    ? `${name}~${host.replaceAll('.', '-')}~${GATEWAY_API_SUFFIX}`
    : `${name}~${GATEWAY_API_SUFFIX}`

/** The first policy of a target that sets a field wins. */
function winners(policies: Group) {
  const ofPort = new Map<number, AttachedPolicy>()
  for (const policy of policies) {
    if (policy.tls && policy.port !== undefined && !ofPort.has(policy.port)) ofPort.set(policy.port, policy)
  }
  return {
    tls: policies.find(({ tls, port }) => tls && port === undefined),
    loadBalancer: policies.find(({ loadBalancer }) => loadBalancer),
    retryBudget: policies.find(({ retryBudget }) => retryBudget),
    ofPort: [...ofPort].sort(([a], [b]) => a - b),
  }
}

/** Whether another policy sets what this one would set for the whole target. */
function isBeaten(policy: AttachedPolicy, { tls, loadBalancer, retryBudget }: ReturnType<typeof winners>): boolean {
  if (policy.tls && policy.port === undefined && tls !== policy) return true
  if (policy.loadBalancer && loadBalancer !== policy) return true
  return policy.retryBudget !== undefined && retryBudget !== policy
}

function trafficPolicyOf({ tls, loadBalancer, retryBudget, ofPort }: ReturnType<typeof winners>): TrafficPolicy {
  return {
    ...TrafficPolicy.zero,
    tls: tls?.tls,
    loadBalancer: loadBalancer?.loadBalancer,
    retryBudget: retryBudget?.retryBudget,
    portLevelSettings: ofPort.map(([number, policy]) => ({
      ...TrafficPolicyPortTrafficPolicy.zero,
      port: { number },
      tls: policy.tls,
    })),
  }
}

const written = ({ source, targetIndex }: AttachedPolicy): Written => ({
  resource: source,
  path: ['spec', 'targetRefs', targetIndex],
})

function ruleOf(host: string, policies: Group): DestinationRuleResource {
  const [first] = policies
  const { target } = first
  const won = winners(policies)
  const parents = policies
    .filter((policy) => !isBeaten(policy, won))
    .map(({ source: { kind, meta } }) => `${kind}/${meta.namespace}.${meta.name}`)
  const writtenAt = ([, block, field, index]: readonly PathStep[]): Written => {
    if (block !== 'trafficPolicy') return written(first)
    if (field === 'portLevelSettings') return written(won.ofPort[Number(index)]?.[1] ?? first)
    const decides = field === 'tls' || field === 'loadBalancer' || field === 'retryBudget' ? won[field] : undefined
    return written(decides ?? first)
  }
  const parts = {
    name: nameOf(target, host),
    namespace: target.namespace,
    annotations: new Map([[ANNOTATIONS.parents, [...new Set(parents)].join(',')]]),
    creationTime: BEFORE_ALL,
    spec: { ...DestinationRule.zero, host, trafficPolicy: trafficPolicyOf(won) },
  }
  return derivedResource(DESTINATION_RULE, parts, writtenAt)
}

/** One DestinationRule for each host of each target. */
export function policyDestinationRules(attached: readonly AttachedPolicy[]): readonly DestinationRuleResource[] {
  const sorted = [...attached].sort((a, b) => byCreationThenNamespace(a.source, b.source))
  const onHosts = sorted.flatMap((policy) => policy.target.hosts.map((host) => ({ host, policy })))
  const keyOf = ({ host, policy: { target } }: (typeof onHosts)[number]): string =>
    JSON.stringify([target.kind, target.namespace, target.name, host])
  return [...groupBy(onHosts, keyOf).values()].map(([first, ...others]) =>
    ruleOf(first.host, [first.policy, ...others.map(({ policy }) => policy)]),
  )
}
