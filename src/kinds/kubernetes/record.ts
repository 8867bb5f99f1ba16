/** How parts of objects are copied into a snapshot. */
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'

/** Returns what is written instead of a value. */
export type Change = (value: JsonValue) => JsonValue

/** Some fields of a mapping, in the order of `keys`; empty for any other value. */
export function pick(value: JsonValue | undefined, keys: readonly string[]): JsonMapping {
  if (!isMapping(value)) return {}
  return Object.fromEntries(
    keys.filter((key) => Object.hasOwn(value, key)).map((key) => [key, value[key]]),
  ) as JsonMapping
}

/** Keeps a value of the wrong type wrong, but removes its content. */
export const emptied: Change = (value) => (Array.isArray(value) ? [] : isMapping(value) ? {} : value)

/** Changes a mapping; empties any other value. */
export const onMapping =
  (change: (value: JsonMapping) => JsonMapping): Change =>
  (value) =>
    isMapping(value) ? (change(value) as JsonValue) : emptied(value)

/** Keeps only these fields of a mapping. */
export const only = (keys: readonly string[]): Change => onMapping((value) => pick(value, keys))

/** Changes each item of a list; empties any other value. */
export const each =
  (change: Change): Change =>
  (value) =>
    Array.isArray(value) ? value.map(change) : emptied(value)

/** A changed field under its name; nothing when it is absent. */
export function changed(value: JsonMapping, key: string, change: Change): JsonMapping {
  const found = fieldAt(value, key)
  return found === undefined ? {} : { [key]: change(found) }
}

/** A field under its name, unless it is absent or an empty mapping. */
export function field(key: string, value: JsonValue | undefined): JsonMapping {
  return value === undefined || (isMapping(value) && Object.keys(value).length === 0) ? {} : { [key]: value }
}

/** For kinds of which only the metadata is written. */
export const nothing = (): JsonMapping => ({})
