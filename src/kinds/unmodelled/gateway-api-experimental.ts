import { defineUnmodelled, type UnmodelledContext } from '../define.ts'
import { usesGatewayApi } from './gateway-api.ts'

const GROUP = 'gateway.networking.x-k8s.io'
const VERSIONS = ['v1alpha1'] as const

const readsAlpha = (context: UnmodelledContext): boolean =>
  usesGatewayApi(context) && context.flag('PILOT_ENABLE_ALPHA_GATEWAY_API', false)

export const X_LISTENER_SET = defineUnmodelled({
  kind: 'XListenerSet',
  group: GROUP,
  versions: VERSIONS,
  plural: 'xlistenersets',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'listeners and routes of the gateway that it belongs to',
  // ListenerSets have replaced them.
  applies: (context) => readsAlpha(context) && !context.has('listener-sets'),
})

export const X_BACKEND = defineUnmodelled({
  kind: 'XBackend',
  group: GROUP,
  versions: VERSIONS,
  plural: 'xbackends',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'clusters of the routes that refer to it',
  applies: readsAlpha,
})
