import type { GATEWAY_API_ENTRIES } from '../../catalogue/gateway-api.ts'
import type { RulesOf } from '../../rule.ts'
import { backendPolicyNotAccepted } from './backend-policy-not-accepted.ts'
import { gatewayCertificateIgnored } from './gateway-certificate-ignored.ts'
import { gatewayListenerWithoutTls } from './gateway-listener-without-tls.ts'
import { gatewayNotAccepted } from './gateway-not-accepted.ts'
import { ingressWithoutEffect } from './ingress-without-effect.ts'
import { l4RouteHidden } from './l4-route-hidden.ts'
import { referenceGrantUnused } from './reference-grant-unused.ts'
import { routeHostShared } from './route-host-shared.ts'
import { routeHostnameUnserved } from './route-hostname-unserved.ts'
import { routeMatchHidden } from './route-match-hidden.ts'
import { routeNotAccepted } from './route-not-accepted.ts'
import { routeParentMissing } from './route-parent-missing.ts'
import { routeReferenceUnresolved } from './route-reference-unresolved.ts'

export const GATEWAY_API_RULES: RulesOf<typeof GATEWAY_API_ENTRIES> = {
  'gateway-not-accepted': gatewayNotAccepted,
  'gateway-listener-without-tls': gatewayListenerWithoutTls,
  'gateway-certificate-ignored': gatewayCertificateIgnored,
  'route-not-accepted': routeNotAccepted,
  'route-reference-unresolved': routeReferenceUnresolved,
  'route-parent-missing': routeParentMissing,
  'route-hostname-unserved': routeHostnameUnserved,
  'route-match-hidden': routeMatchHidden,
  'l4-route-hidden': l4RouteHidden,
  'route-host-shared': routeHostShared,
  'reference-grant-unused': referenceGrantUnused,
  'backend-policy-not-accepted': backendPolicyNotAccepted,
  'ingress-without-effect': ingressWithoutEffect,
}
