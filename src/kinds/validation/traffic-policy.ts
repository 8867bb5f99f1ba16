/** Traffic policies and their parts (pkg/config/validation/validation.go of the reference). */
import type {
  ConnectionPoolSettings,
  ConnectionPoolSettingsHTTPSettings,
  ConnectionPoolSettingsTCPSettings,
  LoadBalancerSettings,
  LoadBalancerSettingsConsistentHashLB,
  LoadBalancerSettingsConsistentHashLBHTTPCookie,
  OutlierDetection,
  TrafficPolicy,
  TrafficPolicyPortTrafficPolicy,
  TrafficPolicyTunnelSettings,
  WarmupConfiguration,
} from '../messages/destination-rule.ts'
import { type Path, quote, type Report } from './report.ts'
import { checkClientTls } from './tls.ts'
import { isIp } from './values/addresses.ts'
import { fqdnProblem } from './values/hosts.ts'
import { checkLocality, checkZoneAware } from './values/locality.ts'
import { checkDuration, checkNotNegative, checkPercent, durationMillis } from './values/numbers.ts'
import { checkPort } from './values/ports.ts'

/** @param namespace the DestinationRule's, which credentials refer to */
export function checkTrafficPolicy(
  report: Report,
  parent: Path,
  namespace: string,
  policy: TrafficPolicy | undefined,
): void {
  if (policy === undefined) return
  const at = [...parent, 'trafficPolicy']
  if (isEmptyPolicy(policy, report.settings.has('retry-budget-alone'))) {
    report.error(parent, 'trafficPolicy', 'traffic-policy-empty', 'the traffic policy sets nothing')
    return
  }
  if (policy.tunnel && policy.proxyProtocol) {
    report.error(at, 'proxyProtocol', 'tunnel-invalid', 'tunnel and proxyProtocol exclude each other')
    return
  }
  checkSharedPolicy(report, at, namespace, policy)
  for (let index = 0; index < policy.portLevelSettings.length; index++) {
    const settings = policy.portLevelSettings[index]
    if (settings) checkPortPolicy(report.errorsOnly(), [...at, 'portLevelSettings', index], namespace, settings)
  }
  if (policy.tunnel) checkTunnel(report, [...at, 'tunnel'], policy.tunnel)
  if (policy.proxyProtocol && !PROXY_VERSIONS.has(policy.proxyProtocol.version)) {
    const message = `${quote(policy.proxyProtocol.version)} is neither V1 nor V2`
    report.error([...at, 'proxyProtocol'], 'version', 'proxy-protocol-invalid', message)
  }
}

const PROXY_VERSIONS: ReadonlySet<string> = new Set(['V1', 'V2'])

/** The parts that a host's policy and a port's policy share. */
type SharedPolicy = Pick<TrafficPolicy, 'outlierDetection' | 'connectionPool' | 'loadBalancer' | 'tls'>

function setsNothing(policy: SharedPolicy): boolean {
  return !policy.outlierDetection && !policy.connectionPool && !policy.loadBalancer && !policy.tls
}

/** @param budgetIsEnough whether a policy with just a retry budget is not empty */
function isEmptyPolicy(policy: TrafficPolicy, budgetIsEnough: boolean): boolean {
  const { portLevelSettings, tunnel, proxyProtocol, retryBudget } = policy
  if (retryBudget && budgetIsEnough) return false
  return setsNothing(policy) && portLevelSettings.length === 0 && !tunnel && !proxyProtocol
}

function checkSharedPolicy(report: Report, at: Path, namespace: string, policy: SharedPolicy): void {
  checkOutlierDetection(report, at, policy.outlierDetection)
  checkConnectionPool(report, at, 'connectionPool', policy.connectionPool)
  checkLoadBalancer(report, at, policy.loadBalancer, policy.outlierDetection !== undefined)
  checkClientTls(report, at, namespace, policy.tls)
}

function checkPortPolicy(report: Report, at: Path, namespace: string, settings: TrafficPolicyPortTrafficPolicy): void {
  if (!settings.port) report.error(at, 'port', 'port-required', 'a traffic policy of a port needs the port')
  if (setsNothing(settings)) {
    report.error(at, 'port', 'traffic-policy-empty', 'the traffic policy of this port sets nothing')
  } else {
    checkSharedPolicy(report, at, namespace, settings)
  }
}

