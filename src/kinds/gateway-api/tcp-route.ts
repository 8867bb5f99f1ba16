import type { ResourceOf } from '../define.ts'
import { TcpRouteSpec } from '../messages/gateway-api/routes.ts'
import { defineGatewayApi } from './define.ts'

export const TCP_ROUTE = defineGatewayApi({
  kind: 'TCPRoute',
  plural: 'tcproutes',
  spec: TcpRouteSpec,
  list: 'tcpRoutes',
  readFor: ['configuration'],
  misses: 'routes of TCPRoutes',
})
export type TcpRouteResource = ResourceOf<typeof TCP_ROUTE>
