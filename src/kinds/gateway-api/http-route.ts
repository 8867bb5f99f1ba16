import type { ResourceOf } from '../define.ts'
import { HttpRouteSpec } from '../messages/gateway-api/routes.ts'
import { defineGatewayApi } from './define.ts'

export const HTTP_ROUTE = defineGatewayApi({
  kind: 'HTTPRoute',
  plural: 'httproutes',
  spec: HttpRouteSpec,
  list: 'httpRoutes',
  readFor: ['configuration'],
  misses: 'routes of HTTPRoutes',
})
export type HttpRouteResource = ResourceOf<typeof HTTP_ROUTE>
