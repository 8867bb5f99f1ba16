/** MeshConfig and ProxyConfig (istio.io/api mesh/v1alpha1/config.proto, proxy.proto). */

import {
  ClientTLSSettings,
  ConnectionPoolSettings,
  ConnectionPoolSettingsTCPSettingsTcpKeepalive,
  LocalityLoadBalancerSetting,
  OutlierDetection,
} from '../../kinds/messages/destination-rule.ts'
import { HTTPRetry } from '../../kinds/messages/virtual-service.ts'
import { ReadinessProbe } from '../../kinds/messages/workload-group.ts'
import {
  bool,
  double,
  duration,
  enumeration,
  type Infer,
  int32,
  int64,
  json,
  list,
  map,
  message,
  optional,
  string,
  uint32,
} from '../../kinds/schema/index.ts'

const MeshConfigIngressControllerMode = enumeration(['UNSPECIFIED', 'OFF', 'DEFAULT', 'STRICT'])

const MeshConfigAccessLogEncoding = enumeration(['TEXT', 'JSON'])

const ProxyConfigTracingServiceName = enumeration([
  'APP_LABEL_AND_NAMESPACE',
  'CANONICAL_NAME_ONLY',
  'CANONICAL_NAME_AND_NAMESPACE',
])

const AuthenticationPolicy = enumeration({ NONE: 0, MUTUAL_TLS: 1, INHERIT: 1000 })

const ProxyConfigInboundInterceptionMode = enumeration(['REDIRECT', 'TPROXY', 'NONE'])

const TracingZipkin = message('Zipkin', {
  address: string,
})

const TracingLightstep = message('Lightstep', {
  address: string,
  accessToken: string,
})

const TracingDatadog = message('Datadog', {
  address: string,
})

const TracingStackdriver = message('Stackdriver', {
  debug: bool,
  maxNumberOfAttributes: optional(int64),
  maxNumberOfAnnotations: optional(int64),
  maxNumberOfMessageEvents: optional(int64),
})

const TracingOpenCensusAgentTraceContext = enumeration([
  'UNSPECIFIED',
  'W3C_TRACE_CONTEXT',
  'GRPC_BIN',
  'CLOUD_TRACE_CONTEXT',
  'B3',
])

const TracingOpenCensusAgent = message('OpenCensusAgent', {
  address: string,
  context: list(TracingOpenCensusAgentTraceContext),
})

const TracingLiteral = message('Literal', {
  value: string,
})

const TracingEnvironment = message('Environment', {
  name: string,
  defaultValue: string,
})

const TracingRequestHeader = message('RequestHeader', {
  name: string,
  defaultValue: string,
})

export const TracingCustomTag = message(
  'CustomTag',
  {
    literal: optional(TracingLiteral),
    environment: optional(TracingEnvironment),
    header: optional(TracingRequestHeader),
  },
  {
    oneofs: [['literal', 'environment', 'header']],
  },
)
export type TracingCustomTag = Infer<typeof TracingCustomTag>

export const Tracing = message(
  'Tracing',
  {
    zipkin: optional(TracingZipkin),
    lightstep: optional(TracingLightstep),
    datadog: optional(TracingDatadog),
    stackdriver: optional(TracingStackdriver),
    openCensusAgent: optional(TracingOpenCensusAgent),
    customTags: map(TracingCustomTag),
    maxPathTagLength: uint32,
    sampling: double,
    tlsSettings: optional(ClientTLSSettings),
    enableIstioTags: optional(bool),
  },
  {
    oneofs: [['zipkin', 'lightstep', 'datadog', 'stackdriver', 'openCensusAgent']],
  },
)
export type Tracing = Infer<typeof Tracing>

const SDS = message('SDS', {
  enabled: bool,
  k8sSaJwtPath: string,
})

const RemoteService = message('RemoteService', {
  address: string,
  tlsSettings: optional(ClientTLSSettings),
  tcpKeepalive: optional(ConnectionPoolSettingsTCPSettingsTcpKeepalive),
})

const ForwardClientCertDetails = enumeration([
  'UNDEFINED',
  'SANITIZE',
  'FORWARD_ONLY',
  'APPEND_FORWARD',
  'SANITIZE_SET',
  'ALWAYS_FORWARD_ONLY',
])

