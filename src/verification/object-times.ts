/** When objects were last changed, as far as the API server has recorded it. */
import { oncePer } from '../common/once.ts'
import type { DocumentPlace, JsonValue, PathStep } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import { fieldAt, isMapping, listAt, valueAt } from '../sources/mapping.ts'
import { readValue } from '../sources/read-value.ts'

/** The object at or around a location: documents may be lists of objects. */
function objectAround(document: JsonValue, path: readonly PathStep[]): JsonValue | undefined {
  for (let length = 0; length <= path.length; length++) {
    const value = valueAt(document, path.slice(0, length))
    if (isMapping(value) && isMapping(value.metadata) && typeof value.metadata.name === 'string') return value
  }
  return undefined
}

/** A time of a manifest in the form of `Date`, so that texts compare as times; undefined if it is not one. */
export function timeOf(text: JsonValue | undefined): string | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

const latest = (times: readonly (string | undefined)[]): string | undefined =>
  times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1)

function changedAt(object: JsonValue): string | undefined {
  const metadata = fieldAt(object, 'metadata')
  const own = listAt(metadata, 'managedFields').filter((each) => fieldAt(each, 'subresource') !== 'status')
  return latest([timeOf(fieldAt(metadata, 'creationTimestamp')), ...own.map((each) => timeOf(fieldAt(each, 'time')))])
}

/** Reads documents again, each once. */
export class ObjectTimes {
  readonly #documentOf = oncePer((place: DocumentPlace) => readValue(place))

  /** When the object at a location was created or last changed, in ISO form; undefined if it does not say so. */
  changed({ document, path }: Location): string | undefined {
    const object = objectAround(this.#documentOf(document), path)
    return object === undefined ? undefined : changedAt(object)
  }
}
