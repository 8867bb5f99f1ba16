/** VirtualService (istio.io/api networking/v1alpha3/virtual_service.proto). */
import {
  bool,
  double,
  duration,
  enumeration,
  type Infer,
  int32,
  list,
  map,
  message,
  optional,
  string,
  uint32,
} from '../schema/index.ts'

export const StringMatch = message(
  'StringMatch',
  {
    exact: optional(string),
    prefix: optional(string),
    regex: optional(string),
  },
  {
    oneofs: [['exact', 'prefix', 'regex']],
  },
)
export type StringMatch = Infer<typeof StringMatch>

export const HTTPMatchRequest = message('HTTPMatchRequest', {
  name: string,
  uri: optional(StringMatch),
  scheme: optional(StringMatch),
  method: optional(StringMatch),
  authority: optional(StringMatch),
  headers: map(StringMatch),
  port: uint32,
  sourceLabels: map(string),
  gateways: list(string),
  queryParams: map(StringMatch),
  ignoreUriCase: bool,
  withoutHeaders: map(StringMatch),
  sourceNamespace: string,
  statPrefix: string,
})
export type HTTPMatchRequest = Infer<typeof HTTPMatchRequest>

const PortSelector = message('PortSelector', {
  number: uint32,
})

export const Destination = message('Destination', {
  host: string,
  subset: string,
  port: optional(PortSelector),
})
export type Destination = Infer<typeof Destination>

export const HeadersHeaderOperations = message('HeaderOperations', {
  set: map(string),
  add: map(string),
  remove: list(string),
})
export type HeadersHeaderOperations = Infer<typeof HeadersHeaderOperations>

export const Headers = message('Headers', {
  request: optional(HeadersHeaderOperations),
  response: optional(HeadersHeaderOperations),
})
export type Headers = Infer<typeof Headers>

export const HTTPRouteDestination = message('HTTPRouteDestination', {
  destination: optional(Destination),
  weight: int32,
  headers: optional(Headers),
})
export type HTTPRouteDestination = Infer<typeof HTTPRouteDestination>

const HTTPRedirectRedirectPortSelection = enumeration(['FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT'])

export const HTTPRedirect = message(
  'HTTPRedirect',
  {
    uri: string,
    authority: string,
    port: optional(uint32),
    derivePort: optional(HTTPRedirectRedirectPortSelection),
    scheme: string,
    redirectCode: uint32,
    prefixRewrite: string,
  },
  {
    oneofs: [['port', 'derivePort']],
  },
)
export type HTTPRedirect = Infer<typeof HTTPRedirect>

const HTTPBody = message(
  'HTTPBody',
  {
    string: optional(string),
    bytes: optional(string),
  },
  {
    oneofs: [['string', 'bytes']],
  },
)

export const HTTPDirectResponse = message('HTTPDirectResponse', {
  status: uint32,
  body: optional(HTTPBody),
})
export type HTTPDirectResponse = Infer<typeof HTTPDirectResponse>

const Delegate = message('Delegate', {
  name: string,
  namespace: string,
})

const RegexRewrite = message('RegexRewrite', {
  match: string,
  rewrite: string,
})

export const HTTPRewrite = message('HTTPRewrite', {
  uri: string,
  authority: string,
  uriRegexRewrite: optional(RegexRewrite),
})
export type HTTPRewrite = Infer<typeof HTTPRewrite>

export const HTTPRetry = message('HTTPRetry', {
  attempts: int32,
  perTryTimeout: duration,
  retryOn: string,
  retryRemoteLocalities: optional(bool),
  retryIgnorePreviousHosts: optional(bool),
  backoff: duration,
})
export type HTTPRetry = Infer<typeof HTTPRetry>

export const Percent = message('Percent', {
  value: double,
})
export type Percent = Infer<typeof Percent>

