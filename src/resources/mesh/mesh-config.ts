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

export const MeshConfigIngressControllerMode = enumeration(['UNSPECIFIED', 'OFF', 'DEFAULT', 'STRICT'])
export type MeshConfigIngressControllerMode = Infer<typeof MeshConfigIngressControllerMode>

export const MeshConfigAccessLogEncoding = enumeration(['TEXT', 'JSON'])
export type MeshConfigAccessLogEncoding = Infer<typeof MeshConfigAccessLogEncoding>

export const ProxyConfigTracingServiceName = enumeration([
  'APP_LABEL_AND_NAMESPACE',
  'CANONICAL_NAME_ONLY',
  'CANONICAL_NAME_AND_NAMESPACE',
])
export type ProxyConfigTracingServiceName = Infer<typeof ProxyConfigTracingServiceName>

export const AuthenticationPolicy = enumeration({ NONE: 0, MUTUAL_TLS: 1, INHERIT: 1000 })
export type AuthenticationPolicy = Infer<typeof AuthenticationPolicy>

export const ProxyConfigInboundInterceptionMode = enumeration(['REDIRECT', 'TPROXY', 'NONE'])
export type ProxyConfigInboundInterceptionMode = Infer<typeof ProxyConfigInboundInterceptionMode>

export const TracingZipkin = message('Zipkin', {
  address: string,
})
export type TracingZipkin = Infer<typeof TracingZipkin>

export const TracingLightstep = message('Lightstep', {
  address: string,
  accessToken: string,
})
export type TracingLightstep = Infer<typeof TracingLightstep>

export const TracingDatadog = message('Datadog', {
  address: string,
})
export type TracingDatadog = Infer<typeof TracingDatadog>

export const TracingStackdriver = message('Stackdriver', {
  debug: bool,
  maxNumberOfAttributes: optional(int64),
  maxNumberOfAnnotations: optional(int64),
  maxNumberOfMessageEvents: optional(int64),
})
export type TracingStackdriver = Infer<typeof TracingStackdriver>

export const TracingOpenCensusAgentTraceContext = enumeration([
  'UNSPECIFIED',
  'W3C_TRACE_CONTEXT',
  'GRPC_BIN',
  'CLOUD_TRACE_CONTEXT',
  'B3',
])
export type TracingOpenCensusAgentTraceContext = Infer<typeof TracingOpenCensusAgentTraceContext>

export const TracingOpenCensusAgent = message('OpenCensusAgent', {
  address: string,
  context: list(TracingOpenCensusAgentTraceContext),
})
export type TracingOpenCensusAgent = Infer<typeof TracingOpenCensusAgent>

export const TracingLiteral = message('Literal', {
  value: string,
})
export type TracingLiteral = Infer<typeof TracingLiteral>

export const TracingEnvironment = message('Environment', {
  name: string,
  defaultValue: string,
})
export type TracingEnvironment = Infer<typeof TracingEnvironment>

export const TracingRequestHeader = message('RequestHeader', {
  name: string,
  defaultValue: string,
})
export type TracingRequestHeader = Infer<typeof TracingRequestHeader>

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

export const SDS = message('SDS', {
  enabled: bool,
  k8sSaJwtPath: string,
})
export type SDS = Infer<typeof SDS>

export const RemoteService = message('RemoteService', {
  address: string,
  tlsSettings: optional(ClientTLSSettings),
  tcpKeepalive: optional(ConnectionPoolSettingsTCPSettingsTcpKeepalive),
})
export type RemoteService = Infer<typeof RemoteService>

export const ForwardClientCertDetails = enumeration([
  'UNDEFINED',
  'SANITIZE',
  'FORWARD_ONLY',
  'APPEND_FORWARD',
  'SANITIZE_SET',
  'ALWAYS_FORWARD_ONLY',
])
export type ForwardClientCertDetails = Infer<typeof ForwardClientCertDetails>

