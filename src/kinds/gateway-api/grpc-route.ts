import type { ResourceOf } from '../define.ts'
import { GrpcRouteSpec } from '../messages/gateway-api/routes.ts'
import { defineGatewayApi } from './define.ts'

export const GRPC_ROUTE = defineGatewayApi({
  kind: 'GRPCRoute',
  plural: 'grpcroutes',
  spec: GrpcRouteSpec,
  list: 'grpcRoutes',
  readFor: ['configuration'],
  misses: 'routes of GRPCRoutes',
})
export type GrpcRouteResource = ResourceOf<typeof GRPC_ROUTE>
