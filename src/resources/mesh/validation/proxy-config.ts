/** istiod's checks of proxy settings (ValidateMeshConfigProxyConfig of the reference). */
import { type Duration, durationNanos, formatDuration } from '../../../kinds/schema/duration.ts'
import { type Path, quote, type Report } from '../../../kinds/validation/report.ts'
import { isIp } from '../../../kinds/validation/values/addresses.ts'
import { fqdnProblem } from '../../../kinds/validation/values/hosts.ts'
import { checkDuration, parseInteger } from '../../../kinds/validation/values/numbers.ts'
import { checkPort, isPort } from '../../../kinds/validation/values/ports.ts'
import type { ProxyConfig, ProxyConfigConnectionSettings, Tracing } from '../mesh-config.ts'

export const NANOS_PER_MS = 1_000_000
/** The reference treats an absent duration as 0. */
export const ZERO: Duration = { seconds: 0, nanos: 0 }

const HOST_PORT = /^(?:\[([^[\]]*)\]|([^[\]:]*)):([^:]*)$/

/** `host:port`, with an IPv6 address in brackets. */
function proxyAddressProblem(text: string): string | undefined {
  const match = HOST_PORT.exec(text)
  if (!match) return `${quote(text)} is not a HOST:PORT`
  const [, bracketed, plain, port = ''] = match
  const host = bracketed ?? plain ?? ''
  if (!isPort(parseInteger(port) ?? 0)) return `${quote(port)} is not a port`
  return fqdnProblem(host) === undefined || isIp(host) ? undefined : `${quote(host)} is neither a host name nor an IP`
}

function checkAddress(report: Report, parent: Path, step: string, text: string): void {
  const problem = proxyAddressProblem(text)
  if (problem !== undefined) report.error(parent, step, 'address-invalid', problem)
}

/** The variable that the agent replaces in tracer addresses. */
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

/** The minimum of each number. */
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

/** Checks the settings of all proxies, the mesh configuration's `defaultConfig`. */
export function checkProxyConfig(report: Report, config: ProxyConfig): void {
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
