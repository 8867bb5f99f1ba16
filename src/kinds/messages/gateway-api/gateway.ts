/** GatewayClass, Gateway and ListenerSet (sigs.k8s.io/gateway-api apis/v1), with the defaults of the CRDs. */
import { defaulted, type Infer, int32, list, map, message, optional, string } from '../../schema/index.ts'
import { KubernetesSelector } from '../selector.ts'
import { GATEWAY_GROUP, ObjectReference, SecretReference } from './references.ts'

const open = { open: true } as const

export const GatewayClassSpec = message('spec', { controllerName: string }, open)

const RouteNamespaces = message(
  'namespaces',
  { from: defaulted(string, 'Same'), selector: optional(KubernetesSelector) },
  open,
)
export type RouteNamespaces = Infer<typeof RouteNamespaces>

export const RouteGroupKind = message('RouteGroupKind', { group: defaulted(string, GATEWAY_GROUP), kind: string }, open)
export type RouteGroupKind = Infer<typeof RouteGroupKind>

const AllowedRoutes = message('allowedRoutes', { namespaces: RouteNamespaces, kinds: list(RouteGroupKind) }, open)

const ListenerTls = message(
  'tls',
  { mode: defaulted(string, 'Terminate'), certificateRefs: list(SecretReference), options: map(string) },
  open,
)
export type ListenerTls = Infer<typeof ListenerTls>

/** A listener of a Gateway, or an entry of a ListenerSet, whose port may be absent (0). */
export const Listener = message(
  'listener',
  {
    name: string,
    hostname: optional(string),
    port: int32,
    protocol: string,
    tls: optional(ListenerTls),
    allowedRoutes: AllowedRoutes,
  },
  open,
)
export type Listener = Infer<typeof Listener>

const GatewayAddress = message('address', { type: defaulted(string, 'IPAddress'), value: string }, open)

const LocalParameters = message('parametersRef', { group: string, kind: string, name: string }, open)

const Infrastructure = message(
  'infrastructure',
  { labels: map(string), annotations: map(string), parametersRef: optional(LocalParameters) },
  open,
)

const ListenerNamespaces = message(
  'namespaces',
  { from: defaulted(string, 'None'), selector: optional(KubernetesSelector) },
  open,
)

const AllowedListeners = message('allowedListeners', { namespaces: ListenerNamespaces }, open)

const FrontendValidation = message(
  'validation',
  { caCertificateRefs: list(ObjectReference), mode: defaulted(string, 'AllowValidOnly') },
  open,
)
export type FrontendValidation = Infer<typeof FrontendValidation>

const FrontendTls = message('tls', { validation: optional(FrontendValidation) }, open)
const FrontendPort = message('perPort', { port: int32, tls: optional(FrontendTls) }, open)
const Frontend = message('frontend', { default: optional(FrontendTls), perPort: list(FrontendPort) }, open)
const Backend = message('backend', { clientCertificateRef: optional(SecretReference) }, open)
const GatewayTls = message('tls', { backend: optional(Backend), frontend: optional(Frontend) }, open)

export const KubernetesGatewaySpec = message(
  'spec',
  {
    gatewayClassName: string,
    listeners: list(Listener),
    addresses: list(GatewayAddress),
    infrastructure: optional(Infrastructure),
    allowedListeners: optional(AllowedListeners),
    tls: optional(GatewayTls),
  },
  open,
)
export type KubernetesGatewaySpec = Infer<typeof KubernetesGatewaySpec>

const ParentGateway = message(
  'parentRef',
  {
    group: defaulted(string, GATEWAY_GROUP),
    kind: defaulted(string, 'Gateway'),
    name: string,
    namespace: string,
  },
  open,
)

export const ListenerSetSpec = message('spec', { parentRef: ParentGateway, listeners: list(Listener) }, open)
