/** Which policies the filters of a chain come from. */
import type { AuthorizationPolicyResource } from '../../../kinds/index.ts'
import type { Origin } from '../../explained.ts'
import { ResourceOrigin } from '../../listeners/plan/origins.ts'
import { type AuthorizationPlan, isDryRun } from './authorization.ts'
import type { FilterKind } from './rules.ts'
import type { TokenPlan } from './tokens.ts'

const DOES = {
  ALLOW: 'only what matches a rule of an ALLOW policy is let in',
  DENY: 'what matches one of its rules is refused',
  AUDIT: 'what matches one of its rules is marked for audit',
  CUSTOM: 'what matches one of its rules is left to the provider',
} as const

function policyOrigin(policy: AuthorizationPolicyResource): Origin {
  const { action, provider } = policy.spec
  const named = action === 'CUSTOM' ? `${DOES.CUSTOM}: ${provider?.name ?? ''}` : DOES[action]
  return isDryRun(policy)
    ? new ResourceOrigin(policy, ['spec'], `${named} (dry run: nothing is enforced)`)
    : new ResourceOrigin(policy, ['spec'], named, action)
}

/** The origins of the filters of connection managers, and of TCP chains. */
export function securityOrigins(
  authorization: AuthorizationPlan | undefined,
  tokens: TokenPlan | undefined,
): Readonly<Record<FilterKind, readonly Origin[]>> {
  const ofPolicies = (authorization?.policies ?? []).map(policyOrigin)
  const ofTokens = (tokens?.rules ?? []).map(({ policy, index, rule }) => {
    const issuer = rule.issuer === '' ? 'any issuer' : rule.issuer
    return new ResourceOrigin(policy, ['spec', 'jwtRules', index], `tokens of ${issuer} are checked`, 'tokens')
  })
  return { http: [...ofTokens, ...ofPolicies], tcp: ofPolicies }
}
