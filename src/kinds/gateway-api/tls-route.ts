import type { ResourceOf } from '../define.ts'
import { TlsRouteSpec } from '../messages/gateway-api/routes.ts'
import { defineGatewayApi } from './define.ts'

export const TLS_ROUTE = defineGatewayApi({
  kind: 'TLSRoute',
  plural: 'tlsroutes',
  spec: TlsRouteSpec,
  list: 'tlsRoutes',
  readFor: ['configuration'],
  misses: 'routes of TLSRoutes',
})
export type TlsRouteResource = ResourceOf<typeof TLS_ROUTE>
