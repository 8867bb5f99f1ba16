/** DestinationRule (istio.io/api networking/v1alpha3/destination_rule.proto). */
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
  uint64,
} from '../schema/index.ts'
import { LabelSelectorSpec } from './selector.ts'

const LoadBalancerSettingsSimpleLB = enumeration([
  'UNSPECIFIED',
  'LEAST_CONN',
  'RANDOM',
  'PASSTHROUGH',
  'ROUND_ROBIN',
  'LEAST_REQUEST',
])

const LoadBalancerSettingsConsistentHashLBHTTPCookieAttribute = message('Attribute', {
  name: string,
  value: string,
})

export const LoadBalancerSettingsConsistentHashLBHTTPCookie = message('HTTPCookie', {
  name: string,
  path: string,
  ttl: duration,
  attributes: list(LoadBalancerSettingsConsistentHashLBHTTPCookieAttribute),
})
export type LoadBalancerSettingsConsistentHashLBHTTPCookie = Infer<
  typeof LoadBalancerSettingsConsistentHashLBHTTPCookie
>

const LoadBalancerSettingsConsistentHashLBRingHash = message('RingHash', {
  minimumRingSize: uint64,
})

const LoadBalancerSettingsConsistentHashLBMagLev = message('MagLev', {
  tableSize: uint64,
})

export const LoadBalancerSettingsConsistentHashLB = message(
  'ConsistentHashLB',
  {
    httpHeaderName: optional(string),
    httpCookie: optional(LoadBalancerSettingsConsistentHashLBHTTPCookie),
    useSourceIp: optional(bool),
    httpQueryParameterName: optional(string),
    ringHash: optional(LoadBalancerSettingsConsistentHashLBRingHash),
    maglev: optional(LoadBalancerSettingsConsistentHashLBMagLev),
    minimumRingSize: uint64,
  },
  {
    oneofs: [
      ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'],
      ['ringHash', 'maglev'],
    ],
  },
)
export type LoadBalancerSettingsConsistentHashLB = Infer<typeof LoadBalancerSettingsConsistentHashLB>

const LoadBalancerSettingsBackendUtilizationLB = message('BackendUtilizationLB', {
  weightStabilizationPeriod: duration,
  weightExpirationPeriod: duration,
  weightUpdatePeriod: duration,
  errorUtilizationPenaltyPercent: uint32,
  metricNamesForComputingUtilization: list(string),
})

export const LocalityLoadBalancerSettingDistribute = message('Distribute', {
  from: string,
  to: map(uint32),
})
export type LocalityLoadBalancerSettingDistribute = Infer<typeof LocalityLoadBalancerSettingDistribute>

export const LocalityLoadBalancerSettingFailover = message('Failover', {
  from: string,
  to: string,
})
export type LocalityLoadBalancerSettingFailover = Infer<typeof LocalityLoadBalancerSettingFailover>

export const LocalityLoadBalancerSetting = message('LocalityLoadBalancerSetting', {
  distribute: list(LocalityLoadBalancerSettingDistribute),
  failover: list(LocalityLoadBalancerSettingFailover),
  failoverPriority: list(string),
  enabled: optional(bool),
})
export type LocalityLoadBalancerSetting = Infer<typeof LocalityLoadBalancerSetting>

const ZoneAwareLoadBalancerSettingFailover = message('Failover', {
  from: string,
  to: string,
})

export const ZoneAwareLoadBalancerSetting = message('ZoneAwareLoadBalancerSetting', {
  enabled: optional(bool),
  failover: list(ZoneAwareLoadBalancerSettingFailover),
  failoverPriority: list(string),
  minClusterSize: optional(uint32),
})
export type ZoneAwareLoadBalancerSetting = Infer<typeof ZoneAwareLoadBalancerSetting>

export const WarmupConfiguration = message('WarmupConfiguration', {
  duration: duration,
  minimumPercent: optional(double),
  aggression: optional(double),
})
export type WarmupConfiguration = Infer<typeof WarmupConfiguration>

export const LoadBalancerSettings = message(
  'LoadBalancerSettings',
  {
    simple: optional(LoadBalancerSettingsSimpleLB),
    consistentHash: optional(LoadBalancerSettingsConsistentHashLB),
    backendUtilization: optional(LoadBalancerSettingsBackendUtilizationLB),
    localityLbSetting: optional(LocalityLoadBalancerSetting),
    zoneAwareLbSetting: optional(ZoneAwareLoadBalancerSetting),
    warmupDurationSecs: duration,
    warmup: optional(WarmupConfiguration),
  },
  {
    oneofs: [['simple', 'consistentHash', 'backendUtilization']],
  },
)
export type LoadBalancerSettings = Infer<typeof LoadBalancerSettings>

export const ConnectionPoolSettingsTCPSettingsTcpKeepalive = message('TcpKeepalive', {
  probes: uint32,
  time: duration,
  interval: duration,
})
export type ConnectionPoolSettingsTCPSettingsTcpKeepalive = Infer<typeof ConnectionPoolSettingsTCPSettingsTcpKeepalive>

