/** Filters of HTTPRoutes and GRPCRoutes (sigs.k8s.io/gateway-api apis/v1), with the defaults of the CRDs. */
import { bool, defaulted, type Infer, int32, list, message, optional, string } from '../../schema/index.ts'
import { BackendObjectReference } from './references.ts'

const open = { open: true } as const

const HttpHeader = message('header', { name: string, value: string }, open)

const HeaderFilter = message(
  'HTTPHeaderFilter',
  { set: list(HttpHeader), add: list(HttpHeader), remove: list(string) },
  open,
)
export type HeaderFilter = Infer<typeof HeaderFilter>

const PathModifier = message(
  'path',
  { type: string, replaceFullPath: optional(string), replacePrefixMatch: optional(string) },
  open,
)
export type PathModifier = Infer<typeof PathModifier>

const RequestRedirect = message(
  'requestRedirect',
  {
    scheme: optional(string),
    hostname: optional(string),
    path: optional(PathModifier),
    port: optional(int32),
    statusCode: defaulted(int32, 302),
  },
  open,
)
export type RequestRedirect = Infer<typeof RequestRedirect>

const UrlRewrite = message('urlRewrite', { hostname: optional(string), path: optional(PathModifier) }, open)
export type UrlRewrite = Infer<typeof UrlRewrite>

const Fraction = message('fraction', { numerator: int32, denominator: defaulted(int32, 100) }, open)

const RequestMirror = message(
  'requestMirror',
  {
    backendRef: optional(BackendObjectReference),
    percent: optional(int32),
    fraction: optional(Fraction),
  },
  open,
)
export type RequestMirror = Infer<typeof RequestMirror>

const Cors = message(
  'cors',
  {
    allowOrigins: list(string),
    allowCredentials: optional(bool),
    allowMethods: list(string),
    allowHeaders: list(string),
    exposeHeaders: list(string),
    maxAge: defaulted(int32, 5),
  },
  open,
)
export type CorsFilter = Infer<typeof Cors>

/** One filter: the field that its type names is set. */
export const RouteFilter = message(
  'filter',
  {
    type: string,
    requestHeaderModifier: optional(HeaderFilter),
    responseHeaderModifier: optional(HeaderFilter),
    requestMirror: optional(RequestMirror),
    requestRedirect: optional(RequestRedirect),
    urlRewrite: optional(UrlRewrite),
    cors: optional(Cors),
  },
  open,
)
export type RouteFilter = Infer<typeof RouteFilter>
