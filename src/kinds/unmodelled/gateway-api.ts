import { defineUnmodelled, type UnmodelledContext } from '../define.ts'

const GROUP = 'gateway.networking.k8s.io'
const VERSIONS = ['v1', 'v1beta1', 'v1alpha3', 'v1alpha2'] as const

export const usesGatewayApi = ({ flag }: UnmodelledContext): boolean => flag('PILOT_ENABLE_GATEWAY_API', true)

export const UDP_ROUTE = defineUnmodelled({
  kind: 'UDPRoute',
  group: GROUP,
  versions: VERSIONS,
  plural: 'udproutes',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'routing of the gateways that it belongs to',
  applies: usesGatewayApi,
})
