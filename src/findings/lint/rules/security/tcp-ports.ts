import { isDryRun } from '../../../../envoy/security/plan/authorization.ts'
import type { AuthorizationPolicyResource } from '../../../../kinds/index.ts'
import type { AuthorizationRule } from '../../../../kinds/messages/authorization-policy.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { policiesFor, type TcpPort, tcpPorts } from './workloads.ts'

const HTTP_KEYS = /^request\./

/** The fields of a rule that only requests have. */
function httpFields({ from, to, when }: AuthorizationRule): readonly string[] {
  const found = new Set<string>()
  for (const { source } of from) {
    if (source && source.requestPrincipals.length > 0) found.add('requestPrincipals')
    if (source && source.notRequestPrincipals.length > 0) found.add('notRequestPrincipals')
  }
  for (const { operation } of to) {
    for (const field of ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'] as const) {
      if (operation && operation[field].length > 0) found.add(field)
    }
  }
  for (const { key } of when) if (HTTP_KEYS.test(key)) found.add(key)
  return [...found]
}

/** Whether a rule may be about a port, as far as its ports say. */
function concerns({ to, when }: AuthorizationRule, port: number): boolean {
  const text = String(port)
  const listed = when.filter(({ key }) => key === 'destination.port')
  if (
    listed.some(({ values, notValues }) => (values.length > 0 && !values.includes(text)) || notValues.includes(text))
  ) {
    return false
  }
  if (to.length === 0) return true
  return to.some(({ operation }) => {
    const { ports = [], notPorts = [] } = operation ?? {}
    return (ports.length === 0 || ports.includes(text)) && !notPorts.includes(text)
  })
}

const enforced = (policies: readonly AuthorizationPolicyResource[], action: 'ALLOW' | 'DENY') =>
  policies.filter((policy) => policy.spec.action === action && !isDryRun(policy))

/** The first of the ALLOW policies, if no rule of any of them has an effect on TCP ports, so that no client gets in. */
function closing(policies: readonly AuthorizationPolicyResource[]): AuthorizationPolicyResource | undefined {
  const allowing = enforced(policies, 'ALLOW')
  const rules = allowing.flatMap(({ spec }) => spec.rules)
  // A policy without rules is meant to allow nothing.
  if (rules.length === 0 || allowing.some(({ spec }) => spec.rules.length === 0)) return undefined
  return rules.every((rule) => httpFields(rule).length > 0) ? allowing[0] : undefined
}

/** Reports each policy once, with the first of its ports. */
export const allowPolicyClosesTcpPort: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const { authorizationPolicies } = registry.snapshot.istio
    if (!authorizationPolicies.some(({ spec }) => spec.action === 'ALLOW')) return
    const reported = new Set<AuthorizationPolicyResource>()
    for (const port of tcpPorts(registry)) {
      const policy = closing(policiesFor(registry, authorizationPolicies, port))
      if (!policy || reported.has(policy)) continue
      reported.add(policy)
      const fields = [...new Set(policy.spec.rules.flatMap(httpFields))]
      yield {
        message: `refuses every connection to ${port.text}: all rules ask for what only HTTP requests have (${fields.join(', ')})`,
        resource: policy,
        location: policy.location.child('spec', 'rules'),
      }
    }
  },
}

function* widened(
  policy: AuthorizationPolicyResource,
  port: TcpPort,
  reported: Set<AuthorizationRule>,
): Iterable<Found> {
  for (const [index, rule] of policy.spec.rules.entries()) {
    const fields = httpFields(rule)
    if (fields.length === 0 || reported.has(rule) || !concerns(rule, port.port)) continue
    reported.add(rule)
    yield {
      message: `the rule loses ${fields.join(', ')} on ${port.text}, which is not HTTP, and denies all connections that the rest of it matches`,
      resource: policy,
      location: policy.location.child('spec', 'rules', index),
    }
  }
}

/** Reports each rule once, with the first of its ports. */
export const denyRuleWidened: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const { authorizationPolicies } = registry.snapshot.istio
    if (!authorizationPolicies.some(({ spec }) => spec.action === 'DENY')) return
    const reported = new Set<AuthorizationRule>()
    for (const port of tcpPorts(registry)) {
      const policies = enforced(policiesFor(registry, authorizationPolicies, port), 'DENY')
      for (const policy of policies) yield* widened(policy, port, reported)
    }
  },
}
