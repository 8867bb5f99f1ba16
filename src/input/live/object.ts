/** Reading the JSON of an API server of which nothing is known yet. */
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt } from '../../sources/mapping.ts'

export type JsonObject = { [key: string]: JsonValue }

export const textAt = (value: JsonValue | undefined, key: string): string => {
  const found = fieldAt(value, key)
  return typeof found === 'string' ? found : ''
}
