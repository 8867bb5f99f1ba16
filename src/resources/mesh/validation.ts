/** What makes istiod refuse a mesh configuration (pkg/config/validation/agent/validation.go ValidateMeshConfig). */
import { maskedValue, type Prefix, parsePrefix } from '../../common/addresses.ts'
import type { OutlierDetection } from '../../kinds/messages/destination-rule.ts'
import type { HTTPRetry } from '../../kinds/messages/virtual-service.ts'
import { type Duration, durationNanos, formatDuration } from '../../kinds/schema/duration.ts'
import { type Path, quote, Report, type ValidationResult } from '../../kinds/validation/report.ts'
import { checkConnectionPool } from '../../kinds/validation/traffic-policy.ts'
import { isIp, isSubnet } from '../../kinds/validation/values/addresses.ts'
import { fqdnProblem, isLabel, wildcardDomainProblem } from '../../kinds/validation/values/hosts.ts'
import { checkLocality, checkZoneAware } from '../../kinds/validation/values/locality.ts'
import { checkDuration, checkNotNegative, checkPercent, parseInteger } from '../../kinds/validation/values/numbers.ts'
import { checkPort, isPort } from '../../kinds/validation/values/ports.ts'
import type {
  MeshConfig,
  MeshConfigDefaultTrafficPolicy,
  ProxyConfig,
  ProxyConfigConnectionSettings,
  Tracing,
} from './mesh-config.ts'
import type { MeshNetworks, Network } from './mesh-networks.ts'

const ROOT: Path = Object.freeze([])
const NANOS_PER_MS = 1_000_000
const NANOS_PER_SECOND = 1_000_000_000
const SHORTEST_CONNECT_TIMEOUT = NANOS_PER_MS
const LONGEST_CONNECT_TIMEOUT = 30 * NANOS_PER_SECOND

/** An absent duration counts as 0 to the reference. */
const ZERO: Duration = { seconds: 0, nanos: 0 }

function checkConnectTimeout(report: Report, timeout: Duration): void {
  checkDuration(report, ROOT, 'connectTimeout', timeout)
  const nanos = durationNanos(timeout)
  if (nanos >= SHORTEST_CONNECT_TIMEOUT && nanos <= LONGEST_CONNECT_TIMEOUT) return
  report.error(ROOT, 'connectTimeout', 'duration-invalid', `must be 1ms to 30s, not ${formatDuration(timeout)}`)
}

function checkDetectionTimeout(report: Report, timeout: Duration): void {
  if (timeout.nanos % NANOS_PER_MS === 0) return
  const message = `must be in whole milliseconds, not ${formatDuration(timeout)}`
  report.error(ROOT, 'protocolDetectionTimeout', 'duration-invalid', message)
}

const HOST_PORT = /^(?:\[([^[\]]*)\]|([^[\]:]*)):([^:]*)$/

/** `host:port`, an IPv6 address in brackets. */
function proxyAddressProblem(text: string): string | undefined {
  const match = HOST_PORT.exec(text)
  if (!match) return `${quote(text)} is no HOST:PORT`
  const [, bracketed, plain, port = ''] = match
  const host = bracketed ?? plain ?? ''
  if (!isPort(parseInteger(port) ?? 0)) return `${quote(port)} is no port`
  return fqdnProblem(host) === undefined || isIp(host) ? undefined : `${quote(host)} is neither a host name nor an IP`
}

function checkAddress(report: Report, parent: Path, step: string, text: string): void {
  const problem = proxyAddressProblem(text)
  if (problem !== undefined) report.error(parent, step, 'address-invalid', problem)
}

/** The variable that the agent replaces in the addresses of tracers. */
const HOST_IP = '$(HOST_IP)'

function checkTracing(report: Report, parent: Path, tracing: Tracing): void {
  const at = [...parent, 'tracing']
  for (const name of ['zipkin', 'datadog'] as const) {
    const tracer = tracing[name]
    if (tracer) checkAddress(report, [...at, name], 'address', tracer.address.replace(HOST_IP, '127.0.0.1'))
  }
  const { lightstep } = tracing
  if (!lightstep) return
  checkAddress(report, [...at, 'lightstep'], 'address', lightstep.address)
  if (lightstep.accessToken === '') {
    report.error([...at, 'lightstep'], 'accessToken', 'address-invalid', 'an access token is needed')
  }
}

