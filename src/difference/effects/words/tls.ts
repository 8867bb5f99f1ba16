/** Settings of TLS in words, for connections that a proxy makes or accepts. */
import type { JsonValue, PathStep } from '../../../sources/document.ts'
import { isMapping, valueAt } from '../../../sources/mapping.ts'
import { listText } from './names.ts'
import { leafTexts, valueText } from './values.ts'

const CONTEXT = ['typedConfig', 'commonTlsContext']
const VALIDATION = [...CONTEXT, 'combinedValidationContext']

/** One setting: where it is in a transport socket, and how it reads. */
interface Setting {
  readonly path: readonly PathStep[]
  /** Completed by a value. */
  readonly words: { readonly outbound: string; readonly inbound: string }
  readonly text: (value: JsonValue) => string
  readonly none: string
}

const SPIFFE = /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\/([^/]+)$/

/** `service account shop/reviews`, `spiffe://td/*` */
function nameText(name: JsonValue): string {
  const exact = valueAt(name, ['exact'])
  const prefix = valueAt(name, ['prefix'])
  if (typeof prefix === 'string') return `${prefix}*`
  if (typeof exact !== 'string') return valueText(name)
  const [, namespace, account] = SPIFFE.exec(exact) ?? []
  return namespace === undefined ? exact : `service account ${namespace}/${account}`
}

const listed =
  (text: (item: JsonValue) => string) =>
  (value: JsonValue): string =>
    Array.isArray(value) ? listText(value.map(text)) : valueText(value)

const secretName = (secret: JsonValue): string => valueText(valueAt(secret, ['name']))

const SETTINGS: readonly Setting[] = [
  {
    path: [...VALIDATION, 'defaultValidationContext', 'matchSubjectAltNames'],
    words: { outbound: 'accepted servers:', inbound: 'accepted clients:' },
    text: listed(nameText),
    none: 'any',
  },
  {
    path: ['typedConfig', 'sni'],
    words: { outbound: 'the server name in TLS is', inbound: 'the server name in TLS is' },
    text: valueText,
    none: 'empty',
  },
  {
    path: [...CONTEXT, 'tlsCertificateSdsSecretConfigs'],
    words: { outbound: 'the client certificate is', inbound: 'the certificate is' },
    text: listed(secretName),
    none: 'none',
  },
  {
    path: [...VALIDATION, 'validationContextSdsSecretConfig'],
    words: { outbound: 'servers are checked with', inbound: 'clients are checked with' },
    text: secretName,
    none: 'nothing',
  },
  {
    path: [...CONTEXT, 'alpnProtocols'],
    words: { outbound: 'TLS offers', inbound: 'TLS accepts' },
    text: listed(valueText),
    none: 'no protocol',
  },
  {
    path: ['typedConfig', 'requireClientCertificate'],
    words: { outbound: 'a client certificate is required:', inbound: 'a client certificate is required:' },
    text: (value) => (value === true ? 'yes' : 'no'),
    none: 'no',
  },
]

/** Messages that hold little else, inner ones first. */
const EMPTIED: readonly (readonly string[])[] = [[...VALIDATION, 'defaultValidationContext'], VALIDATION]

/** A copy without what has words. */
function withoutKnown(socket: JsonValue | undefined): JsonValue | undefined {
  if (!isMapping(socket)) return socket
  const copy = JSON.parse(JSON.stringify(socket)) as JsonValue
  for (const { path } of SETTINGS) {
    const parent = valueAt(copy, path.slice(0, -1))
    if (isMapping(parent)) delete parent[String(path.at(-1))]
  }
  for (const path of EMPTIED) {
    const [value, parent] = [valueAt(copy, path), valueAt(copy, path.slice(0, -1))]
    if (isMapping(value) && Object.keys(value).length === 0 && isMapping(parent)) delete parent[String(path.at(-1))]
  }
  return copy
}

/** How long a path of a setting without words may be. */
const PREFIX = /^typedConfig\.(commonTlsContext\.)?/

/** Everything in which two transport sockets of TLS differ. */
export function tlsTexts(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  direction: 'outbound' | 'inbound',
): readonly string[] {
  const texts: string[] = []
  for (const { path, words, text, none } of SETTINGS) {
    const [was, is] = [valueAt(before, path), valueAt(after, path)]
    if (JSON.stringify(was) === JSON.stringify(is)) continue
    const [old, now] = [was === undefined ? none : text(was), is === undefined ? none : text(is)]
    texts.push(
      old === now ? `${words[direction]} ${now} (in another form)` : `${words[direction]} ${now} (before: ${old})`,
    )
  }
  const others = leafTexts(withoutKnown(before), withoutKnown(after)).map((text) => `TLS ${text.replace(PREFIX, '')}`)
  return [...texts, ...others]
}
