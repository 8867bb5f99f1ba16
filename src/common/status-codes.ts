/** Status codes in manifests: gRPC's by name, HTTP's by number. */

/** gRPC status codes by name. */
export const GRPC_STATUS: ReadonlyMap<string, number> = new Map(
  [
    'OK',
    'CANCELLED',
    'UNKNOWN',
    'INVALID_ARGUMENT',
    'DEADLINE_EXCEEDED',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'PERMISSION_DENIED',
    'RESOURCE_EXHAUSTED',
    'FAILED_PRECONDITION',
    'ABORTED',
    'OUT_OF_RANGE',
    'UNIMPLEMENTED',
    'INTERNAL',
    'UNAVAILABLE',
    'DATA_LOSS',
    'UNAUTHENTICATED',
  ].map((name, number) => [name, number]),
)

/** First and last of each run of HTTP status codes that have a name in Go's net/http. */
const NAMED_HTTP_STATUSES: readonly (readonly [number, number])[] = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
]

export function isNamedHttpStatus(status: number): boolean {
  return NAMED_HTTP_STATUSES.some(([first, last]) => status >= first && status <= last)
}

/** Envoy's names of HTTP statuses (envoy/type/v3/http_status.proto), by code. */
export const ENVOY_STATUS: ReadonlyMap<number, string> = new Map(
  (
    [
      [100, 'Continue'],
      [200, 'OK Created Accepted NonAuthoritativeInformation NoContent ResetContent PartialContent MultiStatus'],
      [208, 'AlreadyReported'],
      [226, 'IMUsed'],
      [300, 'MultipleChoices MovedPermanently Found SeeOther NotModified UseProxy'],
      [307, 'TemporaryRedirect PermanentRedirect'],
      [400, 'BadRequest Unauthorized PaymentRequired Forbidden NotFound MethodNotAllowed NotAcceptable'],
      [407, 'ProxyAuthenticationRequired RequestTimeout Conflict Gone LengthRequired PreconditionFailed'],
      [413, 'PayloadTooLarge URITooLong UnsupportedMediaType RangeNotSatisfiable ExpectationFailed'],
      [421, 'MisdirectedRequest UnprocessableEntity Locked FailedDependency'],
      [426, 'UpgradeRequired'],
      [428, 'PreconditionRequired TooManyRequests'],
      [431, 'RequestHeaderFieldsTooLarge'],
      [500, 'InternalServerError NotImplemented BadGateway ServiceUnavailable GatewayTimeout'],
      [505, 'HTTPVersionNotSupported VariantAlsoNegotiates InsufficientStorage LoopDetected'],
      [510, 'NotExtended NetworkAuthenticationRequired'],
    ] as const
  ).flatMap(([first, names]) => names.split(' ').map((name, index) => [first + index, name] as const)),
)
