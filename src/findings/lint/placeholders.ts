/**
 * Values that a template, a pipeline or Flux fills in later: `${VAR}`, `$(VAR)`, `{{ .Values.name }}`. istiod's verdict on
 * the placeholder is not its verdict on the value.
 */
import { oncePer } from '../../common/once.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { DocumentPlace, JsonValue, PathStep, SourceFile } from '../../sources/document.ts'
import { isMapping, valueAt } from '../../sources/mapping.ts'
import { readValue } from '../../sources/read-value.ts'
import type { LintFinding } from './rule.ts'

const MARKERS = [
  ['${', '}'],
  ['$(', ')'],
  ['{{', '}}'],
] as const

/** The first placeholder of a text; undefined without one. */
export function placeholderOf(text: string): string | undefined {
  for (const [open, close] of MARKERS) {
    const start = text.indexOf(open)
    const end = start < 0 ? -1 : text.indexOf(close, start + open.length)
    if (end >= 0) return text.slice(start, end + close.length)
  }
  return undefined
}

/** A value with a placeholder, at a path from the object. */
export interface Unfilled {
  readonly placeholder: string
  readonly path: readonly PathStep[]
}

function* unfilledIn(value: JsonValue | undefined, path: readonly PathStep[]): Iterable<Unfilled> {
  if (typeof value === 'string') {
    const placeholder = placeholderOf(value)
    if (placeholder !== undefined) yield { placeholder, path }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* unfilledIn(item, [...path, index])
  } else if (isMapping(value)) {
    for (const key of Object.keys(value)) yield* unfilledIn(value[key], [...path, key])
  }
}

/** Whether the text of a file has a placeholder; objects of live clusters have none. */
const hasSome = oncePer((file: SourceFile) => file.value === undefined && placeholderOf(file.text) !== undefined)

/** Finds placeholders in the texts of objects; a document is read again only if its file has some. */
export class Placeholders {
  #last: { readonly document: DocumentPlace; readonly value: JsonValue } | undefined
  /** The last file that was asked about: thousands of objects in a row may be of one. */
  #file: { readonly of: SourceFile; readonly hasSome: boolean } | undefined

  #valueOf(document: DocumentPlace): JsonValue {
    if (this.#last?.document !== document) this.#last = { document, value: readValue(document) }
    return this.#last.value
  }

  /** Whether the file of an object has placeholders. */
  mayBeIn({ location }: Pick<Resource, 'location'>): boolean {
    const { file } = location.document
    if (this.#file?.of !== file) this.#file = { of: file, hasSome: hasSome(file) }
    return this.#file.hasSome
  }

  /** The values of an object that have placeholders, with paths from the object; without its annotations. */
  *of(resource: Pick<Resource, 'location'>): Iterable<Unfilled> {
    if (!this.mayBeIn(resource)) return
    const { document, path } = resource.location
    for (const unfilled of unfilledIn(valueAt(this.#valueOf(document), path), [])) {
      if (unfilled.path[1] !== 'annotations') yield unfilled
    }
  }

  /** Whether a finding is about a value that is not filled in, or about an object that was rejected for one. */
  concerns({ message, location, related }: LintFinding): boolean {
    const { document, path } = location
    if (hasSome(document.file)) {
      if (placeholderOf(message) !== undefined) return true
      const [first] = unfilledIn(valueAt(this.#valueOf(document), path), [])
      if (first) return true
    }
    return message.includes('istiod rejects') && related.some((place) => this.#isRejectedForOne(place.location))
  }

  #isRejectedForOne(location: Resource['location']): boolean {
    const [first] = this.of({ location })
    return first !== undefined
  }
}

/** Istio's objects and Services, accepted or not: those whose values istiod judges. */
export function* judgedObjects({ istio, clusters, verdicts }: Snapshot): Iterable<Resource> {
  for (const list of Object.values(istio)) yield* list
  for (const { services } of clusters) yield* services
  for (const { resource, errors } of verdicts) if (errors.length > 0) yield resource
}
