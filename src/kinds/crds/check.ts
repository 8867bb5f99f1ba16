/** What the API server does with an object of a CRD: it fills in defaults, then checks the schema and its rules. */
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'
import type { ValidationIssue } from '../validation/report.ts'
import { holds } from './cel.ts'
import { type CrdSchema, schemaAt, specSchema } from './schema.ts'

type Found = (path: readonly PathStep[], message: string) => void

/** The value with defaults, and without nulls and fields that the schema does not have. */
function completed(value: JsonValue, schema: CrdSchema): JsonValue {
  const { items, properties, additionalProperties } = schema
  if (Array.isArray(value) && items !== undefined) return value.map((item) => completed(item, schemaAt(items)))
  if (!isMapping(value)) return value
  if (additionalProperties !== undefined) {
    const inner = schemaAt(additionalProperties)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, completed(each, inner)]))
  }
  if (!properties) return value
  const out: [string, JsonValue][] = []
  for (const [name, index] of Object.entries(properties)) {
    const inner = schemaAt(index)
    const own = fieldAt(value, name) ?? inner.default
    if (own !== undefined && own !== null) out.push([name, completed(own, inner)])
  }
  return Object.fromEntries(out)
}

const TYPES: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => typeof value === 'number' && Number.isInteger(value),
  number: (value) => typeof value === 'number',
  array: (value) => Array.isArray(value),
  object: (value) => isMapping(value),
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a mapping',
}

const quoted = (value: JsonValue): string => JSON.stringify(value).slice(0, 80)

const patterns = new Map<string, RegExp>()

function patternOf(text: string): RegExp {
  const known = patterns.get(text) ?? new RegExp(text, 'u')
  patterns.set(text, known)
  return known
}

function checkText(value: string, { minLength = 0, maxLength, pattern }: CrdSchema, found: (message: string) => void) {
  const length = [...value].length
  if (length < minLength) found(minLength === 1 ? 'must not be empty' : `must have at least ${minLength} characters`)
  if (maxLength !== undefined && length > maxLength) found(`must have at most ${maxLength} characters, not ${length}`)
  if (pattern !== undefined && !patternOf(pattern).test(value)) found(`${quoted(value)} must match ${pattern}`)
}

function checkNumber(value: number, { minimum, maximum }: CrdSchema, found: (message: string) => void): void {
  if (minimum !== undefined && value < minimum) found(`must be at least ${minimum}, not ${value}`)
  if (maximum !== undefined && value > maximum) found(`must be at most ${maximum}, not ${value}`)
}

/** What tells an item apart from the others. */
const keyOf = (item: JsonValue, keys: readonly string[] | undefined): string =>
  JSON.stringify(keys ? keys.map((key) => fieldAt(item, key) ?? null) : item)

function checkList(value: readonly JsonValue[], schema: CrdSchema, path: readonly PathStep[], found: Found): void {
  const { minItems = 0, maxItems, items, keys, isSet } = schema
  if (value.length < minItems) found(path, `must have at least ${minItems} ${minItems === 1 ? 'item' : 'items'}`)
  if (maxItems !== undefined && value.length > maxItems) {
    found(path, `must have at most ${maxItems} items, not ${value.length}`)
  }
  const seen = new Set<string>()
  for (const [index, item] of value.entries()) {
    if (items !== undefined) check(item, schemaAt(items), [...path, index], found)
    if (!keys && !isSet) continue
    const key = keyOf(item, keys)
    if (seen.has(key))
      found([...path, index], keys ? `has the same ${keys.join(', ')} as another item` : 'is there twice')
    seen.add(key)
  }
}

function checkMapping(value: JsonMapping, schema: CrdSchema, path: readonly PathStep[], found: Found): void {
  const { required = [], properties = {}, additionalProperties, maxProperties } = schema
  for (const name of required) if (fieldAt(value, name) === undefined) found(path, `${name} is missing`)
  const names = Object.keys(value)
  if (maxProperties !== undefined && names.length > maxProperties)
    found(path, `must have at most ${maxProperties} entries`)
  for (const name of names) {
    const inner = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    if (inner !== undefined) check(value[name] as JsonValue, schemaAt(inner), [...path, name], found)
  }
}

function check(value: JsonValue, schema: CrdSchema, path: readonly PathStep[], found: Found): void {
  const { type = '', rules = [] } = schema
  if (TYPES[type]?.(value) === false) {
    found(path, `must be ${WORDS[type]}, not ${quoted(value)}`)
    return
  }
  let isFine = true
  const inner: Found = (at, message) => {
    isFine = false
    found(at, message)
  }
  const here = (message: string): void => inner(path, message)
  if (schema.enum && !schema.enum.includes(value)) here(`${quoted(value)} is not one of ${schema.enum.join(', ')}`)
  if (typeof value === 'string') checkText(value, schema, here)
  if (typeof value === 'number') checkNumber(value, schema, here)
  if (Array.isArray(value)) checkList(value, schema, path, inner)
  else if (isMapping(value)) checkMapping(value, schema, path, inner)
  // Rules are not asked about values that the schema refuses.
  if (!isFine) return
  for (const { rule, message } of rules) if (!holds(rule, value)) found(path, message ?? `does not hold: ${rule}`)
}

/**
 * Why the API server refuses an object of the Gateway API (v1.6, experimental channel).
 * @param version without the group
 * @returns nothing for an object that it accepts
 */
export function crdIssues(kind: string, version: string, object: JsonMapping): readonly ValidationIssue[] {
  const schema = specSchema(kind, version)
  const issues: ValidationIssue[] = []
  const found: Found = (path, message) => issues.push({ code: 'schema', path: ['spec', ...path], message })
  const spec = fieldAt(object, 'spec') ?? undefined
  if (!schema) return issues
  if (spec === undefined) return [{ code: 'schema', path: [], message: 'spec is missing' }]
  check(completed(spec, schema), schema, [], found)
  return issues
}
