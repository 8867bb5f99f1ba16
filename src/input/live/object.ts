/** Reads JSON of unknown shape from an API server. */
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt } from '../../sources/mapping.ts'

export type JsonObject = { [key: string]: JsonValue }

export const textAt = (value: JsonValue | undefined, key: string): string => {
  const found = fieldAt(value, key)
  return typeof found === 'string' ? found : ''
}