export const ConnectionPoolSettingsTCPSettings = message('TCPSettings', {
  maxConnections: int32,
  connectTimeout: duration,
  tcpKeepalive: optional(ConnectionPoolSettingsTCPSettingsTcpKeepalive),
  maxConnectionDuration: duration,
  idleTimeout: duration,
})
export type ConnectionPoolSettingsTCPSettings = Infer<typeof ConnectionPoolSettingsTCPSettings>

const ConnectionPoolSettingsHTTPSettingsH2UpgradePolicy = enumeration(['DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'])

const ConnectionPoolSettingsHTTPSettingsConnectionKeepalive = message('ConnectionKeepalive', {
  interval: duration,
  timeout: duration,
})

export const ConnectionPoolSettingsHTTPSettings = message('HTTPSettings', {
  http1MaxPendingRequests: int32,
  http2MaxRequests: int32,
  maxRequestsPerConnection: int32,
  maxRetries: int32,
  idleTimeout: duration,
  h2UpgradePolicy: ConnectionPoolSettingsHTTPSettingsH2UpgradePolicy,
  useClientProtocol: bool,
  maxConcurrentStreams: int32,
  http2KeepAlive: optional(ConnectionPoolSettingsHTTPSettingsConnectionKeepalive),
})
export type ConnectionPoolSettingsHTTPSettings = Infer<typeof ConnectionPoolSettingsHTTPSettings>

export const ConnectionPoolSettings = message('ConnectionPoolSettings', {
  tcp: optional(ConnectionPoolSettingsTCPSettings),
  http: optional(ConnectionPoolSettingsHTTPSettings),
})
export type ConnectionPoolSettings = Infer<typeof ConnectionPoolSettings>

export const OutlierDetection = message('OutlierDetection', {
  consecutiveErrors: int32,
  splitExternalLocalOriginErrors: bool,
  consecutiveLocalOriginFailures: optional(uint32),
  consecutiveGatewayErrors: optional(uint32),
  consecutive5xxErrors: optional(uint32),
  interval: duration,
  baseEjectionTime: duration,
  maxEjectionPercent: int32,
  minHealthPercent: int32,
  outlierDetectionHttpErrorCodes: list(uint32),
})
export type OutlierDetection = Infer<typeof OutlierDetection>

export const ClientTLSSettingsTLSmode = enumeration(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'])
export type ClientTLSSettingsTLSmode = Infer<typeof ClientTLSSettingsTLSmode>

export const ClientTLSSettings = message('ClientTLSSettings', {
  mode: ClientTLSSettingsTLSmode,
  clientCertificate: string,
  privateKey: string,
  caCertificates: string,
  credentialName: string,
  subjectAltNames: list(string),
  sni: string,
  insecureSkipVerify: optional(bool),
  caCrl: string,
})
export type ClientTLSSettings = Infer<typeof ClientTLSSettings>

const PortSelector = message('PortSelector', {
  number: uint32,
})

export const TrafficPolicyPortTrafficPolicy = message('PortTrafficPolicy', {
  port: optional(PortSelector),
  loadBalancer: optional(LoadBalancerSettings),
  connectionPool: optional(ConnectionPoolSettings),
  outlierDetection: optional(OutlierDetection),
  tls: optional(ClientTLSSettings),
})
export type TrafficPolicyPortTrafficPolicy = Infer<typeof TrafficPolicyPortTrafficPolicy>

export const TrafficPolicyTunnelSettings = message('TunnelSettings', {
  protocol: string,
  targetHost: string,
  targetPort: uint32,
})
export type TrafficPolicyTunnelSettings = Infer<typeof TrafficPolicyTunnelSettings>

const TrafficPolicyProxyProtocolVERSION = enumeration(['V1', 'V2'])

const TrafficPolicyProxyProtocol = message('ProxyProtocol', {
  version: TrafficPolicyProxyProtocolVERSION,
})

export const TrafficPolicyRetryBudget = message('RetryBudget', {
  percent: optional(double),
  minRetryConcurrency: uint32,
  budgetInterval: duration,
})
export type TrafficPolicyRetryBudget = Infer<typeof TrafficPolicyRetryBudget>

export const TrafficPolicy = message('TrafficPolicy', {
  loadBalancer: optional(LoadBalancerSettings),
  connectionPool: optional(ConnectionPoolSettings),
  outlierDetection: optional(OutlierDetection),
  tls: optional(ClientTLSSettings),
  portLevelSettings: list(TrafficPolicyPortTrafficPolicy),
  tunnel: optional(TrafficPolicyTunnelSettings),
  proxyProtocol: optional(TrafficPolicyProxyProtocol),
  retryBudget: optional(TrafficPolicyRetryBudget),
})
export type TrafficPolicy = Infer<typeof TrafficPolicy>

export const Subset = message('Subset', {
  name: string,
  labels: map(string),
  trafficPolicy: optional(TrafficPolicy),
})
export type Subset = Infer<typeof Subset>

export const DestinationRule = message('DestinationRule', {
  host: string,
  trafficPolicy: optional(TrafficPolicy),
  subsets: list(Subset),
  exportTo: list(string),
  workloadSelector: optional(LabelSelectorSpec),
})
export type DestinationRule = Infer<typeof DestinationRule>
