/** Keys and numbers whose value differs from their text, because Kubernetes reads YAML 1.1. */

import { kindOf } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { DocumentPlace, JsonValue, PathStep, SourceDocument, SourceFile } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import { keyTextOf, sourceTextOf } from '../../sources/positions.ts'
import type { RawObject } from './objects.ts'

export interface YamlSurprise {
  readonly resource: Resource
  /** From the object's root; for a key, the path of its value. */
  readonly path: readonly PathStep[]
  readonly what: 'key' | 'number'
  readonly written: string
  readonly read: string
}

/** What a plain key may have been read as: a boolean or a number. */
const MAY_BE_MISREAD = /^(?:true$|false$|[-+.0-9])/

/** Searches only the documents that are flagged. */
export class YamlSurpriseSearch {
  readonly #documents = new Map<SourceFile, Set<number>>()

  constructor(documents: readonly SourceDocument[]) {
    for (const { file, start, hasSurprises } of documents) {
      if (!hasSurprises) continue
      const starts = this.#documents.get(file) ?? new Set()
      this.#documents.set(file, starts)
      starts.add(start)
    }
  }

  /** Whether the object's document is flagged. */
  concerns({ location: { document } }: RawObject): boolean {
    return this.#documents.get(document.file)?.has(document.start) ?? false
  }

  /**
   * @param object one that the search concerns
   * @param resource the decoded object
   */
  *in({ apiVersion, kind, value, location }: RawObject, resource: Resource): Iterable<YamlSurprise> {
    const { document, path } = location
    const numbers = kindOf(apiVersion, kind)?.octalIsMistake ?? false
    for (const found of yamlSurprises(value as JsonValue, document, [...path], numbers)) {
      yield { ...found, resource, path: found.path.slice(path.length) }
    }
  }
}

type Found = Omit<YamlSurprise, 'resource'>

/** @param path the path of the value from the document's root; unchanged when done */
function* yamlSurprises(value: JsonValue, place: DocumentPlace, path: PathStep[], numbers: boolean): Iterable<Found> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      path.push(index)
      yield* yamlSurprises(item, place, path, numbers)
      path.pop()
    }
  } else if (isMapping(value)) {
    for (const [key, item] of Object.entries(value)) {
      path.push(key)
      if (MAY_BE_MISREAD.test(key)) yield* surprisingKey(key, place, path)
      yield* yamlSurprises(item, place, path, numbers)
      path.pop()
    }
  } else if (numbers && typeof value === 'number') yield* surprisingNumber(value, place, path)
}

function* surprisingKey(key: string, place: DocumentPlace, path: readonly PathStep[]): Iterable<Found> {
  const written = keyTextOf(place, path)
  if (written === undefined || written === key || /^['"]/.test(written)) return
  yield { path: [...path], what: 'key', written, read: key }
}

function* surprisingNumber(value: number, place: DocumentPlace, path: readonly PathStep[]): Iterable<Found> {
  const written = sourceTextOf(place, path)
  if (written === undefined || !/^0[0-9]+$/.test(written) || Number(written) === value) return
  yield { path: [...path], what: 'number', written, read: String(value) }
}
