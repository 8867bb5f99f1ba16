/**
 * Fields of Istio's API that only some releases read, by message and field. The API server of an older release drops
 * most of them, and its istiod ignores the rest.
 */
import { type Lifetime, lives } from './lifetime.ts'
import type { IstioVersion } from './version.ts'

const FIELDS: Readonly<Record<string, Lifetime>> = {
  'HTTPSettings.http2KeepAlive': { since: ['1.31.0'] },
  'CustomTag.formatter': { since: ['1.29.0'] },
  'EnvoyFileAccessLogProvider.omitEmptyValues': { since: ['1.26.0'] },
  'ExtensionProvider.sds': { since: ['1.27.0'] },
  'HTTPCookie.attributes': { since: ['1.28.0'] },
  'HTTPRedirect.prefixRewrite': { since: ['1.31.0'] },
  'HTTPRetry.backoff': { since: ['1.26.0'] },
  'HTTPRetry.retryIgnorePreviousHosts': { since: ['1.26.0'] },
  'HttpHeader.envName': { since: ['1.26.0'] },
  'JWTRule.spaceDelimitedClaims': { since: ['1.28.0'] },
  'LoadBalancerSettings.zoneAwareLbSetting': { since: ['1.31.0'] },
  'MeshConfig.defaultInboundHttpRetryPolicy': { since: ['1.32.0'] },
  'MeshConfig.defaultTrafficPolicy': { since: ['1.31.0'] },
  'MeshConfig.serviceEntryVisibility': { since: ['1.31.0'] },
  'MeshConfig.zoneAwareLbSetting': { since: ['1.31.0'] },
  'OpenTelemetryTracingProvider.serviceAttributeEnrichment': { since: ['1.30.0'] },
  'OutboundTrafficPolicy.tls': { since: ['1.31.0'] },
  'OutlierDetection.outlierDetectionHttpErrorCodes': { since: ['1.32.0'] },
  'ProxyConfig.connectionSettings': { since: ['1.31.0'] },
  'ProxyHeaders.preserveHttp1HeaderCase': { since: ['1.25.0'] },
  'ProxyHeaders.xForwardedHost': { since: ['1.28.0'] },
  'ProxyHeaders.xForwardedPort': { since: ['1.28.0'] },
  'ReadinessProbe.grpc': { since: ['1.25.0'] },
  'RetryBudget.budgetInterval': { since: ['1.31.0'] },
  'ServerTLSSettings.caCertCredentialName': { since: ['1.28.0'] },
  'ServerTLSSettings.credentialNames': { since: ['1.27.0'] },
  'ServerTLSSettings.ecdhCurves': { since: ['1.32.0'] },
  'ServerTLSSettings.insecureSkipVerify': { since: ['1.31.0'] },
  'ServerTLSSettings.tlsCertificates': { since: ['1.27.0'] },
  'Source.notServiceAccounts': { since: ['1.25.0'] },
  'Source.notTrustDomains': { since: ['1.30.2', '1.31.0'] },
  'Source.serviceAccounts': { since: ['1.25.0'] },
  'Source.trustDomains': { since: ['1.30.2', '1.31.0'] },
  'Tracing.disableContextPropagation': { since: ['1.30.0'] },
  'Tracing.enableIstioTags': { since: ['1.25.0'] },
  'TrafficPolicy.retryBudget': { since: ['1.27.0'] },
  'ZipkinTracingProvider.headers': { since: ['1.29.0'] },
  'ZipkinTracingProvider.timeout': { since: ['1.29.0'] },
  'ZipkinTracingProvider.traceContextOption': { since: ['1.28.0'] },
}

export const API_FIELDS: ReadonlyMap<string, Lifetime> = new Map(Object.entries(FIELDS))

/** Whether the istiod of a version reads a field of a message. */
export function readsField(version: IstioVersion, message: string, field: string): boolean {
  const lifetime = API_FIELDS.get(`${message}.${field}`)
  return lifetime === undefined || lives(lifetime, version)
}

/** The first release that reads a field, such as `1.26`; undefined when every release does. */
export function fieldSince(message: string, field: string): string | undefined {
  const first = API_FIELDS.get(`${message}.${field}`)?.since?.at(-1)
  return first?.replace(/\.0$/, '')
}
