/** Reading JSON of which nothing is known yet. */
import type { JsonValue } from '../../sources/document.ts'

export type JsonObject = { [key: string]: JsonValue }

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textAt = (value: JsonValue | undefined, key: string): string => {
  const found = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return typeof found === 'string' ? found : ''
}
