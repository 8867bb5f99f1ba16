/** TLS settings of servers and of clients (validateTLSOptions, ValidateTLS of the reference). */
import type { ClientTLSSettings } from '../messages/destination-rule.ts'
import type { ServerTLSSettings, ServerTLSSettingsTLSCertificate } from '../messages/gateway.ts'
import { type Path, quote, type Report } from './report.ts'

/** pkg/config/security/security.go of the reference. */
const CIPHER_SUITES: ReadonlySet<string> = new Set([
  'ALL',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
])

/** Names that begin otherwise are expressions with an operator such as `!` or `+`, which istiod leaves to Envoy. */
const CIPHER_NAME = /^[\p{L}\p{N}]/u

/** A cipher suite that istiod passes on to Envoy. */
export const isCipherSuite = (suite: string): boolean => !CIPHER_NAME.test(suite) || CIPHER_SUITES.has(suite)

function warnCiphers(report: Report, at: Path, suites: readonly string[]): void {
  const seen = new Set<string>()
  for (let index = 0; index < suites.length; index++) {
    const suite = suites[index] ?? ''
    const unknown = !isCipherSuite(suite)
    if (unknown || seen.has(suite)) {
      const why = unknown ? 'is not a cipher suite that Envoy supports' : 'is listed twice'
      report.warn([...at, 'cipherSuites'], index, 'cipher-suite-ignored', `${quote(suite)} ${why}; it is ignored`)
    }
    seen.add(suite)
  }
}

