import type { ResourceOf } from '../define.ts'
import { ListenerSetSpec } from '../messages/gateway-api/gateway.ts'
import { defineGatewayApi } from './define.ts'

export const LISTENER_SET = defineGatewayApi({
  kind: 'ListenerSet',
  plural: 'listenersets',
  spec: ListenerSetSpec,
  list: 'listenerSets',
  readFor: ['configuration'],
  misses: 'listeners that ListenerSets add to Gateways',
})
export type ListenerSet = ResourceOf<typeof LISTENER_SET>
