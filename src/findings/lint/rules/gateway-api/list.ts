import type { GATEWAY_API_ENTRIES } from '../../catalogue/gateway-api.ts'
import type { RulesOf } from '../../rule.ts'
import { backendPolicyNotAccepted } from './backend-policy-not-accepted.ts'
import { gatewayNotAccepted } from './gateway-not-accepted.ts'
import { ingressWithoutEffect } from './ingress-without-effect.ts'
import { routeMatchHidden } from './route-match-hidden.ts'
import { routeNotAccepted } from './route-not-accepted.ts'
import { routeParentMissing } from './route-parent-missing.ts'
import { routeReferenceUnresolved } from './route-reference-unresolved.ts'

export const GATEWAY_API_RULES: RulesOf<typeof GATEWAY_API_ENTRIES> = {
  'gateway-not-accepted': gatewayNotAccepted,
  'route-not-accepted': routeNotAccepted,
  'route-reference-unresolved': routeReferenceUnresolved,
  'route-parent-missing': routeParentMissing,
  'route-match-hidden': routeMatchHidden,
  'backend-policy-not-accepted': backendPolicyNotAccepted,
  'ingress-without-effect': ingressWithoutEffect,
}
