/** Reading JSON of unknown shape. */
import type { JsonValue, PathStep } from './document.ts'

export type JsonMapping = { readonly [key: string]: JsonValue }

export function isMapping(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field of a mapping; undefined when it is absent, or when the value is not a mapping. */
export function fieldAt(value: JsonValue | JsonMapping | undefined, key: string): JsonValue | undefined {
  const mapping = value as JsonValue | undefined
  return isMapping(mapping) && Object.hasOwn(mapping, key) ? mapping[key] : undefined
}

/** The text of a field; '' when it is absent or something else. */
export function textAt(value: JsonValue | JsonMapping | undefined, key: string): string {
  const text = fieldAt(value, key)
  return typeof text === 'string' ? text : ''
}

/** The mapping in a field; empty when it is absent or something else. */
export function mappingAt(value: JsonValue | JsonMapping | undefined, key: string): JsonMapping {
  const mapping = fieldAt(value, key)
  return isMapping(mapping) ? mapping : {}
}

/** The items of a field; empty when it is absent or something else. */
export function listAt(value: JsonValue | JsonMapping | undefined, key: string): readonly JsonValue[] {
  const list = fieldAt(value, key)
  return Array.isArray(list) ? list : []
}

/** The value at a path; undefined when there is none. */
export function valueAt(value: JsonValue | undefined, path: readonly PathStep[]): JsonValue | undefined {
  let found = value
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)]
    else if (isMapping(found) && Object.hasOwn(found, String(step))) found = found[String(step)]
    else return undefined
  }
  return found
}
