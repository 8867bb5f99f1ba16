import type { ResourceOf } from '../define.ts'
import { BackendTlsPolicySpec } from '../messages/gateway-api/policies.ts'
import { defineGatewayApi } from './define.ts'

export const BACKEND_TLS_POLICY = defineGatewayApi({
  kind: 'BackendTLSPolicy',
  plural: 'backendtlspolicies',
  spec: BackendTlsPolicySpec,
  list: 'backendTlsPolicies',
  readFor: ['configuration'],
  misses: 'TLS settings of the clusters that BackendTLSPolicies name',
})
export type BackendTlsPolicy = ResourceOf<typeof BACKEND_TLS_POLICY>
