import { defineUnmodelled } from '../define.ts'
import { usesGatewayApi } from './gateway-api.ts'

const GROUP = 'gateway.networking.x-k8s.io'
const VERSIONS = ['v1alpha1'] as const

export const X_LISTENER_SET = defineUnmodelled({
  kind: 'XListenerSet',
  group: GROUP,
  versions: VERSIONS,
  plural: 'xlistenersets',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'listeners and routes of the gateway that it belongs to',
  applies: usesGatewayApi,
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
  applies: usesGatewayApi,
})