const TUNNEL_PROTOCOLS: ReadonlySet<string> = new Set(['', 'CONNECT', 'POST'])

function checkTunnel(report: Report, at: Path, tunnel: TrafficPolicyTunnelSettings): void {
  if (!TUNNEL_PROTOCOLS.has(tunnel.protocol)) {
    report.error(at, 'protocol', 'tunnel-invalid', `${quote(tunnel.protocol)} is neither CONNECT nor POST`)
  }
  const problem = fqdnProblem(tunnel.targetHost)
  if (problem !== undefined && !isIp(tunnel.targetHost)) {
    const message = `${quote(tunnel.targetHost)} is neither a host name nor an IP: ${problem}`
    report.error(at, 'targetHost', 'tunnel-invalid', message)
  }
  checkPort(report, at, 'targetPort', tunnel.targetPort)
}

function checkOutlierDetection(report: Report, parent: Path, outlier: OutlierDetection | undefined): void {
  if (outlier === undefined) return
  const at = [...parent, 'outlierDetection']
  checkDuration(report, at, 'baseEjectionTime', outlier.baseEjectionTime)
  checkDuration(report, at, 'interval', outlier.interval)
  if (outlier.consecutiveErrors !== 0) {
    const hint = 'use consecutiveGatewayErrors or consecutive5xxErrors'
    report.warn(at, 'consecutiveErrors', 'deprecated-field', 'consecutiveErrors is deprecated', hint)
  }
  if (!outlier.splitExternalLocalOriginErrors && (outlier.consecutiveLocalOriginFailures ?? 0) > 0) {
    const message = 'consecutiveLocalOriginFailures applies only with splitExternalLocalOriginErrors: true'
    report.error(at, 'consecutiveLocalOriginFailures', 'outlier-local-origin', message)
  }
  checkPercent(report, at, 'maxEjectionPercent', outlier.maxEjectionPercent)
  checkPercent(report, at, 'minHealthPercent', outlier.minHealthPercent)
}

/** @param step the name of the field that holds the pool */
export function checkConnectionPool(
  report: Report,
  parent: Path,
  step: string,
  pool: ConnectionPoolSettings | undefined,
): void {
  if (pool === undefined) return
  const at = [...parent, step]
  if (!pool.http && !pool.tcp) {
    report.error(parent, step, 'connection-pool-invalid', `${step} needs http or tcp settings`)
  }
  if (pool.http) checkHttpPool(report, [...at, 'http'], pool.http)
  if (pool.tcp) checkTcpPool(report, [...at, 'tcp'], pool.tcp)
}

const HTTP_LIMITS = [
  'http1MaxPendingRequests',
  'http2MaxRequests',
  'maxRequestsPerConnection',
  'maxRetries',
  'maxConcurrentStreams',
] as const

function checkHttpPool(report: Report, at: Path, http: ConnectionPoolSettingsHTTPSettings): void {
  for (const limit of HTTP_LIMITS) checkNotNegative(report, at, limit, http[limit])
  checkDuration(report, at, 'idleTimeout', http.idleTimeout)
  if (http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol) {
    const message = 'useClientProtocol and h2UpgradePolicy UPGRADE exclude each other'
    report.error(at, 'useClientProtocol', 'connection-pool-invalid', message)
  }
  if (!http.http2KeepAlive) return
  for (const field of ['interval', 'timeout'] as const) {
    const value = http.http2KeepAlive[field]
    if (value) checkDuration(report, [...at, 'http2KeepAlive'], field, value)
    else report.error([...at, 'http2KeepAlive'], field, 'connection-pool-invalid', `http2KeepAlive needs ${field}`)
  }
}

function checkTcpPool(report: Report, at: Path, tcp: ConnectionPoolSettingsTCPSettings): void {
  checkNotNegative(report, at, 'maxConnections', tcp.maxConnections)
  checkDuration(report, at, 'connectTimeout', tcp.connectTimeout)
  checkDuration(report, at, 'maxConnectionDuration', tcp.maxConnectionDuration)
  // An idle timeout below 1ms disables it.
  if (tcp.idleTimeout && durationMillis(tcp.idleTimeout) !== 0) {
    checkDuration(report, at, 'idleTimeout', tcp.idleTimeout)
  }
  if (!tcp.tcpKeepalive) return
  checkDuration(report, [...at, 'tcpKeepalive'], 'time', tcp.tcpKeepalive.time)
  checkDuration(report, [...at, 'tcpKeepalive'], 'interval', tcp.tcpKeepalive.interval)
}