export const TopologyProxyProtocolConfiguration = message('ProxyProtocolConfiguration', {})
export type TopologyProxyProtocolConfiguration = Infer<typeof TopologyProxyProtocolConfiguration>

export const Topology = message('Topology', {
  numTrustedProxies: uint32,
  forwardClientCertDetails: ForwardClientCertDetails,
  proxyProtocol: optional(TopologyProxyProtocolConfiguration),
})
export type Topology = Infer<typeof Topology>

export const ProxyConfigProxyStatsMatcher = message('ProxyStatsMatcher', {
  inclusionPrefixes: list(string),
  inclusionSuffixes: list(string),
  inclusionRegexps: list(string),
})
export type ProxyConfigProxyStatsMatcher = Infer<typeof ProxyConfigProxyStatsMatcher>

export const ProxyImage = message('ProxyImage', {
  imageType: string,
})
export type ProxyImage = Infer<typeof ProxyImage>

export const PrivateKeyProviderCryptoMb = message('CryptoMb', {
  pollDelay: duration,
  fallback: optional(bool),
})
export type PrivateKeyProviderCryptoMb = Infer<typeof PrivateKeyProviderCryptoMb>

export const PrivateKeyProviderQAT = message('QAT', {
  pollDelay: duration,
  fallback: optional(bool),
})
export type PrivateKeyProviderQAT = Infer<typeof PrivateKeyProviderQAT>

export const PrivateKeyProvider = message(
  'PrivateKeyProvider',
  {
    cryptomb: optional(PrivateKeyProviderCryptoMb),
    qat: optional(PrivateKeyProviderQAT),
  },
  {
    oneofs: [['cryptomb', 'qat']],
  },
)
export type PrivateKeyProvider = Infer<typeof PrivateKeyProvider>

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

export const ProxyConfigProxyHeadersRequestId = message('RequestId', {
  disabled: optional(bool),
})
export type ProxyConfigProxyHeadersRequestId = Infer<typeof ProxyConfigProxyHeadersRequestId>

export const ProxyConfigProxyHeadersServer = message('Server', {
  disabled: optional(bool),
  value: string,
})
export type ProxyConfigProxyHeadersServer = Infer<typeof ProxyConfigProxyHeadersServer>

export const ProxyConfigProxyHeadersAttemptCount = message('AttemptCount', {
  disabled: optional(bool),
})
export type ProxyConfigProxyHeadersAttemptCount = Infer<typeof ProxyConfigProxyHeadersAttemptCount>

export const ProxyConfigProxyHeadersEnvoyDebugHeaders = message('EnvoyDebugHeaders', {
  disabled: optional(bool),
})
export type ProxyConfigProxyHeadersEnvoyDebugHeaders = Infer<typeof ProxyConfigProxyHeadersEnvoyDebugHeaders>

export const ProxyConfigProxyHeadersMetadataExchangeMode = enumeration(['UNDEFINED', 'IN_MESH'])
export type ProxyConfigProxyHeadersMetadataExchangeMode = Infer<typeof ProxyConfigProxyHeadersMetadataExchangeMode>

export const ProxyConfigProxyHeadersMetadataExchangeHeaders = message('MetadataExchangeHeaders', {
  mode: ProxyConfigProxyHeadersMetadataExchangeMode,
})
export type ProxyConfigProxyHeadersMetadataExchangeHeaders = Infer<
  typeof ProxyConfigProxyHeadersMetadataExchangeHeaders
>

export const ProxyConfigProxyHeadersXForwardedHost = message('XForwardedHost', {
  enabled: optional(bool),
})
export type ProxyConfigProxyHeadersXForwardedHost = Infer<typeof ProxyConfigProxyHeadersXForwardedHost>

export const ProxyConfigProxyHeadersXForwardedPort = message('XForwardedPort', {
  enabled: optional(bool),
})
export type ProxyConfigProxyHeadersXForwardedPort = Infer<typeof ProxyConfigProxyHeadersXForwardedPort>

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

