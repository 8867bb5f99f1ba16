import type { ResourceOf } from '../define.ts'
import { GatewayClassSpec } from '../messages/gateway-api/gateway.ts'
import { defineGatewayApi } from './define.ts'

export const GATEWAY_CLASS = defineGatewayApi({
  kind: 'GatewayClass',
  plural: 'gatewayclasses',
  spec: GatewayClassSpec,
  list: 'gatewayClasses',
  namespaced: false,
  clusters: 'all',
  readFor: ['configuration'],
  misses: 'which Gateways of the Gateway API belong to Istio',
})
export type GatewayClass = ResourceOf<typeof GATEWAY_CLASS>
