/** HTTPRoute, GRPCRoute, TCPRoute and TLSRoute (sigs.k8s.io/gateway-api apis/v1), with the defaults of the CRDs. */
import { defaulted, type Infer, int32, list, listOfDefault, message, optional, string } from '../../schema/index.ts'
import { RouteFilter } from './filters.ts'
import { BackendRef, ParentReference, WEIGHTED_BACKEND_FIELDS } from './references.ts'

const open = { open: true } as const

const HttpPathMatch = message('path', { type: defaulted(string, 'PathPrefix'), value: defaulted(string, '/') }, open)
export type HttpPathMatch = Infer<typeof HttpPathMatch>

const NamedMatch = message('match', { type: defaulted(string, 'Exact'), name: string, value: string }, open)
export type NamedMatch = Infer<typeof NamedMatch>

/** An absent path is the prefix `/`. */
const HttpRouteMatch = message(
  'match',
  { path: HttpPathMatch, headers: list(NamedMatch), queryParams: list(NamedMatch), method: optional(string) },
  open,
)
export type HttpRouteMatch = Infer<typeof HttpRouteMatch>

const RouteBackend = message('backendRef', { ...WEIGHTED_BACKEND_FIELDS, filters: list(RouteFilter) }, open)
export type RouteBackend = Infer<typeof RouteBackend>

/** Durations as in GEP-2257, such as `1h30m`. */
const Timeouts = message('timeouts', { request: optional(string), backendRequest: optional(string) }, open)
export type RouteTimeouts = Infer<typeof Timeouts>

const Retry = message('retry', { codes: list(int32), attempts: optional(int32), backoff: optional(string) }, open)
export type RouteRetry = Infer<typeof Retry>

const HttpRouteRule = message(
  'rule',
  {
    name: optional(string),
    matches: listOfDefault(HttpRouteMatch),
    filters: list(RouteFilter),
    backendRefs: list(RouteBackend),
    timeouts: optional(Timeouts),
    retry: optional(Retry),
  },
  open,
)
export type HttpRouteRule = Infer<typeof HttpRouteRule>

export const HttpRouteSpec = message(
  'spec',
  { parentRefs: list(ParentReference), hostnames: list(string), rules: listOfDefault(HttpRouteRule) },
  open,
)
export type HttpRouteSpec = Infer<typeof HttpRouteSpec>

const GrpcMethodMatch = message(
  'method',
  { type: defaulted(string, 'Exact'), service: optional(string), method: optional(string) },
  open,
)
export type GrpcMethodMatch = Infer<typeof GrpcMethodMatch>

const GrpcRouteMatch = message('match', { method: optional(GrpcMethodMatch), headers: list(NamedMatch) }, open)
export type GrpcRouteMatch = Infer<typeof GrpcRouteMatch>

const GrpcRouteRule = message(
  'rule',
  {
    name: optional(string),
    matches: list(GrpcRouteMatch),
    filters: list(RouteFilter),
    backendRefs: list(RouteBackend),
  },
  open,
)
export type GrpcRouteRule = Infer<typeof GrpcRouteRule>

export const GrpcRouteSpec = message(
  'spec',
  { parentRefs: list(ParentReference), hostnames: list(string), rules: list(GrpcRouteRule) },
  open,
)
export type GrpcRouteSpec = Infer<typeof GrpcRouteSpec>

const L4RouteRule = message('rule', { name: optional(string), backendRefs: list(BackendRef) }, open)
export type L4RouteRule = Infer<typeof L4RouteRule>

export const TcpRouteSpec = message('spec', { parentRefs: list(ParentReference), rules: list(L4RouteRule) }, open)
export type TcpRouteSpec = Infer<typeof TcpRouteSpec>

export const TlsRouteSpec = message(
  'spec',
  { parentRefs: list(ParentReference), hostnames: list(string), rules: list(L4RouteRule) },
  open,
)
export type TlsRouteSpec = Infer<typeof TlsRouteSpec>