const TopologyProxyProtocolConfiguration = message('ProxyProtocolConfiguration', {})

const Topology = message('Topology', {
  numTrustedProxies: uint32,
  forwardClientCertDetails: ForwardClientCertDetails,
  proxyProtocol: optional(TopologyProxyProtocolConfiguration),
})

const ProxyConfigProxyStatsMatcher = message('ProxyStatsMatcher', {
  inclusionPrefixes: list(string),
  inclusionSuffixes: list(string),
  inclusionRegexps: list(string),
})

const ProxyImage = message('ProxyImage', {
  imageType: string,
})

const PrivateKeyProviderCryptoMb = message('CryptoMb', {
  pollDelay: duration,
  fallback: optional(bool),
})

const PrivateKeyProviderQAT = message('QAT', {
  pollDelay: duration,
  fallback: optional(bool),
})

const PrivateKeyProvider = message(
  'PrivateKeyProvider',
  {
    cryptomb: optional(PrivateKeyProviderCryptoMb),
    qat: optional(PrivateKeyProviderQAT),
  },
  {
    oneofs: [['cryptomb', 'qat']],
  },
)

export const ProxyConfigProxyHeadersSetCurrentClientCertDetails = message('SetCurrentClientCertDetails', {
  subject: optional(bool),
  cert: optional(bool),
  chain: optional(bool),
  dns: optional(bool),
  uri: optional(bool),
})
export type ProxyConfigProxyHeadersSetCurrentClientCertDetails = Infer<
  typeof ProxyConfigProxyHeadersSetCurrentClientCertDetails
>

const ProxyConfigProxyHeadersRequestId = message('RequestId', {
  disabled: optional(bool),
})

const ProxyConfigProxyHeadersServer = message('Server', {
  disabled: optional(bool),
  value: string,
})

const ProxyConfigProxyHeadersAttemptCount = message('AttemptCount', {
  disabled: optional(bool),
})

const ProxyConfigProxyHeadersEnvoyDebugHeaders = message('EnvoyDebugHeaders', {
  disabled: optional(bool),
})

const ProxyConfigProxyHeadersMetadataExchangeMode = enumeration(['UNDEFINED', 'IN_MESH'])

const ProxyConfigProxyHeadersMetadataExchangeHeaders = message('MetadataExchangeHeaders', {
  mode: ProxyConfigProxyHeadersMetadataExchangeMode,
})

const ProxyConfigProxyHeadersXForwardedHost = message('XForwardedHost', {
  enabled: optional(bool),
})

const ProxyConfigProxyHeadersXForwardedPort = message('XForwardedPort', {
  enabled: optional(bool),
})

export const ProxyConfigProxyHeaders = message('ProxyHeaders', {
  forwardedClientCert: ForwardClientCertDetails,
  setCurrentClientCertDetails: optional(ProxyConfigProxyHeadersSetCurrentClientCertDetails),
  requestId: optional(ProxyConfigProxyHeadersRequestId),
  server: optional(ProxyConfigProxyHeadersServer),
  attemptCount: optional(ProxyConfigProxyHeadersAttemptCount),
  envoyDebugHeaders: optional(ProxyConfigProxyHeadersEnvoyDebugHeaders),
  metadataExchangeHeaders: optional(ProxyConfigProxyHeadersMetadataExchangeHeaders),
  preserveHttp1HeaderCase: optional(bool),
  xForwardedHost: optional(ProxyConfigProxyHeadersXForwardedHost),
  xForwardedPort: optional(ProxyConfigProxyHeadersXForwardedPort),
})
export type ProxyConfigProxyHeaders = Infer<typeof ProxyConfigProxyHeaders>

const ProxyConfigConnectionSettingsProfile = enumeration(['SIDECAR', 'EDGE'])

const ProxyConfigConnectionSettingsHeadersWithUnderscoresAction = enumeration([
  'HEADERS_WITH_UNDERSCORES_UNSPECIFIED',
  'HEADERS_WITH_UNDERSCORES_ALLOW',
  'HEADERS_WITH_UNDERSCORES_REJECT_REQUEST',
  'HEADERS_WITH_UNDERSCORES_DROP_HEADER',
])

const ProxyConfigConnectionSettingsPathWithEscapedSlashesAction = enumeration([
  'PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED',
  'KEEP_UNCHANGED',
  'REJECT_REQUEST',
  'UNESCAPE_AND_REDIRECT',
  'UNESCAPE_AND_FORWARD',
])

