/** Which fields of Envoy's messages two JSON forms of one message may write differently, and how. */

/** Maps with messages as values: their keys are names, not fields. */
export const MAPS: ReadonlySet<string> = new Set([
  'typedPerFilterConfig',
  'typedExtensionProtocolOptions',
  'typedFilterMetadata',
  'namedEndpoints',
  'policies',
  'providers',
  'requirementMap',
  'map',
])

/** Structs, and maps of Structs or texts: nothing in them is a field. */
export const FREE: ReadonlySet<string> = new Set([
  'filterMetadata',
  'jsonFormat',
  'typedJsonFormat',
  'keyValues',
  'defaultSubset',
  'staticLayer',
])

/** Lists whose items have a Struct called `match`. */
export const LISTS_WITH_FREE_MATCH = 'transportSocketMatches'

/** Messages that hold a Struct called `value`. */
export const TYPES_WITH_FREE_VALUE: readonly string[] = [
  'google.protobuf.Struct',
  'xds.type.v3.TypedStruct',
  'udpa.type.v1.TypedStruct',
]

/**
 * Fields for which absent and zero mean different things: wrappers such as BoolValue, and members of a oneof. The zero
 * value of any other field is its default.
 */
export const WITH_PRESENCE: ReadonlySet<string> = new Set([
  'absentOnNoMatch',
  'acceptHttp10',
  'allowAbsoluteUrl',
  'allowConnect',
  'allowCredentials',
  'allowPrivateNetworkAccess',
  'appendSlash',
  'autoHttp2',
  'baseEjectionTime',
  'bindToPort',
  'caseSensitive',
  'consecutive5xx',
  'consecutiveGatewayFailure',
  'consecutiveLocalOriginFailure',
  'denominator',
  'enableReusePort',
  'enabled',
  'enforcingConsecutive5xx',
  'enforcingConsecutiveGatewayFailure',
  'enforcingConsecutiveLocalOriginFailure',
  'enforcingFailurePercentage',
  'enforcingSuccessRate',
  'exact',
  'failTrafficOnPanic',
  'freebind',
  'generateRequestId',
  'hostRewriteLiteral',
  'hostSelectionRetryMaxAttempts',
  'initialConnectionWindowSize',
  'initialStreamWindowSize',
  'inlineString',
  'loadBalancingWeight',
  'maxConcurrentStreams',
  'maxConnections',
  'maxEjectionPercent',
  'maxPendingRequests',
  'maxRequestBytes',
  'maxRequests',
  'maxRequestsPerConnection',
  'maxRetries',
  'maximumRingSize',
  'mergeSlashes',
  'minimumRingSize',
  'normalizePath',
  'numRetries',
  'overprovisioningFactor',
  'path',
  'pathRedirect',
  'pathSeparatedPrefix',
  'perConnectionBufferLimitBytes',
  'portValue',
  'prefix',
  'prefixRewrite',
  'presentMatch',
  'requireClientCertificate',
  'respectExpectedRqTimeout',
  'statsForAllMethods',
  'tableSize',
  'totalWeight',
  'traceSampled',
  'transparent',
  'useOriginalDst',
  'useRemoteAddress',
  'validateClusters',
  'weight',
])

/** Names of enums by number, for programs that write numbers. */
export const ENUMS: Readonly<Record<string, readonly string[]>> = {
  codecType: ['AUTO', 'HTTP1', 'HTTP2', 'HTTP3'],
  dnsLookupFamily: ['AUTO', 'V4_ONLY', 'V6_ONLY', 'V4_PREFERRED', 'ALL'],
  drainType: ['DEFAULT', 'MODIFY_ONLY'],
  forwardClientCertDetails: ['SANITIZE', 'FORWARD_ONLY', 'APPEND_FORWARD', 'SANITIZE_SET', 'ALWAYS_FORWARD_ONLY'],
  healthStatus: ['UNKNOWN', 'HEALTHY', 'UNHEALTHY', 'DRAINING', 'TIMEOUT', 'DEGRADED'],
  lbPolicy: ['ROUND_ROBIN', 'LEAST_REQUEST', 'RING_HASH', 'RANDOM', '', 'MAGLEV', 'CLUSTER_PROVIDED'],
  pathWithEscapedSlashesAction: [
    'IMPLEMENTATION_SPECIFIC_DEFAULT',
    'KEEP_UNCHANGED',
    'REJECT_REQUEST',
    'UNESCAPE_AND_REDIRECT',
    'UNESCAPE_AND_FORWARD',
  ],
  resourceApiVersion: ['AUTO', 'V2', 'V3'],
  responseCode: ['MOVED_PERMANENTLY', 'FOUND', 'SEE_OTHER', 'TEMPORARY_REDIRECT', 'PERMANENT_REDIRECT'],
  trafficDirection: ['UNSPECIFIED', 'INBOUND', 'OUTBOUND'],
  type: ['STATIC', 'STRICT_DNS', 'LOGICAL_DNS', 'EDS', 'ORIGINAL_DST'],
}

/** Fields that hold a protobuf Duration end with one of these words. */
const DURATIONS = ['timeout', 'interval', 'duration', 'time', 'delay', 'jitter', 'rate', 'age', 'ttl', 'window']

export function isDuration(field: string): boolean {
  const lower = field.toLowerCase()
  return DURATIONS.some((word) => lower.endsWith(word))
}
