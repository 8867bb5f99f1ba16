import { defineUnmodelled, type UnmodelledContext } from '../define.ts'

const GROUP = 'gateway.networking.k8s.io'
const VERSIONS = ['v1', 'v1beta1', 'v1alpha3', 'v1alpha2'] as const

export const usesGatewayApi = ({ flag }: UnmodelledContext): boolean => flag('PILOT_ENABLE_GATEWAY_API', true)

export const HTTP_ROUTE = defineUnmodelled({
  kind: 'HTTPRoute',
  group: GROUP,
  versions: VERSIONS,
  plural: 'httproutes',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'routes of the gateways or Services that it belongs to',
  applies: usesGatewayApi,
})

export const GRPC_ROUTE = defineUnmodelled({
  kind: 'GRPCRoute',
  group: GROUP,
  versions: VERSIONS,
  plural: 'grpcroutes',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'routes of the gateways or Services that it belongs to',
  applies: usesGatewayApi,
})

export const TLS_ROUTE = defineUnmodelled({
  kind: 'TLSRoute',
  group: GROUP,
  versions: VERSIONS,
  plural: 'tlsroutes',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'TLS routing of the gateways that it belongs to',
  applies: usesGatewayApi,
})

export const TCP_ROUTE = defineUnmodelled({
  kind: 'TCPRoute',
  group: GROUP,
  versions: VERSIONS,
  plural: 'tcproutes',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'TCP routing of the gateways or Services that it belongs to',
  applies: usesGatewayApi,
})

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

export const LISTENER_SET = defineUnmodelled({
  kind: 'ListenerSet',
  group: GROUP,
  versions: VERSIONS,
  plural: 'listenersets',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'listeners and routes of the gateway that it belongs to',
  applies: usesGatewayApi,
})

export const BACKEND_TLS_POLICY = defineUnmodelled({
  kind: 'BackendTLSPolicy',
  group: GROUP,
  versions: VERSIONS,
  plural: 'backendtlspolicies',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'TLS settings of the clusters that it names',
  applies: usesGatewayApi,
})

/** Its name says Kubernetes because Istio has a Gateway of its own. */
export const KUBERNETES_GATEWAY = defineUnmodelled({
  kind: 'Gateway',
  group: GROUP,
  versions: VERSIONS,
  plural: 'gateways',
  namespaced: true,
  clusters: 'config',
  readFor: ['configuration'],
  differs: 'listeners and routes of its gateway, and the Service and network gateway that it makes',
  applies: usesGatewayApi,
})