export const ProxyConfigConnectionSettings = message('ConnectionSettings', {
  profile: ProxyConfigConnectionSettingsProfile,
  listenerPerConnectionBufferLimitBytes: optional(int32),
  clusterPerConnectionBufferLimitBytes: optional(int32),
  httpIdleTimeout: duration,
  httpMaxConnectionDuration: duration,
  httpDrainTimeout: duration,
  httpRequestTimeout: duration,
  httpRequestHeadersTimeout: duration,
  httpStreamIdleTimeout: duration,
  httpMaxStreamDuration: duration,
  httpMaxConcurrentStreams: optional(int32),
  http2InitialStreamWindowSize: optional(int32),
  http2InitialConnectionWindowSize: optional(int32),
  httpHeadersWithUnderscoresAction: ProxyConfigConnectionSettingsHeadersWithUnderscoresAction,
  httpMergeSlashes: optional(bool),
  httpPathWithEscapedSlashesAction: ProxyConfigConnectionSettingsPathWithEscapedSlashesAction,
  listenerConnectionLimit: optional(int32),
  globalDownstreamConnectionLimit: optional(int32),
})
export type ProxyConfigConnectionSettings = Infer<typeof ProxyConfigConnectionSettings>

export const ProxyConfig = message(
  'ProxyConfig',
  {
    configPath: string,
    binaryPath: string,
    serviceCluster: optional(string),
    tracingServiceName: optional(ProxyConfigTracingServiceName),
    drainDuration: duration,
    discoveryAddress: string,
    discoveryRefreshDelay: duration,
    zipkinAddress: string,
    statsdUdpAddress: string,
    envoyMetricsServiceAddress: string,
    proxyAdminPort: int32,
    availabilityZone: string,
    controlPlaneAuthPolicy: AuthenticationPolicy,
    customConfigFile: string,
    statNameLength: int32,
    concurrency: optional(int32),
    proxyBootstrapTemplatePath: string,
    interceptionMode: ProxyConfigInboundInterceptionMode,
    tracing: optional(Tracing),
    sds: optional(SDS),
    envoyAccessLogService: optional(RemoteService),
    envoyMetricsService: optional(RemoteService),
    proxyMetadata: map(string),
    runtimeValues: map(string),
    statusPort: int32,
    extraStatTags: list(string),
    gatewayTopology: optional(Topology),
    terminationDrainDuration: duration,
    meshId: string,
    readinessProbe: optional(ReadinessProbe),
    proxyStatsMatcher: optional(ProxyConfigProxyStatsMatcher),
    holdApplicationUntilProxyStarts: optional(bool),
    caCertificatesPem: list(string),
    image: optional(ProxyImage),
    privateKeyProvider: optional(PrivateKeyProvider),
    proxyHeaders: optional(ProxyConfigProxyHeaders),
    fileFlushInterval: duration,
    fileFlushMinSizeKb: uint32,
    statsCompression: optional(bool),
    connectionSettings: optional(ProxyConfigConnectionSettings),
  },
  {
    oneofs: [['serviceCluster', 'tracingServiceName']],
  },
)
export type ProxyConfig = Infer<typeof ProxyConfig>

const MeshConfigOutboundTrafficPolicyMode = enumeration({
  REGISTRY_ONLY: 0,
  ALLOW_ANY: 1,
  ALLOW_ANY_DYNAMIC_DNS: 3,
})

const MeshConfigOutboundTrafficPolicy = message('OutboundTrafficPolicy', {
  mode: MeshConfigOutboundTrafficPolicyMode,
  tls: optional(ClientTLSSettings),
})

const MeshConfigInboundTrafficPolicyMode = enumeration(['PASSTHROUGH', 'LOCALHOST'])

const MeshConfigInboundTrafficPolicy = message('InboundTrafficPolicy', {
  mode: MeshConfigInboundTrafficPolicyMode,
})

const Resource = enumeration(['SERVICE_REGISTRY'])

const ConfigSource = message('ConfigSource', {
  address: string,
  tlsSettings: optional(ClientTLSSettings),
  subscribedResources: list(Resource),
})

