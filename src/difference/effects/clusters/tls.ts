/** How connections to a cluster's endpoints are protected, in words. */
import type { JsonValue } from '../../../sources/document.ts'
import { isMapping, valueAt } from '../../../sources/mapping.ts'
import { type Aspect, type Fields, fieldOf } from '../aspects.ts'
import type { Phrase } from '../draft.ts'
import { tlsTexts } from '../words/tls.ts'
import { leafTexts } from '../words/values.ts'

const SOCKET = 'transportSocket'
const MATCHES = 'transportSocketMatches'

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
    ? `${prefix}mesh mTLS`
    : `${prefix}mTLS with another certificate`
}

function modeText(cluster: Fields): string {
  const matches = fieldOf(cluster, MATCHES)
  if (!Array.isArray(matches) || matches.length === 0) return socketText(fieldOf(cluster, SOCKET))
  return 'automatic mTLS'
}

const withoutSockets = (matches: JsonValue | undefined): JsonValue | undefined =>
  Array.isArray(matches)
    ? matches.map((match) => {
        const { transportSocket: _, ...others } = match as { [field: string]: JsonValue }
        return others
      })
    : matches

const RAW_BUFFER = /raw_buffer$/

/** Plain text has different names inside the PROXY protocol and without it. */
function plainAsNone(socket: JsonValue | undefined): JsonValue | undefined {
  const name = valueAt(socket, ['name'])
  return typeof name === 'string' && RAW_BUFFER.test(name) ? { ...(socket as object), name: 'raw_buffer' } : socket
}

/** The PROXY protocol around a socket. */
const wrapperOf = (socket: JsonValue | undefined): JsonValue =>
  innerSocket(socket) === socket ? null : (valueAt(socket, ['typedConfig', 'config']) ?? {})

/** How the PROXY protocol differs. */
function wrapperTexts(before: JsonValue | undefined, after: JsonValue | undefined): readonly string[] {
  const [was, is] = [wrapperOf(before), wrapperOf(after)]
  if ((was === null) === (is === null)) return leafTexts(was, is, ['PROXY protocol'])
  return [`connections ${is === null ? 'no longer begin' : 'begin'} with the PROXY protocol`]
}

const socketTexts = (before: JsonValue | undefined, after: JsonValue | undefined): readonly string[] => [
  ...wrapperTexts(before, after),
  ...tlsTexts(plainAsNone(innerSocket(before)), plainAsNone(innerSocket(after)), 'outbound'),
]

/** Settings of TLS that is used on both sides. */
function settingTexts(before: Fields, after: Fields): readonly string[] {
  const [was, is] = [fieldOf(before, MATCHES), fieldOf(after, MATCHES)]
  const [old, now] = [fieldOf(before, SOCKET), fieldOf(after, SOCKET)]
  const count = Math.max(...[was, is].map((matches) => (Array.isArray(matches) ? matches.length : 0)))
  const ofMatches = Array.from({ length: count }, (_, index) =>
    socketTexts(valueAt(was, [index, SOCKET]), valueAt(is, [index, SOCKET])),
  )
  return [
    ...new Set(ofMatches.flat()),
    ...leafTexts(withoutSockets(was), withoutSockets(is), [MATCHES]),
    ...socketTexts(old, now),
  ]
}

const settingPhrases = (before: Fields, after: Fields): readonly Phrase[] =>
  settingTexts(before, after).map((text) => ({ kind: 'mtls-change', lead: '', rest: `: ${text}` }))

function tlsPhrases(before: Fields, after: Fields): readonly Phrase[] {
  const [was, is] = [modeText(before), modeText(after)]
  if (was === is) return settingPhrases(before, after)
  return [{ kind: 'mtls-change', lead: 'connections to ', rest: ` use ${is} (before: ${was})`, before: was, after: is }]
}

export const UPSTREAM_TLS: Aspect = { fields: [SOCKET, MATCHES], describe: tlsPhrases }
