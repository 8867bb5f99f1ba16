/** Every kind, one per line, in the order in which they are read from a live cluster and listed in roles. */
import type { ResourceOf } from './define.ts'
import { BACKEND_TLS_POLICY } from './gateway-api/backend-tls-policy.ts'
import { X_BACKEND_TRAFFIC_POLICY } from './gateway-api/backend-traffic-policy.ts'
import { KUBERNETES_GATEWAY } from './gateway-api/gateway.ts'
import { GATEWAY_CLASS } from './gateway-api/gateway-class.ts'
import { GRPC_ROUTE } from './gateway-api/grpc-route.ts'
import { HTTP_ROUTE } from './gateway-api/http-route.ts'
import { LISTENER_SET } from './gateway-api/listener-set.ts'
import { REFERENCE_GRANT } from './gateway-api/reference-grant.ts'
import { TCP_ROUTE } from './gateway-api/tcp-route.ts'
import { TLS_ROUTE } from './gateway-api/tls-route.ts'
import { AUTHORIZATION_POLICY } from './istio/authorization-policy.ts'
import { DESTINATION_RULE } from './istio/destination-rule.ts'
import { ENVOY_FILTER } from './istio/envoy-filter.ts'
import { GATEWAY } from './istio/gateway.ts'
import { PEER_AUTHENTICATION } from './istio/peer-authentication.ts'
import { PROXY_CONFIG } from './istio/proxy-config.ts'
import { REQUEST_AUTHENTICATION } from './istio/request-authentication.ts'
import { SERVICE_ENTRY } from './istio/service-entry.ts'
import { SIDECAR } from './istio/sidecar.ts'
import { TELEMETRY } from './istio/telemetry.ts'
import { TRAFFIC_EXTENSION } from './istio/traffic-extension.ts'
import { VIRTUAL_SERVICE } from './istio/virtual-service.ts'
import { WASM_PLUGIN } from './istio/wasm-plugin.ts'
import { WORKLOAD_ENTRY } from './istio/workload-entry.ts'
import { WORKLOAD_GROUP } from './istio/workload-group.ts'
import { CONFIG_MAP } from './kubernetes/config-map.ts'
import { DEPLOYMENT } from './kubernetes/deployment.ts'
import { ENDPOINT_SLICE } from './kubernetes/endpoint-slice.ts'
import { ENDPOINTS } from './kubernetes/endpoints.ts'
import { INGRESS } from './kubernetes/ingress.ts'
import { INGRESS_CLASS } from './kubernetes/ingress-class.ts'
import { NAMESPACE } from './kubernetes/namespace.ts'
import { NODE } from './kubernetes/node.ts'
import { POD } from './kubernetes/pod.ts'
import { CRON_JOB, DAEMON_SET, JOB, REPLICA_SET, ROLLOUT, STATEFUL_SET } from './kubernetes/pod-controllers.ts'
import { SECRET } from './kubernetes/secret.ts'
import { SERVICE } from './kubernetes/service.ts'
import { MUTATING_WEBHOOK } from './kubernetes/webhook.ts'
import { UDP_ROUTE } from './unmodelled/gateway-api.ts'
import { X_BACKEND, X_LISTENER_SET } from './unmodelled/gateway-api-experimental.ts'
import { INFERENCE_POOL, X_INFERENCE_POOL } from './unmodelled/inference.ts'
import { SERVICE_EXPORT, SERVICE_IMPORT } from './unmodelled/multicluster.ts'
import { ISTIO_OPERATOR, SAIL_ISTIO, SAIL_ISTIO_REVISION } from './unmodelled/operators.ts'

/** Kinds that the pipeline computes with. */
export const MODELLED_KINDS = [
  NAMESPACE,
  SERVICE,
  SERVICE_ENTRY,
  POD,
  ENDPOINT_SLICE,
  ENDPOINTS,
  NODE,
  WORKLOAD_ENTRY,
  WORKLOAD_GROUP,
  SIDECAR,
  VIRTUAL_SERVICE,
  DESTINATION_RULE,
  GATEWAY,
  PEER_AUTHENTICATION,
  GATEWAY_CLASS,
  KUBERNETES_GATEWAY,
  LISTENER_SET,
  HTTP_ROUTE,
  GRPC_ROUTE,
  TCP_ROUTE,
  TLS_ROUTE,
  REFERENCE_GRANT,
  BACKEND_TLS_POLICY,
  X_BACKEND_TRAFFIC_POLICY,
  AUTHORIZATION_POLICY,
  REQUEST_AUTHENTICATION,
  PROXY_CONFIG,
  TELEMETRY,
  WASM_PLUGIN,
  TRAFFIC_EXTENSION,
  ENVOY_FILTER,
  CONFIG_MAP,
  SECRET,
  STATEFUL_SET,
  DAEMON_SET,
  REPLICA_SET,
  JOB,
  CRON_JOB,
  ROLLOUT,
  DEPLOYMENT,
  MUTATING_WEBHOOK,
  INGRESS,
  INGRESS_CLASS,
] as const

/** Kinds that change what istiod sends but with which nothing is computed: vipctl reports that such objects exist. */
export const UNMODELLED_KINDS = [
  SERVICE_EXPORT,
  SERVICE_IMPORT,
  UDP_ROUTE,
  X_LISTENER_SET,
  X_BACKEND,
  INFERENCE_POOL,
  X_INFERENCE_POOL,
  ISTIO_OPERATOR,
  SAIL_ISTIO,
  SAIL_ISTIO_REVISION,
] as const

/** Istio's own kinds. */
export const ISTIO_KINDS = MODELLED_KINDS.filter((each) => each.istio === true)

/** Kubernetes kinds, and similar ones. */
export const KUBERNETES_KINDS = MODELLED_KINDS.filter((each) => each.istio === false)

/** The fields of a snapshot that hold the objects of these kinds. */
type ListsOf<D> = {
  readonly [K in D as K extends { readonly list: infer L extends string } ? L : never]: readonly ResourceOf<K>[]
}

/** Istio's own objects by kind. */
export type IstioLists = ListsOf<(typeof ISTIO_KINDS)[number]>

/** The objects of Kubernetes by kind. */
export type KubernetesLists = ListsOf<(typeof KUBERNETES_KINDS)[number]>
