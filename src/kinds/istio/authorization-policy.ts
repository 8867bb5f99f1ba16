import type { ResourceOf } from '../define.ts'
import { AuthorizationPolicy } from '../messages/authorization-policy.ts'
import { validateAuthorizationPolicy } from '../validation/security/authorization-policy.ts'
import { defineIstio, IstioStatus, SECURITY_VERSIONS } from './define.ts'

export const AUTHORIZATION_POLICY = defineIstio({
  kind: 'AuthorizationPolicy',
  group: 'security.istio.io',
  versions: SECURITY_VERSIONS,
  plural: 'authorizationpolicies',
  spec: AuthorizationPolicy,
  status: IstioStatus,
  list: 'authorizationPolicies',
  readFor: ['configuration'],
  misses: 'authorization filters of inbound and gateway listeners',
  validate: validateAuthorizationPolicy,
})
export type AuthorizationPolicyResource = ResourceOf<typeof AUTHORIZATION_POLICY>
