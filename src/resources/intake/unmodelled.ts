/** Kinds that istiod reads, that change what it sends, and that are not part of the pipeline. */
import { flag } from '../mesh/features.ts'
import { groupOf, isMapping, type RawObject } from './objects.ts'

/** What decides whether an object of a kind has an effect at all. */
export interface UnmodelledContext {
  readonly object: RawObject
  /** istiod's environment. */
  readonly env: ReadonlyMap<string, string>
}

export interface UnmodelledKind {
  readonly group: string
  readonly kind: string
  /** The part of the answer that such an object may change. */
  readonly differs: string
  /** Istio reads these from the config cluster alone. */
  readonly configClusterOnly: boolean
  readonly applies?: (context: UnmodelledContext) => boolean
}

const GATEWAY_API = 'gateway.networking.k8s.io'
const GATEWAY_API_EXPERIMENTAL = 'gateway.networking.x-k8s.io'
const INGRESS_CLASS = 'istio'
const INGRESS_CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

/** An Ingress counts when its class is istio's; one without a class does not (ingressControllerMode STRICT). */
function isIstioIngress({ object }: UnmodelledContext): boolean {
  const { metadata, spec } = object.value
  const annotations = isMapping(metadata) ? metadata.annotations : undefined
  const annotation =
    isMapping(annotations) && Object.hasOwn(annotations, INGRESS_CLASS_ANNOTATION)
      ? annotations[INGRESS_CLASS_ANNOTATION]
      : undefined
  return (annotation ?? (isMapping(spec) ? spec.ingressClassName : undefined)) === INGRESS_CLASS
}

const usesMultiClusterServices = ({ env }: UnmodelledContext): boolean =>
  flag(env, 'ENABLE_MCS_HOST', false) || flag(env, 'ENABLE_MCS_SERVICE_DISCOVERY', false)

const usesInferencePools = ({ env }: UnmodelledContext): boolean =>
  flag(env, 'ENABLE_GATEWAY_API_INFERENCE_EXTENSION', false)

const usesGatewayApi = ({ env }: UnmodelledContext): boolean => flag(env, 'PILOT_ENABLE_GATEWAY_API', true)

function istio(group: string, kind: string, differs: string): UnmodelledKind {
  return { group, kind, differs, configClusterOnly: true }
}

function gatewayApi(kind: string, differs: string, group = GATEWAY_API): UnmodelledKind {
  return { group, kind, differs, configClusterOnly: true, applies: usesGatewayApi }
}

const KINDS: readonly UnmodelledKind[] = [
  istio('networking.istio.io', 'EnvoyFilter', 'listeners, clusters and routes of the proxies that it patches'),
  istio('networking.istio.io', 'ProxyConfig', 'node metadata of the proxies that it selects'),
  istio('extensions.istio.io', 'WasmPlugin', 'filters in the listeners of the proxies that it selects'),
  istio('extensions.istio.io', 'TrafficExtension', 'filters in the listeners of the proxies that it selects'),
  istio('telemetry.istio.io', 'Telemetry', 'access logs, tracing and metrics filters of the listeners'),
  istio('security.istio.io', 'AuthorizationPolicy', 'authorization filters of inbound and gateway listeners'),
  istio('security.istio.io', 'RequestAuthentication', 'JWT filters of inbound and gateway listeners, and routes'),
  istio('install.istio.io', 'IstioOperator', 'the mesh configuration and istiod settings that it installs'),
  istio('sailoperator.io', 'Istio', 'the mesh configuration and istiod settings that it installs'),
  istio('sailoperator.io', 'IstioRevision', 'the mesh configuration and istiod settings that it installs'),
  gatewayApi('Gateway', 'listeners and routes of its gateway, and the Service and network gateway that it makes'),
  gatewayApi('ListenerSet', 'listeners and routes of the gateway that it belongs to'),
  gatewayApi('XListenerSet', 'listeners and routes of the gateway that it belongs to', GATEWAY_API_EXPERIMENTAL),
  gatewayApi('HTTPRoute', 'routes of the gateways or Services that it belongs to'),
  gatewayApi('GRPCRoute', 'routes of the gateways or Services that it belongs to'),
  gatewayApi('TLSRoute', 'TLS routing of the gateways that it belongs to'),
  gatewayApi('TCPRoute', 'TCP routing of the gateways or Services that it belongs to'),
  gatewayApi('UDPRoute', 'routing of the gateways that it belongs to'),
  gatewayApi('BackendTLSPolicy', 'TLS settings of the clusters that it names'),
  gatewayApi('XBackendTrafficPolicy', 'clusters and routes of the Services that it names', GATEWAY_API_EXPERIMENTAL),
  gatewayApi('XBackend', 'clusters of the routes that refer to it', GATEWAY_API_EXPERIMENTAL),
  {
    group: 'inference.networking.k8s.io',
    kind: 'InferencePool',
    differs: 'clusters and endpoints of the routes that refer to it',
    configClusterOnly: true,
    applies: usesInferencePools,
  },
  {
    group: 'networking.k8s.io',
    kind: 'Ingress',
    differs: 'listeners and routes of the ingress gateway',
    configClusterOnly: true,
    applies: isIstioIngress,
  },
  ...['ServiceExport', 'ServiceImport'].map((kind) => ({
    group: 'multicluster.x-k8s.io',
    kind,
    differs: 'clusterset.local hosts, and which clusters a Service has endpoints in',
    configClusterOnly: false,
    applies: usesMultiClusterServices,
  })),
]

const BY_GROUP_KIND = new Map(KINDS.map((entry) => [`${entry.group}/${entry.kind}`, entry]))

/** The entry of a kind that is not modelled; undefined for every other kind. */
export function unmodelledKind(apiVersion: string, kind: string): UnmodelledKind | undefined {
  return BY_GROUP_KIND.get(`${groupOf(apiVersion)}/${kind}`)
}

/** Their names, for suggestions. */
export const UNMODELLED_KIND_NAMES: readonly string[] = KINDS.map((entry) => entry.kind)