const CONNECTION_DURATIONS = [
  'httpIdleTimeout',
  'httpMaxConnectionDuration',
  'httpDrainTimeout',
  'httpRequestTimeout',
  'httpRequestHeadersTimeout',
  'httpStreamIdleTimeout',
  'httpMaxStreamDuration',
] as const

/** The least value of each number. */
const CONNECTION_NUMBERS = {
  listenerPerConnectionBufferLimitBytes: 0,
  clusterPerConnectionBufferLimitBytes: 0,
  httpMaxConcurrentStreams: 1,
  http2InitialStreamWindowSize: 65535,
  http2InitialConnectionWindowSize: 65535,
  listenerConnectionLimit: 1,
  globalDownstreamConnectionLimit: 1,
} as const

function checkConnectionSettings(report: Report, parent: Path, settings: ProxyConfigConnectionSettings): void {
  const at = [...parent, 'connectionSettings']
  for (const name of CONNECTION_DURATIONS) {
    const value = settings[name]
    if (value && durationNanos(value) < 0) {
      report.error(at, name, 'duration-invalid', `must not be negative, but is ${formatDuration(value)}`)
    }
  }
  for (const name of Object.keys(CONNECTION_NUMBERS) as (keyof typeof CONNECTION_NUMBERS)[]) {
    const least = CONNECTION_NUMBERS[name]
    const value = settings[name]
    if (value !== undefined && value < least) {
      report.error(at, name, 'number-negative', `must be at least ${least}, not ${value}`)
    }
  }
}

function checkDrainDuration(report: Report, at: Path, duration: Duration): void {
  checkDuration(report, at, 'drainDuration', duration)
  if (duration.nanos % NANOS_PER_MS !== 0 || duration.nanos === 0) return
  report.error(at, 'drainDuration', 'duration-invalid', `must be in whole seconds, not ${formatDuration(duration)}`)
}

const REQUIRED_TEXTS = ['configPath', 'binaryPath', 'discoveryAddress'] as const
const OPTIONAL_ADDRESSES = ['statsdUdpAddress', 'envoyMetricsServiceAddress'] as const
const REMOTE_SERVICES = ['envoyMetricsService', 'envoyAccessLogService'] as const

function checkProxyAddresses(report: Report, at: Path, config: ProxyConfig): void {
  if (config.discoveryAddress !== '') checkAddress(report, at, 'discoveryAddress', config.discoveryAddress)
  for (const name of OPTIONAL_ADDRESSES) if (config[name] !== '') checkAddress(report, at, name, config[name])
  for (const name of REMOTE_SERVICES) {
    const address = config[name]?.address
    if (address) checkAddress(report, [...at, name], 'address', address)
  }
}

function checkKeyProvider(report: Report, parent: Path, config: ProxyConfig): void {
  const provider = config.privateKeyProvider
  if (!provider) return
  const chosen = provider.cryptomb ?? provider.qat
  if (chosen?.pollDelay && durationNanos(chosen.pollDelay) !== 0) return
  const message = chosen ? 'needs a pollDelay other than 0' : 'must be cryptomb or qat'
  report.error(parent, 'privateKeyProvider', 'duration-invalid', message)
}

function checkProxyConfig(report: Report, config: ProxyConfig): void {
  const at = ['defaultConfig']
  for (const name of REQUIRED_TEXTS) {
    if (config[name] === '') report.error(at, name, 'address-invalid', 'must not be empty')
  }
  if (config.tracingServiceName === undefined && !config.serviceCluster) {
    report.error(at, 'serviceCluster', 'address-invalid', 'must not be empty')
  }
  checkDrainDuration(report, at, config.drainDuration ?? ZERO)
  checkProxyAddresses(report, at, config)
  if (config.tracing) checkTracing(report, at, config.tracing)
  checkPort(report, at, 'proxyAdminPort', config.proxyAdminPort)
  checkPort(report, at, 'statusPort', config.statusPort)
  if (config.controlPlaneAuthPolicy !== 'NONE' && config.controlPlaneAuthPolicy !== 'MUTUAL_TLS') {
    report.error(at, 'controlPlaneAuthPolicy', 'address-invalid', 'must be NONE or MUTUAL_TLS')
  }
  checkKeyProvider(report, at, config)
  if (config.connectionSettings) checkConnectionSettings(report, at, config.connectionSettings)
}

