import type { ResourceOf } from '../define.ts'
import { Gateway } from '../messages/gateway.ts'
import { validateGateway } from '../validation/gateway.ts'
import { defineIstio, IstioStatus, NETWORKING_VERSIONS } from './define.ts'

export const GATEWAY = defineIstio({
  kind: 'Gateway',
  group: 'networking.istio.io',
  versions: NETWORKING_VERSIONS,
  plural: 'gateways',
  spec: Gateway,
  status: IstioStatus,
  list: 'gateways',
  readFor: ['configuration', 'proxies'],
  misses: 'listeners of gateways, and which proxies are gateways',
  validate: validateGateway,
})
export type GatewayResource = ResourceOf<typeof GATEWAY>
