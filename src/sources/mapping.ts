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