const MeshConfigCertificateData = message(
  'CertificateData',
  {
    pem: optional(string),
    spiffeBundleUrl: optional(string),
    certSigners: list(string),
    trustDomains: list(string),
  },
  {
    oneofs: [['pem', 'spiffeBundleUrl']],
  },
)

const ZoneAwareLoadBalancerSettingFailover = message('Failover', {
  from: string,
  to: string,
})

const ZoneAwareLoadBalancerSetting = message('ZoneAwareLoadBalancerSetting', {
  enabled: optional(bool),
  failover: list(ZoneAwareLoadBalancerSettingFailover),
  failoverPriority: list(string),
  minClusterSize: optional(uint32),
})

const MeshConfigH2UpgradePolicy = enumeration(['DO_NOT_UPGRADE', 'UPGRADE'])

const Certificate = message('Certificate', {
  secretName: string,
  dnsNames: list(string),
})

const MeshConfigServiceSettingsSettings = message('Settings', {
  clusterLocal: bool,
})

const MeshConfigServiceSettings = message('ServiceSettings', {
  settings: optional(MeshConfigServiceSettingsSettings),
  hosts: list(string),
})

const LabelSelectorRequirement = message('LabelSelectorRequirement', {
  key: string,
  operator: string,
  values: list(string),
})
export type LabelSelectorRequirement = Infer<typeof LabelSelectorRequirement>

export const LabelSelector = message('LabelSelector', {
  matchLabels: map(string),
  matchExpressions: list(LabelSelectorRequirement),
})
export type LabelSelector = Infer<typeof LabelSelector>

const MeshConfigServiceScopeConfigsScope = enumeration(['LOCAL', 'GLOBAL'])

const MeshConfigServiceScopeConfigs = message('ServiceScopeConfigs', {
  namespaceSelector: optional(LabelSelector),
  servicesSelector: optional(LabelSelector),
  scope: MeshConfigServiceScopeConfigsScope,
})

const MeshConfigCA = message('CA', {
  address: string,
  tlsSettings: optional(ClientTLSSettings),
  requestTimeout: duration,
  istiodSide: bool,
})

const MeshConfigExtensionProviderEnvoyExternalAuthorizationRequestBody = message(
  'EnvoyExternalAuthorizationRequestBody',
  {
    maxRequestBytes: uint32,
    allowPartialMessage: bool,
    packAsBytes: bool,
  },
)

const MeshConfigExtensionProviderEnvoyExternalAuthorizationHttpProvider = message(
  'EnvoyExternalAuthorizationHttpProvider',
  {
    service: string,
    port: uint32,
    timeout: duration,
    pathPrefix: string,
    failOpen: bool,
    clearRouteCache: bool,
    statusOnError: string,
    includeHeadersInCheck: list(string),
    includeRequestHeadersInCheck: list(string),
    includeAdditionalHeadersInCheck: map(string),
    includeRequestBodyInCheck: optional(MeshConfigExtensionProviderEnvoyExternalAuthorizationRequestBody),
    headersToUpstreamOnAllow: list(string),
    headersToDownstreamOnDeny: list(string),
    headersToDownstreamOnAllow: list(string),
  },
)

const MeshConfigExtensionProviderEnvoyExternalAuthorizationGrpcProvider = message(
  'EnvoyExternalAuthorizationGrpcProvider',
  {
    service: string,
    port: uint32,
    timeout: duration,
    failOpen: bool,
    clearRouteCache: bool,
    statusOnError: string,
    includeRequestBodyInCheck: optional(MeshConfigExtensionProviderEnvoyExternalAuthorizationRequestBody),
  },
)

const MeshConfigExtensionProviderZipkinTracingProviderTraceContextOption = enumeration([
  'USE_B3',
  'USE_B3_WITH_W3C_PROPAGATION',
])

const MeshConfigExtensionProviderHttpHeader = message(
  'HttpHeader',
  {
    name: string,
    value: optional(string),
    envName: optional(string),
  },
  {
    oneofs: [['value', 'envName']],
  },
)

const MeshConfigExtensionProviderZipkinTracingProvider = message('ZipkinTracingProvider', {
  service: string,
  port: uint32,
  maxTagLength: uint32,
  enable64bitTraceId: bool,
  path: string,
  traceContextOption: MeshConfigExtensionProviderZipkinTracingProviderTraceContextOption,
  timeout: duration,
  headers: list(MeshConfigExtensionProviderHttpHeader),
})