function trustDomainProblem(domain: string): string | undefined {
  if (domain === '') return 'a trust domain must not be empty'
  const labels = domain.replace(/\.$/, '').split('.')
  return labels.every(isLabel) ? undefined : `${quote(domain)} is no trust domain`
}

function checkTrustDomains(report: Report, { trustDomain, trustDomainAliases }: MeshConfig): void {
  const own = trustDomainProblem(trustDomain)
  if (own) report.error(ROOT, 'trustDomain', 'host-invalid', own)
  for (const alias of trustDomainAliases) {
    const problem = trustDomainProblem(alias)
    if (problem) report.error(ROOT, 'trustDomainAliases', 'host-invalid', problem)
  }
}

function checkServiceSettings(report: Report, { serviceSettings }: MeshConfig): void {
  serviceSettings.forEach(({ hosts }, index) => {
    hosts.forEach((host, position) => {
      const problem = wildcardDomainProblem(host)
      if (problem === undefined) return
      report.error(
        ['serviceSettings', index, 'hosts'],
        position,
        'host-invalid',
        `${quote(host)} is no host: ${problem}`,
      )
    })
  })
}

function checkInboundRetry(report: Report, retry: HTTPRetry): void {
  const at = ['defaultInboundHttpRetryPolicy']
  checkNotNegative(report, at, 'attempts', retry.attempts)
  const { perTryTimeout, retryOn, retryRemoteLocalities, backoff } = retry
  if (retry.attempts === 0 && (perTryTimeout || retryOn !== '' || retryRemoteLocalities !== undefined || backoff)) {
    report.error(at, 'attempts', 'retry-invalid', 'is 0, which turns retries off, but more is set')
  }
  checkDuration(report, at, 'perTryTimeout', perTryTimeout)
  checkDuration(report, at, 'backoff', backoff)
}

function checkOutlierDetection(report: Report, parent: Path, outlier: OutlierDetection): void {
  const at = [...parent, 'outlierDetection']
  checkDuration(report, at, 'baseEjectionTime', outlier.baseEjectionTime)
  checkDuration(report, at, 'interval', outlier.interval)
  checkPercent(report, at, 'maxEjectionPercent', outlier.maxEjectionPercent)
  checkPercent(report, at, 'minHealthPercent', outlier.minHealthPercent)
  if (outlier.splitExternalLocalOriginErrors || !outlier.consecutiveLocalOriginFailures) return
  const message = 'counts only with splitExternalLocalOriginErrors: true'
  report.error(at, 'consecutiveLocalOriginFailures', 'outlier-local-origin', message)
}

function checkDefaultTrafficPolicy(report: Report, policy: MeshConfigDefaultTrafficPolicy): void {
  const at = ['defaultTrafficPolicy']
  checkConnectionPool(report, at, 'connectionPool', policy.connectionPool)
  if (policy.outlierDetection) checkOutlierDetection(report, at, policy.outlierDetection)
}

/** @returns errors, each of which makes istiod refuse the configuration as a whole */
export function meshConfigIssues(mesh: MeshConfig): ValidationResult {
  const report = new Report()
  checkPort(report, ROOT, 'proxyListenPort', mesh.proxyListenPort)
  checkConnectTimeout(report, mesh.connectTimeout ?? ZERO)
  checkDetectionTimeout(report, mesh.protocolDetectionTimeout ?? ZERO)
  if (mesh.defaultConfig) checkProxyConfig(report, mesh.defaultConfig)
  checkLocality(report, ['localityLbSetting'], mesh.localityLbSetting, true)
  checkZoneAware(report, ['zoneAwareLbSetting'], mesh.zoneAwareLbSetting, true)
  checkServiceSettings(report, mesh)
  checkTrustDomains(report, mesh)
  if (mesh.meshMTLS && mesh.meshMTLS.ecdhCurves.length > 0) {
    report.error(['meshMTLS'], 'ecdhCurves', 'tls-unexpected', 'curves can be set in tlsDefaults only')
  }
  if (mesh.defaultTrafficPolicy) checkDefaultTrafficPolicy(report, mesh.defaultTrafficPolicy)
  if (mesh.defaultInboundHttpRetryPolicy) checkInboundRetry(report, mesh.defaultInboundHttpRetryPolicy)
  return report.result()
}

