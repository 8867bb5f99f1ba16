/** Secret (k8s.io/api core/v1). */
import { decodeBase64, utf8Text } from '../../common/bytes.ts'
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'
import type { ResourceOf } from '../define.ts'
import { message, type Type } from '../schema/index.ts'
import { hasCertificate, keyPairProblem } from '../x509.ts'
import { defineKubernetes, NoStatus, open } from './define.ts'
import { nothing, pick } from './record.ts'

const isRemoteSecret = (object: JsonMapping): boolean =>
  fieldAt(fieldAt(object.metadata, 'labels'), 'istio/multiCluster') !== undefined

/** What is kept of a Secret's data: whether istiod can use its certificates. */
export interface SecretContent {
  /** Why there is no certificate with its key; undefined when there is one. */
  readonly pairProblem: string | undefined
  /** Why there are no certificates of authorities; undefined when there are. */
  readonly authoritiesProblem: string | undefined
}

const NO_PAIR = 'it has neither tls.crt and tls.key nor cert and key'
const NO_AUTHORITIES = 'it has neither ca.crt nor cacert'
/** Of a Secret whose data is not there to see, such as that of a snapshot. */
const UNSEEN: SecretContent = { pairProblem: undefined, authoritiesProblem: undefined }

/** The entries of the object, base64 decoded; those of `stringData` are texts and win. */
function entryOf(data: JsonValue | undefined, texts: JsonValue | undefined, key: string): string {
  const text = fieldAt(texts, key)
  if (typeof text === 'string') return text
  const encoded = fieldAt(data, key)
  return typeof encoded === 'string' ? utf8Text(decodeBase64(encoded)) : ''
}

function pairProblem(entry: (key: string) => string): string | undefined {
  const generic = [entry('cert'), entry('key')] as const
  const [certificate, key] = generic[0] && generic[1] ? generic : [entry('tls.crt'), entry('tls.key')]
  return certificate && key ? keyPairProblem(certificate, key) : NO_PAIR
}

/** The content of a Secret with these entries. */
function contentOf(data: JsonValue | undefined, texts: JsonValue | undefined): SecretContent {
  const entry = (key: string): string => entryOf(data, texts, key)
  const authorities = entry('cacert') || entry('ca.crt')
  return {
    pairProblem: pairProblem(entry),
    authoritiesProblem: authorities === '' ? NO_AUTHORITIES : authoritiesProblem(authorities),
  }
}

/** Why a PEM text has no certificates of authorities; undefined when it has. */
export const authoritiesProblem = (pem: string): string | undefined =>
  hasCertificate(pem) ? undefined : 'the certificates of the authorities cannot be read'

/** In place of the data of a Secret of a live cluster: whether istiod can use it. No API server has this field. */
const VERDICT = 'certificates'

/**
 * A Secret as it is kept of a live cluster: with what istiod makes of its data, and without the data and annotations,
 * which may repeat them.
 */
export function withoutData(object: JsonMapping): JsonMapping {
  const { pairProblem: pair, authoritiesProblem: authorities } = contentOf(fieldAt(object, 'data'), undefined)
  const verdict = { ...(pair !== undefined && { pair }), ...(authorities !== undefined && { authorities }) }
  return {
    ...pick(object, ['apiVersion', 'kind', 'type']),
    metadata: pick(fieldAt(object, 'metadata'), KEPT_METADATA),
    [VERDICT]: verdict,
  }
}

const KEPT_METADATA = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'labels']

/** Whether a Secret was read by its name, because an object refers to it; others of its namespace were not read. */
export const isReadByName = (object: JsonMapping): boolean => isMapping(fieldAt(object, VERDICT))

function verdictOf(object: JsonValue): SecretContent | undefined {
  const verdict = fieldAt(object, VERDICT)
  if (!isMapping(verdict)) return undefined
  const problem = (key: string): string | undefined => {
    const text = fieldAt(verdict, key)
    return typeof text === 'string' ? text : undefined
  }
  return { pairProblem: problem('pair'), authoritiesProblem: problem('authorities') }
}

const Fields = message('Secret', {}, open)

/** Decodes the object as a whole, and keeps nothing of its data. */
const SecretSpec: Type<SecretContent> = {
  ...Fields,
  zero: UNSEEN,
  decode(value) {
    const [data, texts] = [fieldAt(value, 'data'), fieldAt(value, 'stringData')]
    const verdict = verdictOf(value)
    if (verdict) return verdict
    const isUnseen =
      data === undefined && texts === undefined && typeof fieldAt(fieldAt(value, 'metadata'), 'uid') === 'string'
    return isUnseen ? UNSEEN : contentOf(data, texts)
  },
}

/**
 * Gateways need to know whether a Secret of a name exists and has a certificate, and those with a kubeconfig give access
 * to remote clusters. No stage sees its data.
 */
export const SECRET = defineKubernetes({
  kind: 'Secret',
  group: '',
  versions: ['v1'],
  plural: 'secrets',
  spec: SecretSpec,
  flat: true,
  status: NoStatus,
  list: 'secrets',
  discovered: true,
  readFor: [],
  matters: (object) => !isRemoteSecret(object),
  record: nothing,
})
export type Secret = ResourceOf<typeof SECRET>