const MeshConfigExtensionProviderLightstepTracingProvider = message('LightstepTracingProvider', {
  service: string,
  port: uint32,
  accessToken: string,
  maxTagLength: uint32,
})

const MeshConfigExtensionProviderDatadogTracingProvider = message('DatadogTracingProvider', {
  service: string,
  port: uint32,
  maxTagLength: uint32,
})

const MeshConfigExtensionProviderStackdriverProviderLogging = message('Logging', {
  labels: map(string),
})

const MeshConfigExtensionProviderStackdriverProvider = message('StackdriverProvider', {
  debug: bool,
  maxNumberOfAttributes: optional(int64),
  maxNumberOfAnnotations: optional(int64),
  maxNumberOfMessageEvents: optional(int64),
  maxTagLength: uint32,
  logging: optional(MeshConfigExtensionProviderStackdriverProviderLogging),
})

const MeshConfigExtensionProviderOpenCensusAgentTracingProviderTraceContext = enumeration([
  'UNSPECIFIED',
  'W3C_TRACE_CONTEXT',
  'GRPC_BIN',
  'CLOUD_TRACE_CONTEXT',
  'B3',
])

const MeshConfigExtensionProviderOpenCensusAgentTracingProvider = message('OpenCensusAgentTracingProvider', {
  service: string,
  port: uint32,
  context: list(MeshConfigExtensionProviderOpenCensusAgentTracingProviderTraceContext),
  maxTagLength: uint32,
})

const MeshConfigExtensionProviderSkyWalkingTracingProvider = message('SkyWalkingTracingProvider', {
  service: string,
  port: uint32,
  accessToken: string,
})

const MeshConfigExtensionProviderHttpService = message('HttpService', {
  path: string,
  timeout: duration,
  headers: list(MeshConfigExtensionProviderHttpHeader),
})

const MeshConfigExtensionProviderGrpcService = message('GrpcService', {
  timeout: duration,
  initialMetadata: list(MeshConfigExtensionProviderHttpHeader),
})

const MeshConfigExtensionProviderResourceDetectorsEnvironmentResourceDetector = message(
  'EnvironmentResourceDetector',
  {},
)

const MeshConfigExtensionProviderResourceDetectorsDynatraceResourceDetector = message('DynatraceResourceDetector', {})

const MeshConfigExtensionProviderResourceDetectors = message('ResourceDetectors', {
  environment: optional(MeshConfigExtensionProviderResourceDetectorsEnvironmentResourceDetector),
  dynatrace: optional(MeshConfigExtensionProviderResourceDetectorsDynatraceResourceDetector),
})

const MeshConfigExtensionProviderServiceAttributeEnrichment = enumeration([
  'ISTIO_CANONICAL',
  'OTEL_SEMANTIC_CONVENTIONS',
])

const MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSamplerDynatraceApi = message('DynatraceApi', {
  service: string,
  port: uint32,
  http: optional(MeshConfigExtensionProviderHttpService),
})

const MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSampler = message('DynatraceSampler', {
  tenant: string,
  clusterId: int32,
  rootSpansPerMinute: uint32,
  httpService: optional(MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSamplerDynatraceApi),
})

const MeshConfigExtensionProviderOpenTelemetryTracingProvider = message('OpenTelemetryTracingProvider', {
  service: string,
  port: uint32,
  maxTagLength: uint32,
  http: optional(MeshConfigExtensionProviderHttpService),
  grpc: optional(MeshConfigExtensionProviderGrpcService),
  resourceDetectors: optional(MeshConfigExtensionProviderResourceDetectors),
  serviceAttributeEnrichment: MeshConfigExtensionProviderServiceAttributeEnrichment,
  dynatraceSampler: optional(MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSampler),
})

const MeshConfigExtensionProviderPrometheusMetricsProvider = message('PrometheusMetricsProvider', {})

const MeshConfigExtensionProviderEnvoyFileAccessLogProviderLogFormat = message(
  'LogFormat',
  {
    text: optional(string),
    labels: json,
  },
  {
    oneofs: [['text', 'labels']],
  },
)

