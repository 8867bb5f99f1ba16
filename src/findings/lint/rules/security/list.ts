import type { SECURITY_ENTRIES } from '../../catalogue/security.ts'
import type { RulesOf } from '../../rule.ts'
import { allowPolicyClosesTcpPort, denyRuleWidened } from './tcp-ports.ts'
import { tokenKeysFetched, tokenNotRequired } from './tokens.ts'

export const SECURITY_RULES: RulesOf<typeof SECURITY_ENTRIES> = {
  'allow-policy-closes-tcp-port': allowPolicyClosesTcpPort,
  'deny-rule-widened': denyRuleWidened,
  'token-not-required': tokenNotRequired,
  'token-keys-fetched': tokenKeysFetched,
}