const OLD_VERSIONS: ReadonlySet<string> = new Set(['TLSV1_0', 'TLSV1_1'])
/** Modes in which the server presents its own certificate. */
const TERMINATING_MODES: ReadonlySet<string> = new Set(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'])
const PASSING_MODES: ReadonlySet<string> = new Set(['PASSTHROUGH', 'AUTO_PASSTHROUGH'])

const CERTIFICATE_FIELDS = [
  'serverCertificate',
  'privateKey',
  'caCertificates',
  'tlsCertificates',
  'credentialName',
  'credentialNames',
] as const
const PASSING_FIELDS = ['caCrl', ...CERTIFICATE_FIELDS] as const

/** TLS settings of a Gateway's server or of a Sidecar's ingress listener. */
export function checkServerTls(report: Report, at: Path, tls: ServerTLSSettings): void {
  if (OLD_VERSIONS.has(tls.minProtocolVersion) && tls.cipherSuites.length === 0) {
    const message = `${tls.minProtocolVersion} needs cipherSuites: the default ones are for TLSV1_2 and later`
    report.warn(at, 'minProtocolVersion', 'tls-version-ciphers', message)
  }
  warnCiphers(report, at, tls.cipherSuites)
  if (tls.mode === 'ISTIO_MUTUAL') {
    for (const field of CERTIFICATE_FIELDS) {
      if (tls[field].length === 0) continue
      report.error(
        at,
        field,
        'tls-certificate-conflict',
        `mode ISTIO_MUTUAL brings its own certificates, so no ${field}`,
      )
    }
    return
  }
  if (PASSING_MODES.has(tls.mode)) {
    const field = PASSING_FIELDS.find((name) => tls[name].length > 0)
    if (field)
      report.warn(at, field, 'tls-certificate-ignored', `mode ${tls.mode} uses no certificates; ${field} is ignored`)
  }
  checkCertificateSources(report, at, tls)
  const fetched = tls.credentialName !== '' || tls.credentialNames.length > 0
  const terminating = TERMINATING_MODES.has(tls.mode)
  if (terminating && fetched) return
  if (terminating) checkServerCertificates(report, at, tls)
  checkServerCrl(report, at, tls)
}

function checkCertificateSources(report: Report, at: Path, tls: ServerTLSSettings): void {
  const sources: string[] = []
  if (tls.serverCertificate !== '' && tls.privateKey !== '') sources.push('serverCertificate')
  if (tls.credentialName !== '') sources.push('credentialName')
  if (tls.credentialNames.length > 0) sources.push('credentialNames')
  if (tls.tlsCertificates.length > 0) sources.push('tlsCertificates')
  const [, second] = sources
  if (second === undefined) return
  report.error(at, second, 'tls-certificate-conflict', `only one of ${sources.join(', ')} may be set`)
}

const MOST_CERTIFICATES = 2

function checkServerCertificates(report: Report, at: Path, tls: ServerTLSSettings): void {
  if (tls.mode !== 'SIMPLE' && tls.caCertificates === '') {
    const message = `mode ${tls.mode} needs caCertificates to verify clients`
    report.error(at, 'caCertificates', 'tls-certificate-required', message)
  }
  const { tlsCertificates } = tls
  if (tlsCertificates.length > MOST_CERTIFICATES) {
    const message = `only ${MOST_CERTIFICATES} server certificates are supported`
    report.warn(at, 'tlsCertificates', 'tls-certificates-too-many', message)
  }
  if (tlsCertificates.length === 0) checkCertificate(report, at, tls)
  for (let index = 0; index < tlsCertificates.length; index++) {
    const certificate = tlsCertificates[index]
    if (certificate) checkCertificate(report, [...at, 'tlsCertificates', index], certificate)
  }
}

function checkCertificate(
  report: Report,
  at: Path,
  certificate: Pick<ServerTLSSettingsTLSCertificate, 'serverCertificate' | 'privateKey'>,
): void {
  for (const field of ['serverCertificate', 'privateKey'] as const) {
    if (certificate[field] !== '') continue
    const message = `a server that terminates TLS needs a ${field}, or a credentialName`
    report.error(at, field, 'tls-certificate-required', message)
  }
}

function checkServerCrl(report: Report, at: Path, tls: ServerTLSSettings): void {
  if (tls.caCrl === '') return
  if (tls.credentialName !== '') {
    report.error(at, 'caCrl', 'tls-certificate-conflict', 'with credentialName, put the CRL into the credential')
  }
  if (tls.mode === 'SIMPLE') {
    report.error(at, 'caCrl', 'tls-certificate-conflict', 'mode SIMPLE verifies no clients, so it takes no CRL')
  }
}

const CONFIG_MAP_PREFIX = 'configmap://'

/** TLS settings of a DestinationRule. */
export function checkClientTls(
  report: Report,
  parent: Path,
  namespace: string,
  tls: ClientTLSSettings | undefined,
): void {
  if (tls === undefined) return
  const at = [...parent, 'tls']
  checkConfigMapCredential(report, at, namespace, tls.credentialName)
  if (tls.insecureSkipVerify) checkSkipVerify(report, at, tls)
  if (tls.mode !== 'SIMPLE' && tls.mode !== 'MUTUAL') return
  if (tls.credentialName !== '') {
    const field = (['clientCertificate', 'privateKey', 'caCertificates', 'caCrl'] as const).find(
      (name) => tls[name] !== '',
    )
    if (field) report.error(at, field, 'tls-certificate-conflict', `credentialName is set, so ${field} must not be`)
    return
  }
  if (tls.mode === 'SIMPLE') return
  for (const field of ['clientCertificate', 'privateKey'] as const) {
    if (tls[field] !== '') continue
    report.error(at, field, 'tls-certificate-required', `mode MUTUAL needs a ${field}, or a credentialName`)
  }
}

function checkConfigMapCredential(report: Report, at: Path, namespace: string, credential: string): void {
  if (!credential.startsWith(CONFIG_MAP_PREFIX)) return
  const [owner, name] = credential.slice(CONFIG_MAP_PREFIX.length).split('/')
  if (owner === namespace && owner !== '' && name !== undefined && name !== '') return
  const message = `${quote(credential)} does not name a ConfigMap of this namespace`
  report.error(at, 'credentialName', 'tls-credential-invalid', message, `write configmap://${namespace}/NAME`)
}

function checkSkipVerify(report: Report, at: Path, tls: ClientTLSSettings): void {
  if (tls.mode !== 'SIMPLE' && tls.mode !== 'MUTUAL') return
  // In mode MUTUAL the credential may contain just the client certificate.
  const fields = tls.mode === 'SIMPLE' ? SKIPPED_BY_SIMPLE : SKIPPED_BY_MUTUAL
  const field = fields.find((name) => tls[name].length > 0)
  if (field)
    report.error(at, field, 'tls-skip-verify-conflict', `insecureSkipVerify is true, so ${field} must not be set`)
}

const SKIPPED_BY_SIMPLE = ['caCertificates', 'credentialName', 'subjectAltNames'] as const
const SKIPPED_BY_MUTUAL = ['caCertificates', 'subjectAltNames'] as const
