/** How connections to a cluster's endpoints are protected, in words. */
import { differencesOf } from '../../../comparison/index.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { isMapping, valueAt } from '../../../sources/mapping.ts'
import { type Aspect, type Fields, fieldOf, fieldsOf } from '../aspects.ts'
import type { Phrase } from '../draft.ts'
import { pathText, valueText } from '../words/values.ts'

const FIELDS = ['transportSocket', 'transportSocketMatches']

const MESH_PROTOCOL = 'istio'
const PROXY_PROTOCOL = /\.ProxyProtocolUpstreamTransport$/

/** The socket inside the PROXY protocol. */
function innerSocket(socket: JsonValue | undefined): JsonValue | undefined {
  const type = valueAt(socket, ['typedConfig', '@type'])
  const wraps = typeof type === 'string' && PROXY_PROTOCOL.test(type)
  return wraps ? valueAt(socket, ['typedConfig', 'transportSocket']) : socket
}

/** Completes "connections use". */
function socketText(socket: JsonValue | undefined): string {
  const context = valueAt(innerSocket(socket), ['typedConfig', 'commonTlsContext'])
  const prefix = innerSocket(socket) === socket ? '' : 'the PROXY protocol and '
  if (!isMapping(context)) return `${prefix}plain text`
  const protocols = valueAt(context, ['alpnProtocols'])
  const certificates = valueAt(context, ['tlsCertificateSdsSecretConfigs'])
  if (!Array.isArray(certificates) || certificates.length === 0) return `${prefix}TLS`
  return Array.isArray(protocols) && protocols.includes(MESH_PROTOCOL)
    ? `${prefix}mutual TLS of the mesh`
    : `${prefix}mutual TLS`
}

function modeText(cluster: Fields): string {
  const matches = fieldOf(cluster, 'transportSocketMatches')
  if (!Array.isArray(matches) || matches.length === 0) return socketText(fieldOf(cluster, 'transportSocket'))
  return 'mutual TLS of the mesh where the endpoint has it'
}

const LABELS: readonly (readonly [RegExp, string])[] = [
  [/\.sni$/, 'the server name in TLS is'],
  [/matchSubjectAltNames(\[\d+\]\.exact)?$/, 'the certificate must be for'],
  [/validationContextSdsSecretConfig\.name$/, 'certificates are checked with'],
  [/tlsCertificateSdsSecretConfigs\[0\]\.name$/, 'the client certificate is'],
]

function namesOf(value: JsonValue | undefined): string {
  if (!Array.isArray(value)) return value === undefined ? 'any name' : valueText(value)
  return value.map((item) => valueText(valueAt(item, ['exact']) ?? item)).join(', ')
}

/** Settings of TLS that is used on both sides. */
function settingPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [fieldsOf(before, FIELDS), fieldsOf(after, FIELDS)]
  return [...differencesOf(was as JsonValue, is as JsonValue)].map(({ path, expected, actual }) => {
    const text = pathText(path)
    const label = LABELS.find(([pattern]) => pattern.test(text))?.[1]
    const rest = label
      ? `: ${label} ${namesOf(actual)} (before: ${namesOf(expected)})`
      : `: ${text} ${valueText(expected)} -> ${valueText(actual)}`
    return { kind: label === undefined ? 'cluster-change' : 'mtls-change', lead: '', rest }
  })
}

function tlsPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [modeText(before), modeText(after)]
  if (was === is) return settingPhrases(before, after)
  return [{ kind: 'mtls-change', lead: 'connections to ', rest: ` use ${is} (before: ${was})`, before: was, after: is }]
}

export const UPSTREAM_TLS: Aspect = { fields: FIELDS, describe: tlsPhrases }