/** @param ejecting whether there is outlier detection */
function checkLoadBalancer(
  report: Report,
  parent: Path,
  settings: LoadBalancerSettings | undefined,
  ejecting: boolean,
): void {
  if (settings === undefined) return
  const at = [...parent, 'loadBalancer']
  if (settings.consistentHash) checkConsistentHash(report, [...at, 'consistentHash'], settings.consistentHash)
  if (settings.localityLbSetting && settings.zoneAwareLbSetting) {
    const message = 'localityLbSetting and zoneAwareLbSetting exclude each other'
    report.error(at, 'zoneAwareLbSetting', 'load-balancer-invalid', message)
  }
  checkLocality(report, [...at, 'localityLbSetting'], settings.localityLbSetting, ejecting)
  checkZoneAware(report, [...at, 'zoneAwareLbSetting'], settings.zoneAwareLbSetting, ejecting)
  if (settings.warmup) checkWarmup(report, [...at, 'warmup'], settings.warmup)
}

/** Envoy builds no larger table, and requires a prime size. */
const MAGLEV_LIMIT = 5_000_011

function checkConsistentHash(report: Report, at: Path, hash: LoadBalancerSettingsConsistentHashLB): void {
  if (hash.httpCookie) checkCookie(report, [...at, 'httpCookie'], hash.httpCookie)
  if (hash.minimumRingSize !== 0) {
    const message = 'minimumRingSize is deprecated'
    report.warn(at, 'minimumRingSize', 'deprecated-field', message, 'use ringHash.minimumRingSize')
    if (hash.ringHash || hash.maglev) {
      const conflict = 'minimumRingSize excludes ringHash and maglev'
      report.error(at, 'minimumRingSize', 'load-balancer-invalid', conflict)
    }
  }
  const size = hash.maglev?.tableSize
  if (size === undefined || (size < MAGLEV_LIMIT && isPrime(size))) return
  const message = `the table size must be a prime number below ${MAGLEV_LIMIT}, not ${size}`
  report.error([...at, 'maglev'], 'tableSize', 'load-balancer-invalid', message)
}

/** 1 is prime here, as in Envoy. */
function isPrime(number: number): boolean {
  if (number < 4) return number !== 0
  if (number % 2 === 0) return false
  for (let factor = 3; factor * factor <= number; factor += 2) if (number % factor === 0) return false
  return true
}

function checkCookie(report: Report, at: Path, cookie: LoadBalancerSettingsConsistentHashLBHTTPCookie): void {
  if (cookie.name === '') report.error(at, 'name', 'load-balancer-invalid', 'the cookie needs a name')
  const names = new Set<string>()
  for (let index = 0; index < cookie.attributes.length; index++) {
    const name = cookie.attributes[index]?.name ?? ''
    const problem =
      name === '' ? 'a cookie attribute needs a name' : `the cookie attribute ${quote(name)} is there twice`
    if (name === '' || names.has(name)) {
      report.error([...at, 'attributes', index], 'name', 'load-balancer-invalid', problem)
    }
    names.add(name)
  }
}

function checkWarmup(report: Report, at: Path, warmup: WarmupConfiguration): void {
  if (warmup.duration) checkDuration(report, at, 'duration', warmup.duration)
  else report.error(at, 'duration', 'load-balancer-invalid', 'warmup needs a duration')
  if ((warmup.minimumPercent ?? 0) > 100) {
    const message = `minimumPercent must be at most 100, not ${warmup.minimumPercent}`
    report.error(at, 'minimumPercent', 'percent-range', message)
  }
  const { aggression } = warmup
  if (aggression === undefined) return
  const takesFractions = report.settings.has('slow-warmup')
  if (takesFractions ? aggression <= 0 : aggression < 1) {
    const bound = takesFractions ? 'greater than 0' : 'at least 1'
    const message = `aggression must be ${bound}, not ${aggression}`
    report.error(at, 'aggression', 'load-balancer-invalid', message)
  }
}
