import type { ResourceOf } from '../define.ts'
import { ReferenceGrantSpec } from '../messages/gateway-api/policies.ts'
import { defineGatewayApi } from './define.ts'

export const REFERENCE_GRANT = defineGatewayApi({
  kind: 'ReferenceGrant',
  plural: 'referencegrants',
  spec: ReferenceGrantSpec,
  list: 'referenceGrants',
  readFor: ['configuration'],
  misses: 'which references to other namespaces are granted',
})
export type ReferenceGrant = ResourceOf<typeof REFERENCE_GRANT>