const HTTPFaultInjectionDelay = message(
  'Delay',
  {
    percent: int32,
    fixedDelay: duration,
    exponentialDelay: duration,
    percentage: optional(Percent),
  },
  {
    oneofs: [['fixedDelay', 'exponentialDelay']],
  },
)

const HTTPFaultInjectionAbort = message(
  'Abort',
  {
    httpStatus: optional(int32),
    grpcStatus: optional(string),
    http2Error: optional(string),
    percentage: optional(Percent),
  },
  {
    oneofs: [['httpStatus', 'grpcStatus', 'http2Error']],
  },
)

export const HTTPFaultInjection = message('HTTPFaultInjection', {
  delay: optional(HTTPFaultInjectionDelay),
  abort: optional(HTTPFaultInjectionAbort),
})
export type HTTPFaultInjection = Infer<typeof HTTPFaultInjection>

export const HTTPMirrorPolicy = message('HTTPMirrorPolicy', {
  destination: optional(Destination),
  percentage: optional(Percent),
})
export type HTTPMirrorPolicy = Infer<typeof HTTPMirrorPolicy>

const CorsPolicyUnmatchedPreflights = enumeration(['UNSPECIFIED', 'FORWARD', 'IGNORE'])

export const CorsPolicy = message('CorsPolicy', {
  allowOrigin: list(string),
  allowOrigins: list(StringMatch),
  allowMethods: list(string),
  allowHeaders: list(string),
  exposeHeaders: list(string),
  maxAge: duration,
  allowCredentials: optional(bool),
  unmatchedPreflights: CorsPolicyUnmatchedPreflights,
})
export type CorsPolicy = Infer<typeof CorsPolicy>

export const HTTPRoute = message('HTTPRoute', {
  name: string,
  match: list(HTTPMatchRequest),
  route: list(HTTPRouteDestination),
  redirect: optional(HTTPRedirect),
  directResponse: optional(HTTPDirectResponse),
  delegate: optional(Delegate),
  rewrite: optional(HTTPRewrite),
  timeout: duration,
  retries: optional(HTTPRetry),
  fault: optional(HTTPFaultInjection),
  mirror: optional(Destination),
  mirrors: list(HTTPMirrorPolicy),
  mirrorPercent: optional(uint32),
  mirrorPercentage: optional(Percent),
  corsPolicy: optional(CorsPolicy),
  headers: optional(Headers),
})
export type HTTPRoute = Infer<typeof HTTPRoute>

export const TLSMatchAttributes = message('TLSMatchAttributes', {
  sniHosts: list(string),
  destinationSubnets: list(string),
  port: uint32,
  sourceLabels: map(string),
  gateways: list(string),
  sourceNamespace: string,
})
export type TLSMatchAttributes = Infer<typeof TLSMatchAttributes>

export const RouteDestination = message('RouteDestination', {
  destination: optional(Destination),
  weight: int32,
})
export type RouteDestination = Infer<typeof RouteDestination>

export const TLSRoute = message('TLSRoute', {
  match: list(TLSMatchAttributes),
  route: list(RouteDestination),
})
export type TLSRoute = Infer<typeof TLSRoute>

export const L4MatchAttributes = message('L4MatchAttributes', {
  destinationSubnets: list(string),
  port: uint32,
  sourceSubnet: string,
  sourceLabels: map(string),
  gateways: list(string),
  sourceNamespace: string,
})
export type L4MatchAttributes = Infer<typeof L4MatchAttributes>

export const TCPRoute = message('TCPRoute', {
  match: list(L4MatchAttributes),
  route: list(RouteDestination),
})
export type TCPRoute = Infer<typeof TCPRoute>

export const VirtualService = message('VirtualService', {
  hosts: list(string),
  gateways: list(string),
  http: list(HTTPRoute),
  tls: list(TLSRoute),
  tcp: list(TCPRoute),
  exportTo: list(string),
})
export type VirtualService = Infer<typeof VirtualService>