function checkEndpoints(report: Report, at: Path, { endpoints }: Network): void {
  endpoints.forEach(({ fromCidr, fromRegistry }, index) => {
    const path = [...at, 'endpoints', index]
    if (fromCidr !== undefined && !isSubnet(fromCidr)) {
      report.error(path, 'fromCidr', 'address-invalid', `${quote(fromCidr)} is no address range`)
    }
    if (fromRegistry !== undefined && !isLabel(fromRegistry)) {
      const message = `${quote(fromRegistry)} is no cluster name`
      report.error(path, 'fromRegistry', 'label-invalid', message, 'use up to 63 letters, digits and inner hyphens')
    }
  })
}

function checkGateways(report: Report, at: Path, { gateways }: Network): void {
  gateways.forEach(({ address, registryServiceName, port }, index) => {
    const path = [...at, 'gateways', index]
    if (registryServiceName !== undefined) {
      const problem = fqdnProblem(registryServiceName)
      const message = `${quote(registryServiceName)} is no host name: ${problem}`
      if (problem !== undefined) report.error(path, 'registryServiceName', 'host-invalid', message)
    }
    if (address !== undefined && !isIp(address) && fqdnProblem(address) !== undefined) {
      report.error(path, 'address', 'address-invalid', `${quote(address)} is neither an IP nor a host name`)
    }
    checkPort(report, path, 'port', port)
  })
}

/** A value of some network's endpoints and where it stands. */
interface Claim {
  readonly network: string
  readonly index: number
}

/** Cluster names that several networks claim: which network counts is then up to chance. */
function warnSharedRegistries(report: Report, { networks }: MeshNetworks): void {
  const claims = new Map<string, Claim>()
  for (const [network, { endpoints }] of networks) {
    endpoints.forEach(({ fromRegistry }, index) => {
      if (fromRegistry === undefined) return
      const first = claims.get(fromRegistry)
      if (!first) claims.set(fromRegistry, { network, index })
      else if (first.network !== network) {
        const names = `${quote(first.network)} and ${quote(network)}`
        const message = `networks ${names} both claim cluster ${quote(fromRegistry)}`
        report.warn(['networks', network, 'endpoints', index], 'fromRegistry', 'match-ineffective', message)
      }
    })
  }
}

interface Range extends Claim {
  readonly text: string
  readonly first: bigint
  readonly last: bigint
}

function rangeOf(prefix: Prefix, network: string, index: number, text: string): Range {
  const first = maskedValue(prefix)
  const size = 1n << BigInt((prefix.family === 4 ? 32 : 128) - prefix.bits)
  return { network, index, text, first, last: first + size - 1n }
}

const describeRange = ({ text, network }: Range): string => `${text} of network ${quote(network)}`

/** Ranges either nest or are apart, so in order of their beginnings each overlaps at most what is still open. */
function warnOverlaps(report: Report, ranges: Range[]): void {
  ranges.sort((a, b) =>
    a.first === b.first ? Number(b.last > a.last) - Number(b.last < a.last) : a.first < b.first ? -1 : 1,
  )
  const open: Range[] = []
  for (const range of ranges) {
    while (open.length > 0 && (open.at(-1) as Range).last < range.first) open.pop()
    const outer = open.at(-1)
    if (outer && outer.network !== range.network) {
      const message = `${describeRange(range)} overlaps ${describeRange(outer)}; the wider one counts`
      report.warn(['networks', range.network, 'endpoints', range.index], 'fromCidr', 'match-ineffective', message)
    }
    open.push(range)
  }
}

function warnOverlappingRanges(report: Report, { networks }: MeshNetworks): void {
  const byFamily = { 4: [] as Range[], 6: [] as Range[] }
  for (const [network, { endpoints }] of networks) {
    endpoints.forEach(({ fromCidr }, index) => {
      const prefix = fromCidr === undefined ? undefined : parsePrefix(fromCidr)
      if (prefix && fromCidr !== undefined) byFamily[prefix.family].push(rangeOf(prefix, network, index, fromCidr))
    })
  }
  warnOverlaps(report, byFamily[4])
  warnOverlaps(report, byFamily[6])
}

/** @returns errors, each of which makes istiod refuse the networks as a whole; warnings of networks that overlap */
export function meshNetworksIssues(networks: MeshNetworks): ValidationResult {
  const report = new Report()
  for (const [name, network] of networks.networks) {
    checkEndpoints(report, ['networks', name], network)
    checkGateways(report, ['networks', name], network)
  }
  warnSharedRegistries(report, networks)
  warnOverlappingRanges(report, networks)
  return report.result()
}
