/** Why istiod refuses a mesh configuration (pkg/config/validation/agent/validation.go ValidateMeshConfig). */

import type { OutlierDetection } from '../../../kinds/messages/destination-rule.ts'
import type { HTTPRetry } from '../../../kinds/messages/virtual-service.ts'
import { type Duration, durationNanos, formatDuration } from '../../../kinds/schema/duration.ts'
import { type Path, quote, Report, type ValidationResult } from '../../../kinds/validation/report.ts'
import { checkConnectionPool } from '../../../kinds/validation/traffic-policy.ts'
import { isLabel, wildcardDomainProblem } from '../../../kinds/validation/values/hosts.ts'
import { checkLocality, checkZoneAware } from '../../../kinds/validation/values/locality.ts'
import { checkDuration, checkNotNegative, checkPercent } from '../../../kinds/validation/values/numbers.ts'
import { checkPort } from '../../../kinds/validation/values/ports.ts'
import type { Features } from '../features.ts'
import type { MeshConfig, MeshConfigDefaultTrafficPolicy } from '../mesh-config.ts'
import { checkExtensionProviders } from './extension-providers.ts'
import { checkProxyConfig, NANOS_PER_MS, ZERO } from './proxy-config.ts'

const ROOT: Path = Object.freeze([])
const NANOS_PER_SECOND = 1_000_000_000
const SHORTEST_CONNECT_TIMEOUT = NANOS_PER_MS
const LONGEST_CONNECT_TIMEOUT = 30 * NANOS_PER_SECOND

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

function trustDomainProblem(domain: string): string | undefined {
  if (domain === '') return 'a trust domain must not be empty'
  const labels = domain.replace(/\.$/, '').split('.')
  return labels.every(isLabel) ? undefined : `${quote(domain)} is not a trust domain`
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
        `${quote(host)} is not a host: ${problem}`,
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
  const message = 'applies only with splitExternalLocalOriginErrors: true'
  report.error(at, 'consecutiveLocalOriginFailures', 'outlier-local-origin', message)
}

function checkDefaultTrafficPolicy(report: Report, policy: MeshConfigDefaultTrafficPolicy): void {
  const at = ['defaultTrafficPolicy']
  checkConnectionPool(report, at, 'connectionPool', policy.connectionPool)
  if (policy.outlierDetection) checkOutlierDetection(report, at, policy.outlierDetection)
}

/** @returns errors, each of which makes istiod refuse the whole configuration */
export function meshConfigIssues(mesh: MeshConfig, features: Features): ValidationResult {
  const report = new Report(features)
  checkPort(report, ROOT, 'proxyListenPort', mesh.proxyListenPort)
  checkConnectTimeout(report, mesh.connectTimeout ?? ZERO)
  checkDetectionTimeout(report, mesh.protocolDetectionTimeout ?? ZERO)
  if (mesh.defaultConfig) checkProxyConfig(report, mesh.defaultConfig)
  checkLocality(report, ['localityLbSetting'], mesh.localityLbSetting, true)
  checkZoneAware(report, ['zoneAwareLbSetting'], mesh.zoneAwareLbSetting, true)
  checkServiceSettings(report, mesh)
  checkTrustDomains(report, mesh)
  checkExtensionProviders(report, mesh.extensionProviders)
  if (mesh.meshMTLS && mesh.meshMTLS.ecdhCurves.length > 0) {
    report.error(['meshMTLS'], 'ecdhCurves', 'tls-unexpected', 'curves can be set in tlsDefaults only')
  }
  if (mesh.defaultTrafficPolicy) checkDefaultTrafficPolicy(report, mesh.defaultTrafficPolicy)
  if (mesh.defaultInboundHttpRetryPolicy) checkInboundRetry(report, mesh.defaultInboundHttpRetryPolicy)
  return report.result()
}
