/**
 * One spelling for messages of Envoy. Its admin interface writes fields as in the .proto files (`filter_chains`), istiod
 * and protobuf's JSON as `filterChains`.
 */
import type { JsonValue } from '../sources/document.ts'
import { isMapping, type JsonMapping } from '../sources/mapping.ts'
import { FREE, LISTS_WITH_FREE_MATCH, MAPS, TYPES_WITH_FREE_VALUE } from './fields.ts'

/** `filter_chains` to `filterChains`, as protobuf does. */
export function camelCase(name: string): string {
  if (!name.includes('_') || name.startsWith('@')) return name
  const [first = '', ...others] = name.split('_')
  return first + others.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
}

/** The message's name in the URL of an Any, which may have any host: `envoy.config.cluster.v3.Cluster`. */
export const typeName = (url: JsonValue | undefined): string =>
  typeof url === 'string' ? url.slice(url.lastIndexOf('/') + 1) : ''

function mapped(value: JsonValue, convert: (value: JsonValue) => JsonValue): JsonValue {
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item)]))
}

function fieldOf(field: string, value: JsonValue, message: JsonMapping, list: string): JsonValue {
  if (FREE.has(field)) return value
  if (field === 'match' && list === LISTS_WITH_FREE_MATCH) return value
  if (field === 'value' && TYPES_WITH_FREE_VALUE.includes(typeName(message['@type']))) return value
  if (MAPS.has(field)) return mapped(value, (item) => canonical(item))
  return canonical(value, field)
}

/**
 * A message with the field names of protobuf's JSON. Keys of maps and Structs stay as they are.
 * @param list the field whose items these are
 */
export function canonical(value: JsonValue, list = ''): JsonValue {
  if (Array.isArray(value)) return value.map((item) => canonical(item, list))
  if (!isMapping(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]): [string, JsonValue] => {
      const field = camelCase(key)
      return [field, fieldOf(field, item, value, list)]
    }),
  )
}
