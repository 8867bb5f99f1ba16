import type { ResourceOf } from '../define.ts'
import { BackendTrafficPolicySpec } from '../messages/gateway-api/policies.ts'
import { defineGatewayApi, EXPERIMENTAL_GROUP } from './define.ts'

export const X_BACKEND_TRAFFIC_POLICY = defineGatewayApi({
  kind: 'XBackendTrafficPolicy',
  plural: 'xbackendtrafficpolicies',
  spec: BackendTrafficPolicySpec,
  list: 'backendTrafficPolicies',
  group: EXPERIMENTAL_GROUP,
  versions: ['v1alpha1'],
  readFor: ['configuration'],
  misses: 'retry budgets of XBackendTrafficPolicies',
})
export type BackendTrafficPolicy = ResourceOf<typeof X_BACKEND_TRAFFIC_POLICY>