export const ProxyConfigConnectionSettingsProfile = enumeration(['SIDECAR', 'EDGE'])
export type ProxyConfigConnectionSettingsProfile = Infer<typeof ProxyConfigConnectionSettingsProfile>

export const ProxyConfigConnectionSettingsHeadersWithUnderscoresAction = enumeration([
  'HEADERS_WITH_UNDERSCORES_UNSPECIFIED',
  'HEADERS_WITH_UNDERSCORES_ALLOW',
  'HEADERS_WITH_UNDERSCORES_REJECT_REQUEST',
  'HEADERS_WITH_UNDERSCORES_DROP_HEADER',
])
export type ProxyConfigConnectionSettingsHeadersWithUnderscoresAction = Infer<
  typeof ProxyConfigConnectionSettingsHeadersWithUnderscoresAction
>

export const ProxyConfigConnectionSettingsPathWithEscapedSlashesAction = enumeration([
  'PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED',
  'KEEP_UNCHANGED',
  'REJECT_REQUEST',
  'UNESCAPE_AND_REDIRECT',
  'UNESCAPE_AND_FORWARD',
])
export type ProxyConfigConnectionSettingsPathWithEscapedSlashesAction = Infer<
  typeof ProxyConfigConnectionSettingsPathWithEscapedSlashesAction
>

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

export const MeshConfigOutboundTrafficPolicyMode = enumeration({
  REGISTRY_ONLY: 0,
  ALLOW_ANY: 1,
  ALLOW_ANY_DYNAMIC_DNS: 3,
})
export type MeshConfigOutboundTrafficPolicyMode = Infer<typeof MeshConfigOutboundTrafficPolicyMode>

export const MeshConfigOutboundTrafficPolicy = message('OutboundTrafficPolicy', {
  mode: MeshConfigOutboundTrafficPolicyMode,
  tls: optional(ClientTLSSettings),
})
export type MeshConfigOutboundTrafficPolicy = Infer<typeof MeshConfigOutboundTrafficPolicy>

export const MeshConfigInboundTrafficPolicyMode = enumeration(['PASSTHROUGH', 'LOCALHOST'])
export type MeshConfigInboundTrafficPolicyMode = Infer<typeof MeshConfigInboundTrafficPolicyMode>

export const MeshConfigInboundTrafficPolicy = message('InboundTrafficPolicy', {
  mode: MeshConfigInboundTrafficPolicyMode,
})
export type MeshConfigInboundTrafficPolicy = Infer<typeof MeshConfigInboundTrafficPolicy>

export const Resource = enumeration(['SERVICE_REGISTRY'])
export type Resource = Infer<typeof Resource>

export const ConfigSource = message('ConfigSource', {
  address: string,
  tlsSettings: optional(ClientTLSSettings),
  subscribedResources: list(Resource),
})
export type ConfigSource = Infer<typeof ConfigSource>

