import type { ResourceOf } from '../define.ts'
import { KubernetesGatewaySpec } from '../messages/gateway-api/gateway.ts'
import { defineGatewayApi } from './define.ts'

/** Its name says Kubernetes because Istio has a Gateway of its own. */
export const KUBERNETES_GATEWAY = defineGatewayApi({
  kind: 'Gateway',
  plural: 'gateways',
  spec: KubernetesGatewaySpec,
  list: 'kubernetesGateways',
  clusters: 'all',
  readFor: ['configuration'],
  misses: 'listeners, routes and Services of Gateways of the Gateway API',
})
export type KubernetesGateway = ResourceOf<typeof KUBERNETES_GATEWAY>
