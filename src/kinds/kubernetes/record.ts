/** How parts of objects are taken over into a snapshot. */
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'

/** What is written in place of a value. */
export type Change = (value: JsonValue) => JsonValue

/** Some fields of a mapping, in the order of `keys`; of anything else none. */
export function pick(value: JsonValue | undefined, keys: readonly string[]): JsonMapping {
  if (!isMapping(value)) return {}
  return Object.fromEntries(
    keys.filter((key) => Object.hasOwn(value, key)).map((key) => [key, value[key]]),
  ) as JsonMapping
}

/** Something of another type than it should be stays wrong, but says nothing any more. */
export const emptied: Change = (value) => (Array.isArray(value) ? [] : isMapping(value) ? {} : value)

/** A change of a mapping; anything else is emptied. */
export const onMapping =
  (change: (value: JsonMapping) => JsonMapping): Change =>
  (value) =>
    isMapping(value) ? (change(value) as JsonValue) : emptied(value)

/** Only these fields of a mapping. */
export const only = (keys: readonly string[]): Change => onMapping((value) => pick(value, keys))

/** A change of each item of a list; anything else is emptied. */
export const each =
  (change: Change): Change =>
  (value) =>
    Array.isArray(value) ? value.map(change) : emptied(value)

/** A field of a mapping under its name, changed; nothing when it is not there. */
export function changed(value: JsonMapping, key: string, change: Change): JsonMapping {
  const found = fieldAt(value, key)
  return found === undefined ? {} : { [key]: change(found) }
}

/** A field under its name, unless it is absent or an empty mapping. */
export function field(key: string, value: JsonValue | undefined): JsonMapping {
  return value === undefined || (isMapping(value) && Object.keys(value).length === 0) ? {} : { [key]: value }
}

/** Of a kind of which only the metadata is read. */
export const nothing = (): JsonMapping => ({})