const MeshConfigExtensionProviderEnvoyFileAccessLogProvider = message('EnvoyFileAccessLogProvider', {
  path: string,
  logFormat: optional(MeshConfigExtensionProviderEnvoyFileAccessLogProviderLogFormat),
  omitEmptyValues: bool,
})

const MeshConfigExtensionProviderEnvoyHttpGrpcV3LogProvider = message('EnvoyHttpGrpcV3LogProvider', {
  service: string,
  port: uint32,
  logName: string,
  filterStateObjectsToLog: list(string),
  additionalRequestHeadersToLog: list(string),
  additionalResponseHeadersToLog: list(string),
  additionalResponseTrailersToLog: list(string),
})

const MeshConfigExtensionProviderEnvoyTcpGrpcV3LogProvider = message('EnvoyTcpGrpcV3LogProvider', {
  service: string,
  port: uint32,
  logName: string,
  filterStateObjectsToLog: list(string),
})

const MeshConfigExtensionProviderEnvoyOpenTelemetryLogProviderLogFormat = message('LogFormat', {
  text: string,
  labels: json,
})

const MeshConfigExtensionProviderEnvoyOpenTelemetryLogProvider = message('EnvoyOpenTelemetryLogProvider', {
  service: string,
  port: uint32,
  logName: string,
  logFormat: optional(MeshConfigExtensionProviderEnvoyOpenTelemetryLogProviderLogFormat),
})

const MeshConfigExtensionProviderSDSProvider = message('SDSProvider', {
  name: string,
  service: string,
  port: uint32,
})

export const MeshConfigExtensionProvider = message(
  'ExtensionProvider',
  {
    name: string,
    envoyExtAuthzHttp: optional(MeshConfigExtensionProviderEnvoyExternalAuthorizationHttpProvider),
    envoyExtAuthzGrpc: optional(MeshConfigExtensionProviderEnvoyExternalAuthorizationGrpcProvider),
    zipkin: optional(MeshConfigExtensionProviderZipkinTracingProvider),
    lightstep: optional(MeshConfigExtensionProviderLightstepTracingProvider),
    datadog: optional(MeshConfigExtensionProviderDatadogTracingProvider),
    stackdriver: optional(MeshConfigExtensionProviderStackdriverProvider),
    opencensus: optional(MeshConfigExtensionProviderOpenCensusAgentTracingProvider),
    skywalking: optional(MeshConfigExtensionProviderSkyWalkingTracingProvider),
    opentelemetry: optional(MeshConfigExtensionProviderOpenTelemetryTracingProvider),
    prometheus: optional(MeshConfigExtensionProviderPrometheusMetricsProvider),
    envoyFileAccessLog: optional(MeshConfigExtensionProviderEnvoyFileAccessLogProvider),
    envoyHttpAls: optional(MeshConfigExtensionProviderEnvoyHttpGrpcV3LogProvider),
    envoyTcpAls: optional(MeshConfigExtensionProviderEnvoyTcpGrpcV3LogProvider),
    envoyOtelAls: optional(MeshConfigExtensionProviderEnvoyOpenTelemetryLogProvider),
    sds: optional(MeshConfigExtensionProviderSDSProvider),
  },
  {
    oneofs: [
      [
        'envoyExtAuthzHttp',
        'envoyExtAuthzGrpc',
        'zipkin',
        'lightstep',
        'datadog',
        'stackdriver',
        'opencensus',
        'skywalking',
        'opentelemetry',
        'prometheus',
        'envoyFileAccessLog',
        'envoyHttpAls',
        'envoyTcpAls',
        'envoyOtelAls',
        'sds',
      ],
    ],
  },
)
export type MeshConfigExtensionProvider = Infer<typeof MeshConfigExtensionProvider>

export const MeshConfigDefaultProviders = message('DefaultProviders', {
  tracing: list(string),
  metrics: list(string),
  accessLogging: list(string),
})
export type MeshConfigDefaultProviders = Infer<typeof MeshConfigDefaultProviders>

const MeshConfigProxyPathNormalizationNormalizationType = enumeration([
  'DEFAULT',
  'NONE',
  'BASE',
  'MERGE_SLASHES',
  'DECODE_AND_MERGE_SLASHES',
])

const MeshConfigProxyPathNormalization = message('ProxyPathNormalization', {
  normalization: MeshConfigProxyPathNormalizationNormalizationType,
})

