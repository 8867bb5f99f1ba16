/** What the API server makes of an object of a CRD before it checks it: with defaults, without unknown fields. */
import { nearest } from '../../common/nearest.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { isMapping, type JsonMapping } from '../../sources/mapping.ts'
import type { DecodeIssue } from '../schema/index.ts'
import type { CrdSchema } from './schema.ts'

/** Where the search for unknown fields is, and what it found. */
export interface FieldSearch {
  readonly kind: string
  readonly path: PathStep[]
  readonly unknown: DecodeIssue[]
}

export function foundUnknown({ kind, path, unknown }: FieldSearch, key: string, names: Iterable<string>): void {
  const owner = path.findLast((step) => typeof step === 'string') ?? kind
  const close = nearest(key, names)
  const hint = close ? `did you mean ${close}?` : `its fields are ${[...names].join(', ')}`
  unknown.push({ path: [...path, key], message: `${owner} has no field ${JSON.stringify(key.slice(0, 80))}`, hint })
}

function completedItems(list: readonly JsonValue[], items: CrdSchema, search: FieldSearch): JsonValue[] {
  const out = new Array<JsonValue>(list.length)
  for (let index = 0; index < list.length; index++) {
    out[index] = completedAt(index, list[index] as JsonValue, items, search)
  }
  return out
}

/** The fields that a schema has, and its defaults. */
function completedFields(
  value: JsonMapping,
  { properties, defaults = [] }: CrdSchema,
  search: FieldSearch,
): JsonMapping {
  const out: Record<string, JsonValue> = {}
  for (const name of Object.keys(value)) {
    const inner = properties?.get(name)
    const own = value[name]
    if (inner === undefined) foundUnknown(search, name, properties?.keys() ?? [])
    else if (own !== undefined && own !== null) out[name] = completedAt(name, own, inner, search)
  }
  for (const [name, inner] of defaults) {
    if (out[name] === undefined) out[name] = inner.default as JsonValue
  }
  return out
}

/** The value with defaults, and without nulls and fields that the schema does not have. */
export function completed(value: JsonValue, schema: CrdSchema, search: FieldSearch): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  const { items, properties, additionalProperties } = schema
  if (Array.isArray(value)) return items === undefined ? value : completedItems(value, items, search)
  if (!isMapping(value)) return value
  if (additionalProperties !== undefined) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, completedAt(key, each, additionalProperties, search)]),
    )
  }
  return properties ? completedFields(value, schema, search) : value
}

export function completedAt(step: PathStep, value: JsonValue, schema: CrdSchema, search: FieldSearch): JsonValue {
  search.path.push(step)
  const out = completed(value, schema, search)
  search.path.pop()
  return out
}
