/** The kinds that are read from live clusters, by their names in the API. */
import type { LiveKind } from './types.ts'

function kind(name: string, group: string, resource: string, versions: readonly string[], namespaced = true): LiveKind {
  return { kind: name, group, resource, versions, namespaced }
}

const NETWORKING = ['v1', 'v1beta1', 'v1alpha3']
const SECURITY = ['v1', 'v1beta1']
const GATEWAY_API = ['v1', 'v1beta1', 'v1alpha3', 'v1alpha2']

const networking = (name: string, resource: string): LiveKind => kind(name, 'networking.istio.io', resource, NETWORKING)
const gatewayApi = (name: string, resource: string): LiveKind =>
  kind(name, 'gateway.networking.k8s.io', resource, GATEWAY_API)
const experimental = (name: string, resource: string): LiveKind =>
  kind(name, 'gateway.networking.x-k8s.io', resource, ['v1alpha1'])

const KINDS: readonly LiveKind[] = [
  kind('Namespace', '', 'namespaces', ['v1'], false),
  kind('Node', '', 'nodes', ['v1'], false),
  kind('ConfigMap', '', 'configmaps', ['v1']),
  kind('Secret', '', 'secrets', ['v1']),
  kind('Service', '', 'services', ['v1']),
  kind('Pod', '', 'pods', ['v1']),
  kind('EndpointSlice', 'discovery.k8s.io', 'endpointslices', ['v1', 'v1beta1']),
  kind('Deployment', 'apps', 'deployments', ['v1']),
  kind('StatefulSet', 'apps', 'statefulsets', ['v1']),
  kind('DaemonSet', 'apps', 'daemonsets', ['v1']),
  kind('Rollout', 'argoproj.io', 'rollouts', ['v1alpha1']),
  networking('ServiceEntry', 'serviceentries'),
  networking('WorkloadEntry', 'workloadentries'),
  networking('WorkloadGroup', 'workloadgroups'),
  networking('VirtualService', 'virtualservices'),
  networking('DestinationRule', 'destinationrules'),
  networking('Gateway', 'gateways'),
  networking('Sidecar', 'sidecars'),
  kind('PeerAuthentication', 'security.istio.io', 'peerauthentications', SECURITY),
  networking('EnvoyFilter', 'envoyfilters'),
  networking('ProxyConfig', 'proxyconfigs'),
  kind('AuthorizationPolicy', 'security.istio.io', 'authorizationpolicies', SECURITY),
  kind('RequestAuthentication', 'security.istio.io', 'requestauthentications', SECURITY),
  kind('Telemetry', 'telemetry.istio.io', 'telemetries', ['v1', 'v1alpha1']),
  kind('WasmPlugin', 'extensions.istio.io', 'wasmplugins', ['v1alpha1']),
  kind('TrafficExtension', 'extensions.istio.io', 'trafficextensions', ['v1alpha1']),
  gatewayApi('HTTPRoute', 'httproutes'),
  gatewayApi('GRPCRoute', 'grpcroutes'),
  gatewayApi('TLSRoute', 'tlsroutes'),
  gatewayApi('TCPRoute', 'tcproutes'),
  gatewayApi('UDPRoute', 'udproutes'),
  gatewayApi('ListenerSet', 'listenersets'),
  gatewayApi('BackendTLSPolicy', 'backendtlspolicies'),
  experimental('XListenerSet', 'xlistenersets'),
  experimental('XBackendTrafficPolicy', 'xbackendtrafficpolicies'),
  experimental('XBackend', 'xbackends'),
  kind('InferencePool', 'inference.networking.k8s.io', 'inferencepools', ['v1']),
  kind('Ingress', 'networking.k8s.io', 'ingresses', ['v1']),
  kind('ServiceExport', 'multicluster.x-k8s.io', 'serviceexports', ['v1beta1', 'v1alpha1']),
  kind('ServiceImport', 'multicluster.x-k8s.io', 'serviceimports', ['v1beta1', 'v1alpha1']),
]

const BY_NAME = new Map(KINDS.map((each) => [each.kind, each]))

/** The Gateway API's Gateway, whose name Istio's own has too. */
export const KUBERNETES_GATEWAY = gatewayApi('Gateway', 'gateways')

/**
 * A kind by its name; `Gateway` is Istio's.
 * @throws Error when there is none: a mistake of the program
 */
export function liveKind(name: string): LiveKind {
  const found = BY_NAME.get(name)
  if (!found) throw new Error(`no live kind ${name}`)
  return found
}

/** `serviceentries.networking.istio.io`, as kubectl and roles name a kind. */
export const resourceName = ({ resource, group }: LiveKind): string =>
  group === '' ? resource : `${resource}.${group}`
