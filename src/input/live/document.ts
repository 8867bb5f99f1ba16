/**
 * Objects of an API server as documents. The text of such a document is what `kubectl get -o yaml` prints, created when
 * a position in it is needed. Until then only the object's JSON is kept, which is much smaller.
 */
import { ANNOTATIONS } from '../../common/istio-names.ts'
import { type ApiKind, kindOf } from '../../kinds/index.ts'
import { SECRET, withoutData } from '../../kinds/kubernetes/secret.ts'
import type { JsonValue, SourceDocument, SourceFile } from '../../sources/document.ts'
import { DEFAULT_LIMITS } from '../../sources/limits.ts'
import { isMapping, textAt } from '../../sources/mapping.ts'
import { yamlText } from '../../sources/yaml/text.ts'
import type { JsonObject } from './object.ts'

let rendered: { readonly file: SourceFile; readonly text: string } | undefined

class LiveFile implements SourceFile {
  readonly name: string
  readonly #json: string
  /** kubectl's annotation with the applied object is not kept, but takes two lines of the output. */
  readonly #applied: boolean

  constructor(name: string, json: string, applied: boolean) {
    this.name = name
    this.#json = json
    this.#applied = applied
  }

  get value(): JsonValue {
    return JSON.parse(this.#json) as JsonValue
  }

  get text(): string {
    if (rendered?.file === this) return rendered.text
    const { value } = this
    if (this.#applied && isMapping(value) && isMapping(value.metadata)) {
      const { annotations } = value.metadata
      value.metadata.annotations = { ...(isMapping(annotations) && annotations), [ANNOTATIONS.lastApplied]: '{}\n' }
    }
    rendered = { file: this, text: yamlText(value, { kubectl: true }) }
    return rendered.text
  }
}

/** The largest parts of a pod's status, which nothing uses. */
const STATUS_NOISE = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']

/** Drops fields that are not used. @returns whether kubectl's annotation was dropped */
function prune(value: JsonObject, keepsStatus: boolean, keepsApplied: boolean): boolean {
  if (!keepsStatus) delete value.status
  else if (isMapping(value.status)) for (const noise of STATUS_NOISE) delete value.status[noise]
  const { metadata } = value
  if (!isMapping(metadata)) return false
  delete metadata.managedFields
  const { annotations } = metadata
  if (keepsApplied || !isMapping(annotations) || !Object.hasOwn(annotations, ANNOTATIONS.lastApplied)) return false
  delete annotations[ANNOTATIONS.lastApplied]
  if (Object.keys(annotations).length === 0) delete metadata.annotations
  return true
}

/** Whether a value nests deeper than files may. */
function isTooDeep(value: JsonValue, json: string): boolean {
  // Every level takes two characters of JSON.
  if (json.length < DEFAULT_LIMITS.depth * 2) return false
  let level: JsonValue[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEFAULT_LIMITS.depth) return true
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  }
  return false
}

/** The origin of an object. */
export interface Origin {
  readonly context: string
  /** '' for the config cluster. */
  readonly cluster: string
  readonly kind: ApiKind
  readonly apiVersion: string
  /** Keep kubectl's annotation with the applied object. */
  readonly keepsApplied: boolean
}

/** Keeps JSON instead of the value, because values take much more memory and each is used hardly more than once. */
class LiveDocument implements SourceDocument {
  readonly file: LiveFile
  readonly cluster: string
  readonly start = 0
  /** The text does not exist yet; the end is only used for slicing. */
  readonly end = Number.MAX_SAFE_INTEGER

  constructor(file: LiveFile, cluster: string) {
    this.file = file
    this.cluster = cluster
  }

  get value(): JsonValue {
    return this.file.value
  }
}

/**
 * A document with one object from an API server, without fields that are not used. Items in lists of built-in kinds
 * have no apiVersion and kind, so these are added. Of a Secret, only what istiod makes of its data is kept.
 * @param value is modified
 * @returns undefined for a value that is not an object or is deeper than files may be
 */
export function liveDocument(value: JsonValue, origin: Origin): SourceDocument | undefined {
  if (!isMapping(value) || !isMapping(value.metadata)) return undefined
  const { kind, apiVersion, context, cluster, keepsApplied } = origin
  if (!Object.hasOwn(value, 'kind')) value.kind = kind.kind
  if (!Object.hasOwn(value, 'apiVersion')) value.apiVersion = apiVersion
  const applied = prune(value, kindOf(apiVersion, kind.kind)?.keepsStatus ?? false, keepsApplied)
  const kept = kind === SECRET ? withoutData(value) : value
  const json = jsonOf(kept)
  if (json === undefined || isTooDeep(kept, json)) return undefined
  const namespace = textAt(value.metadata, 'namespace')
  const name = textAt(value.metadata, 'name')
  const place = `${kind.kind.toLowerCase()}/${namespace === '' ? '' : `${namespace}/`}${name}`
  return new LiveDocument(new LiveFile(`${context}:${place}`, json, applied), cluster)
}

/** Whether the name of a document of a live cluster says that its object is of one of these kinds. */
export const isOfKinds = ({ file }: SourceDocument, kinds: readonly ApiKind[]): boolean =>
  kinds.some(({ kind }) => file.name.includes(`:${kind.toLowerCase()}/`))

/** Documents of any cluster as those of the config cluster, for reading one cluster by itself. */
export const withoutCluster = (documents: readonly SourceDocument[]): readonly SourceDocument[] =>
  documents.map(({ file, start, end, value }) => ({ file, cluster: '', start, end, value }))

/** undefined when the value is so deep that serializing overflows the stack. */
function jsonOf(value: JsonValue): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