const MeshConfigTLSConfigTLSProtocol = enumeration(['TLS_AUTO', 'TLSV1_2', 'TLSV1_3'])

export const MeshConfigTLSConfig = message('TLSConfig', {
  minProtocolVersion: MeshConfigTLSConfigTLSProtocol,
  ecdhCurves: list(string),
  cipherSuites: list(string),
})
export type MeshConfigTLSConfig = Infer<typeof MeshConfigTLSConfig>

export const MeshConfigDefaultTrafficPolicy = message('DefaultTrafficPolicy', {
  connectionPool: optional(ConnectionPoolSettings),
  outlierDetection: optional(OutlierDetection),
})
export type MeshConfigDefaultTrafficPolicy = Infer<typeof MeshConfigDefaultTrafficPolicy>

const ServiceEntryVisibilityVisibility = enumeration(['VISIBILITY_UNSPECIFIED', 'NONE', 'NAMESPACE', 'PUBLIC'])

const ServiceEntryVisibilityMatchRule = message('MatchRule', {
  namespaceSelector: optional(LabelSelector),
})

const ServiceEntryVisibilityPolicy = message('Policy', {
  visibility: ServiceEntryVisibilityVisibility,
  matchingRules: list(ServiceEntryVisibilityMatchRule),
})

const ServiceEntryVisibility = message('ServiceEntryVisibility', {
  defaultVisibility: ServiceEntryVisibilityVisibility,
  applyToSidecars: bool,
  policies: list(ServiceEntryVisibilityPolicy),
})

export const MeshConfig = message('MeshConfig', {
  proxyListenPort: int32,
  proxyInboundListenPort: int32,
  proxyHttpPort: int32,
  connectTimeout: duration,
  hboneIdleTimeout: duration,
  protocolDetectionTimeout: duration,
  tcpKeepalive: optional(ConnectionPoolSettingsTCPSettingsTcpKeepalive),
  ingressClass: string,
  ingressService: string,
  ingressControllerMode: MeshConfigIngressControllerMode,
  ingressSelector: string,
  enableTracing: bool,
  accessLogFile: string,
  accessLogFormat: string,
  accessLogEncoding: MeshConfigAccessLogEncoding,
  enableEnvoyAccessLogService: bool,
  disableEnvoyListenerLog: bool,
  defaultConfig: optional(ProxyConfig),
  outboundTrafficPolicy: optional(MeshConfigOutboundTrafficPolicy),
  inboundTrafficPolicy: optional(MeshConfigInboundTrafficPolicy),
  configSources: list(ConfigSource),
  enableAutoMtls: optional(bool),
  trustDomain: string,
  trustDomainAliases: list(string),
  caCertificates: list(MeshConfigCertificateData),
  defaultServiceExportTo: list(string),
  defaultVirtualServiceExportTo: list(string),
  defaultDestinationRuleExportTo: list(string),
  rootNamespace: string,
  localityLbSetting: optional(LocalityLoadBalancerSetting),
  zoneAwareLbSetting: optional(ZoneAwareLoadBalancerSetting),
  dnsRefreshRate: duration,
  h2UpgradePolicy: MeshConfigH2UpgradePolicy,
  inboundClusterStatName: string,
  outboundClusterStatName: string,
  certificates: list(Certificate),
  serviceSettings: list(MeshConfigServiceSettings),
  serviceScopeConfigs: list(MeshConfigServiceScopeConfigs),
  enablePrometheusMerge: optional(bool),
  verifyCertificateAtClient: optional(bool),
  ca: optional(MeshConfigCA),
  extensionProviders: list(MeshConfigExtensionProvider),
  defaultProviders: optional(MeshConfigDefaultProviders),
  discoverySelectors: list(LabelSelector),
  pathNormalization: optional(MeshConfigProxyPathNormalization),
  defaultHttpRetryPolicy: optional(HTTPRetry),
  defaultInboundHttpRetryPolicy: optional(HTTPRetry),
  meshMTLS: optional(MeshConfigTLSConfig),
  tlsDefaults: optional(MeshConfigTLSConfig),
  defaultTrafficPolicy: optional(MeshConfigDefaultTrafficPolicy),
  serviceEntryVisibility: optional(ServiceEntryVisibility),
})
export type MeshConfig = Infer<typeof MeshConfig>
