/** What a proxy checks of the connections and requests that it receives. */
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import { type AuthorizationPlan, planAuthorization } from './authorization.ts'
import { securityOrigins } from './origins.ts'
import type { FilterKind } from './rules.ts'
import { planTokens, type TokenPlan } from './tokens.ts'

export interface SecurityPlan {
  /** undefined when no AuthorizationPolicy applies. */
  readonly authorization: AuthorizationPlan | undefined
  /** undefined when no RequestAuthentication applies. */
  readonly tokens: TokenPlan | undefined
  /** The policies behind the filters of connection managers, and of TCP chains. */
  readonly origins: Readonly<Record<FilterKind, readonly Origin[]>>
}

/** Plans the checks of a proxy. */
export function planSecurity(view: ProxyView): SecurityPlan {
  const authorization = planAuthorization(view)
  const tokens = planTokens(view)
  return { authorization, tokens, origins: securityOrigins(authorization, tokens) }
}