export const MeshConfigCertificateData = message(
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
export type MeshConfigCertificateData = Infer<typeof MeshConfigCertificateData>

export const ZoneAwareLoadBalancerSettingFailover = message('Failover', {
  from: string,
  to: string,
})
export type ZoneAwareLoadBalancerSettingFailover = Infer<typeof ZoneAwareLoadBalancerSettingFailover>

export const ZoneAwareLoadBalancerSetting = message('ZoneAwareLoadBalancerSetting', {
  enabled: optional(bool),
  failover: list(ZoneAwareLoadBalancerSettingFailover),
  failoverPriority: list(string),
  minClusterSize: optional(uint32),
})
export type ZoneAwareLoadBalancerSetting = Infer<typeof ZoneAwareLoadBalancerSetting>

export const MeshConfigH2UpgradePolicy = enumeration(['DO_NOT_UPGRADE', 'UPGRADE'])
export type MeshConfigH2UpgradePolicy = Infer<typeof MeshConfigH2UpgradePolicy>

export const Certificate = message('Certificate', {
  secretName: string,
  dnsNames: list(string),
})
export type Certificate = Infer<typeof Certificate>

export const MeshConfigServiceSettingsSettings = message('Settings', {
  clusterLocal: bool,
})
export type MeshConfigServiceSettingsSettings = Infer<typeof MeshConfigServiceSettingsSettings>

export const MeshConfigServiceSettings = message('ServiceSettings', {
  settings: optional(MeshConfigServiceSettingsSettings),
  hosts: list(string),
})
export type MeshConfigServiceSettings = Infer<typeof MeshConfigServiceSettings>

export const LabelSelectorRequirement = message('LabelSelectorRequirement', {
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

export const MeshConfigServiceScopeConfigsScope = enumeration(['LOCAL', 'GLOBAL'])
export type MeshConfigServiceScopeConfigsScope = Infer<typeof MeshConfigServiceScopeConfigsScope>

export const MeshConfigServiceScopeConfigs = message('ServiceScopeConfigs', {
  namespaceSelector: optional(LabelSelector),
  servicesSelector: optional(LabelSelector),
  scope: MeshConfigServiceScopeConfigsScope,
})
export type MeshConfigServiceScopeConfigs = Infer<typeof MeshConfigServiceScopeConfigs>

export const MeshConfigCA = message('CA', {
  address: string,
  tlsSettings: optional(ClientTLSSettings),
  requestTimeout: duration,
  istiodSide: bool,
})
export type MeshConfigCA = Infer<typeof MeshConfigCA>

export const MeshConfigExtensionProviderEnvoyExternalAuthorizationRequestBody = message(
  'EnvoyExternalAuthorizationRequestBody',
  {
    maxRequestBytes: uint32,
    allowPartialMessage: bool,
    packAsBytes: bool,
  },
)
export type MeshConfigExtensionProviderEnvoyExternalAuthorizationRequestBody = Infer<
  typeof MeshConfigExtensionProviderEnvoyExternalAuthorizationRequestBody
>

export const MeshConfigExtensionProviderEnvoyExternalAuthorizationHttpProvider = message(
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
export type MeshConfigExtensionProviderEnvoyExternalAuthorizationHttpProvider = Infer<
  typeof MeshConfigExtensionProviderEnvoyExternalAuthorizationHttpProvider
>

export const MeshConfigExtensionProviderEnvoyExternalAuthorizationGrpcProvider = message(
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
export type MeshConfigExtensionProviderEnvoyExternalAuthorizationGrpcProvider = Infer<
  typeof MeshConfigExtensionProviderEnvoyExternalAuthorizationGrpcProvider
>

export const MeshConfigExtensionProviderZipkinTracingProviderTraceContextOption = enumeration([
  'USE_B3',
  'USE_B3_WITH_W3C_PROPAGATION',
])
export type MeshConfigExtensionProviderZipkinTracingProviderTraceContextOption = Infer<
  typeof MeshConfigExtensionProviderZipkinTracingProviderTraceContextOption
>

export const MeshConfigExtensionProviderHttpHeader = message(
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
export type MeshConfigExtensionProviderHttpHeader = Infer<typeof MeshConfigExtensionProviderHttpHeader>

export const MeshConfigExtensionProviderZipkinTracingProvider = message('ZipkinTracingProvider', {
  service: string,
  port: uint32,
  maxTagLength: uint32,
  enable64bitTraceId: bool,
  path: string,
  traceContextOption: MeshConfigExtensionProviderZipkinTracingProviderTraceContextOption,
  timeout: duration,
  headers: list(MeshConfigExtensionProviderHttpHeader),
})
export type MeshConfigExtensionProviderZipkinTracingProvider = Infer<
  typeof MeshConfigExtensionProviderZipkinTracingProvider
>

export const MeshConfigExtensionProviderLightstepTracingProvider = message('LightstepTracingProvider', {
  service: string,
  port: uint32,
  accessToken: string,
  maxTagLength: uint32,
})
export type MeshConfigExtensionProviderLightstepTracingProvider = Infer<
  typeof MeshConfigExtensionProviderLightstepTracingProvider
>

export const MeshConfigExtensionProviderDatadogTracingProvider = message('DatadogTracingProvider', {
  service: string,
  port: uint32,
  maxTagLength: uint32,
})
export type MeshConfigExtensionProviderDatadogTracingProvider = Infer<
  typeof MeshConfigExtensionProviderDatadogTracingProvider
>

export const MeshConfigExtensionProviderStackdriverProviderLogging = message('Logging', {
  labels: map(string),
})
export type MeshConfigExtensionProviderStackdriverProviderLogging = Infer<
  typeof MeshConfigExtensionProviderStackdriverProviderLogging
>

export const MeshConfigExtensionProviderStackdriverProvider = message('StackdriverProvider', {
  debug: bool,
  maxNumberOfAttributes: optional(int64),
  maxNumberOfAnnotations: optional(int64),
  maxNumberOfMessageEvents: optional(int64),
  maxTagLength: uint32,
  logging: optional(MeshConfigExtensionProviderStackdriverProviderLogging),
})
export type MeshConfigExtensionProviderStackdriverProvider = Infer<
  typeof MeshConfigExtensionProviderStackdriverProvider
>

export const MeshConfigExtensionProviderOpenCensusAgentTracingProviderTraceContext = enumeration([
  'UNSPECIFIED',
  'W3C_TRACE_CONTEXT',
  'GRPC_BIN',
  'CLOUD_TRACE_CONTEXT',
  'B3',
])
export type MeshConfigExtensionProviderOpenCensusAgentTracingProviderTraceContext = Infer<
  typeof MeshConfigExtensionProviderOpenCensusAgentTracingProviderTraceContext
>

export const MeshConfigExtensionProviderOpenCensusAgentTracingProvider = message('OpenCensusAgentTracingProvider', {
  service: string,
  port: uint32,
  context: list(MeshConfigExtensionProviderOpenCensusAgentTracingProviderTraceContext),
  maxTagLength: uint32,
})
export type MeshConfigExtensionProviderOpenCensusAgentTracingProvider = Infer<
  typeof MeshConfigExtensionProviderOpenCensusAgentTracingProvider
>

export const MeshConfigExtensionProviderSkyWalkingTracingProvider = message('SkyWalkingTracingProvider', {
  service: string,
  port: uint32,
  accessToken: string,
})
export type MeshConfigExtensionProviderSkyWalkingTracingProvider = Infer<
  typeof MeshConfigExtensionProviderSkyWalkingTracingProvider
>

export const MeshConfigExtensionProviderHttpService = message('HttpService', {
  path: string,
  timeout: duration,
  headers: list(MeshConfigExtensionProviderHttpHeader),
})
export type MeshConfigExtensionProviderHttpService = Infer<typeof MeshConfigExtensionProviderHttpService>

export const MeshConfigExtensionProviderGrpcService = message('GrpcService', {
  timeout: duration,
  initialMetadata: list(MeshConfigExtensionProviderHttpHeader),
})
export type MeshConfigExtensionProviderGrpcService = Infer<typeof MeshConfigExtensionProviderGrpcService>

export const MeshConfigExtensionProviderResourceDetectorsEnvironmentResourceDetector = message(
  'EnvironmentResourceDetector',
  {},
)
export type MeshConfigExtensionProviderResourceDetectorsEnvironmentResourceDetector = Infer<
  typeof MeshConfigExtensionProviderResourceDetectorsEnvironmentResourceDetector
>

export const MeshConfigExtensionProviderResourceDetectorsDynatraceResourceDetector = message(
  'DynatraceResourceDetector',
  {},
)
export type MeshConfigExtensionProviderResourceDetectorsDynatraceResourceDetector = Infer<
  typeof MeshConfigExtensionProviderResourceDetectorsDynatraceResourceDetector
>

export const MeshConfigExtensionProviderResourceDetectors = message('ResourceDetectors', {
  environment: optional(MeshConfigExtensionProviderResourceDetectorsEnvironmentResourceDetector),
  dynatrace: optional(MeshConfigExtensionProviderResourceDetectorsDynatraceResourceDetector),
})
export type MeshConfigExtensionProviderResourceDetectors = Infer<typeof MeshConfigExtensionProviderResourceDetectors>

export const MeshConfigExtensionProviderServiceAttributeEnrichment = enumeration([
  'ISTIO_CANONICAL',
  'OTEL_SEMANTIC_CONVENTIONS',
])
export type MeshConfigExtensionProviderServiceAttributeEnrichment = Infer<
  typeof MeshConfigExtensionProviderServiceAttributeEnrichment
>

export const MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSamplerDynatraceApi = message(
  'DynatraceApi',
  {
    service: string,
    port: uint32,
    http: optional(MeshConfigExtensionProviderHttpService),
  },
)
export type MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSamplerDynatraceApi = Infer<
  typeof MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSamplerDynatraceApi
>

export const MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSampler = message('DynatraceSampler', {
  tenant: string,
  clusterId: int32,
  rootSpansPerMinute: uint32,
  httpService: optional(MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSamplerDynatraceApi),
})
export type MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSampler = Infer<
  typeof MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSampler
>

export const MeshConfigExtensionProviderOpenTelemetryTracingProvider = message('OpenTelemetryTracingProvider', {
  service: string,
  port: uint32,
  maxTagLength: uint32,
  http: optional(MeshConfigExtensionProviderHttpService),
  grpc: optional(MeshConfigExtensionProviderGrpcService),
  resourceDetectors: optional(MeshConfigExtensionProviderResourceDetectors),
  serviceAttributeEnrichment: MeshConfigExtensionProviderServiceAttributeEnrichment,
  dynatraceSampler: optional(MeshConfigExtensionProviderOpenTelemetryTracingProviderDynatraceSampler),
})
export type MeshConfigExtensionProviderOpenTelemetryTracingProvider = Infer<
  typeof MeshConfigExtensionProviderOpenTelemetryTracingProvider
>

export const MeshConfigExtensionProviderPrometheusMetricsProvider = message('PrometheusMetricsProvider', {})
export type MeshConfigExtensionProviderPrometheusMetricsProvider = Infer<
  typeof MeshConfigExtensionProviderPrometheusMetricsProvider
>

export const MeshConfigExtensionProviderEnvoyFileAccessLogProviderLogFormat = message(
  'LogFormat',
  {
    text: optional(string),
    labels: json,
  },
  {
    oneofs: [['text', 'labels']],
  },
)
export type MeshConfigExtensionProviderEnvoyFileAccessLogProviderLogFormat = Infer<
  typeof MeshConfigExtensionProviderEnvoyFileAccessLogProviderLogFormat
>

export const MeshConfigExtensionProviderEnvoyFileAccessLogProvider = message('EnvoyFileAccessLogProvider', {
  path: string,
  logFormat: optional(MeshConfigExtensionProviderEnvoyFileAccessLogProviderLogFormat),
  omitEmptyValues: bool,
})
export type MeshConfigExtensionProviderEnvoyFileAccessLogProvider = Infer<
  typeof MeshConfigExtensionProviderEnvoyFileAccessLogProvider
>

export const MeshConfigExtensionProviderEnvoyHttpGrpcV3LogProvider = message('EnvoyHttpGrpcV3LogProvider', {
  service: string,
  port: uint32,
  logName: string,
  filterStateObjectsToLog: list(string),
  additionalRequestHeadersToLog: list(string),
  additionalResponseHeadersToLog: list(string),
  additionalResponseTrailersToLog: list(string),
})
export type MeshConfigExtensionProviderEnvoyHttpGrpcV3LogProvider = Infer<
  typeof MeshConfigExtensionProviderEnvoyHttpGrpcV3LogProvider
>

export const MeshConfigExtensionProviderEnvoyTcpGrpcV3LogProvider = message('EnvoyTcpGrpcV3LogProvider', {
  service: string,
  port: uint32,
  logName: string,
  filterStateObjectsToLog: list(string),
})
export type MeshConfigExtensionProviderEnvoyTcpGrpcV3LogProvider = Infer<
  typeof MeshConfigExtensionProviderEnvoyTcpGrpcV3LogProvider
>

export const MeshConfigExtensionProviderEnvoyOpenTelemetryLogProviderLogFormat = message('LogFormat', {
  text: string,
  labels: json,
})
export type MeshConfigExtensionProviderEnvoyOpenTelemetryLogProviderLogFormat = Infer<
  typeof MeshConfigExtensionProviderEnvoyOpenTelemetryLogProviderLogFormat
>

export const MeshConfigExtensionProviderEnvoyOpenTelemetryLogProvider = message('EnvoyOpenTelemetryLogProvider', {
  service: string,
  port: uint32,
  logName: string,
  logFormat: optional(MeshConfigExtensionProviderEnvoyOpenTelemetryLogProviderLogFormat),
})
export type MeshConfigExtensionProviderEnvoyOpenTelemetryLogProvider = Infer<
  typeof MeshConfigExtensionProviderEnvoyOpenTelemetryLogProvider
>

export const MeshConfigExtensionProviderSDSProvider = message('SDSProvider', {
  name: string,
  service: string,
  port: uint32,
})
export type MeshConfigExtensionProviderSDSProvider = Infer<typeof MeshConfigExtensionProviderSDSProvider>

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

export const MeshConfigProxyPathNormalizationNormalizationType = enumeration([
  'DEFAULT',
  'NONE',
  'BASE',
  'MERGE_SLASHES',
  'DECODE_AND_MERGE_SLASHES',
])
export type MeshConfigProxyPathNormalizationNormalizationType = Infer<
  typeof MeshConfigProxyPathNormalizationNormalizationType
>

export const MeshConfigProxyPathNormalization = message('ProxyPathNormalization', {
  normalization: MeshConfigProxyPathNormalizationNormalizationType,
})
export type MeshConfigProxyPathNormalization = Infer<typeof MeshConfigProxyPathNormalization>

export const MeshConfigTLSConfigTLSProtocol = enumeration(['TLS_AUTO', 'TLSV1_2', 'TLSV1_3'])
export type MeshConfigTLSConfigTLSProtocol = Infer<typeof MeshConfigTLSConfigTLSProtocol>

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

export const ServiceEntryVisibilityVisibility = enumeration(['VISIBILITY_UNSPECIFIED', 'NONE', 'NAMESPACE', 'PUBLIC'])
export type ServiceEntryVisibilityVisibility = Infer<typeof ServiceEntryVisibilityVisibility>

export const ServiceEntryVisibilityMatchRule = message('MatchRule', {
  namespaceSelector: optional(LabelSelector),
})
export type ServiceEntryVisibilityMatchRule = Infer<typeof ServiceEntryVisibilityMatchRule>

export const ServiceEntryVisibilityPolicy = message('Policy', {
  visibility: ServiceEntryVisibilityVisibility,
  matchingRules: list(ServiceEntryVisibilityMatchRule),
})
export type ServiceEntryVisibilityPolicy = Infer<typeof ServiceEntryVisibilityPolicy>

export const ServiceEntryVisibility = message('ServiceEntryVisibility', {
  defaultVisibility: ServiceEntryVisibilityVisibility,
  applyToSidecars: bool,
  policies: list(ServiceEntryVisibilityPolicy),
})
export type ServiceEntryVisibility = Infer<typeof ServiceEntryVisibility>

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
