/** What the API server does with an object of a CRD: it fills in defaults, then checks the schema and its rules. */
import { oncePer, oncePerKey } from '../../common/once.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'
import type { ValidationIssue } from '../validation/report.ts'
import { holds } from './cel.ts'
import { characters } from './cel-functions.ts'
import { type CrdSchema, fieldsOf, schemaAt, specSchema } from './schema.ts'

/** Where the check is, and what it found. The path is copied only for what is found: most objects have no issues. */
interface Search {
  readonly path: PathStep[]
  readonly issues: ValidationIssue[]
}

function found({ path, issues }: Search, message: string): void {
  issues.push({ code: 'schema', path: [...path], message })
}

/** The value with defaults, and without nulls and fields that the schema does not have. */
function completed(value: JsonValue, schema: CrdSchema): JsonValue {
  const { items, properties, additionalProperties } = schema
  if (Array.isArray(value) && items !== undefined) {
    const inner = schemaAt(items)
    return value.map((item) => completed(item, inner))
  }
  if (!isMapping(value)) return value
  if (additionalProperties !== undefined) {
    const inner = schemaAt(additionalProperties)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, completed(each, inner)]))
  }
  if (!properties) return value
  const out: Record<string, JsonValue> = {}
  for (const { name, schema: inner } of fieldsOf(schema)) {
    const own = fieldAt(value, name) ?? inner.default
    if (own !== undefined && own !== null) out[name] = completed(own, inner)
  }
  return out
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

const patternOf = oncePerKey((text: string) => new RegExp(text, 'u'))

function checkText(value: string, { minLength = 0, maxLength, pattern }: CrdSchema, search: Search): void {
  const length = characters(value)
  if (length < minLength) {
    found(search, minLength === 1 ? 'must not be empty' : `must have at least ${minLength} characters`)
  }
  if (maxLength !== undefined && length > maxLength) {
    found(search, `must have at most ${maxLength} characters, not ${length}`)
  }
  if (pattern !== undefined && !patternOf(pattern).test(value)) {
    found(search, `${quoted(value)} must match ${pattern}`)
  }
}

function checkNumber(value: number, { minimum, maximum }: CrdSchema, search: Search): void {
  if (minimum !== undefined && value < minimum) found(search, `must be at least ${minimum}, not ${value}`)
  if (maximum !== undefined && value > maximum) found(search, `must be at most ${maximum}, not ${value}`)
}

/** What tells an item apart from the others. */
const keyOf = (item: JsonValue, keys: readonly string[] | undefined): string =>
  JSON.stringify(keys ? keys.map((key) => fieldAt(item, key) ?? null) : item)

/** Items that are there twice. */
function checkUnique(value: readonly JsonValue[], keys: readonly string[] | undefined, search: Search): void {
  const seen = new Set<string>()
  for (const [index, item] of value.entries()) {
    const key = keyOf(item, keys)
    if (seen.has(key)) {
      search.path.push(index)
      found(search, keys ? `has the same ${keys.join(', ')} as another item` : 'is there twice')
      search.path.pop()
    }
    seen.add(key)
  }
}

function checkList(value: readonly JsonValue[], schema: CrdSchema, search: Search): void {
  const { minItems = 0, maxItems, items, keys, isSet } = schema
  if (value.length < minItems) found(search, `must have at least ${minItems} ${minItems === 1 ? 'item' : 'items'}`)
  if (maxItems !== undefined && value.length > maxItems) {
    found(search, `must have at most ${maxItems} items, not ${value.length}`)
  }
  if (items !== undefined) {
    const inner = schemaAt(items)
    for (let index = 0; index < value.length; index++) checkAt(index, value[index] as JsonValue, inner, search)
  }
  if (value.length > 1 && (keys || isSet)) checkUnique(value, keys, search)
}

function checkMapping(value: JsonMapping, schema: CrdSchema, search: Search): void {
  const { required = [], properties = {}, additionalProperties, maxProperties } = schema
  for (const name of required) if (fieldAt(value, name) === undefined) found(search, `${name} is missing`)
  const names = Object.keys(value)
  if (maxProperties !== undefined && names.length > maxProperties) {
    found(search, `must have at most ${maxProperties} entries`)
  }
  for (const name of names) {
    const inner = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    if (inner !== undefined) checkAt(name, value[name] as JsonValue, schemaAt(inner), search)
  }
}

function checkAt(step: PathStep, value: JsonValue, schema: CrdSchema, search: Search): void {
  search.path.push(step)
  check(value, schema, search)
  search.path.pop()
}

/** How many texts are kept per schema, and how long they may be. */
const MOST_KEPT = 1000
const LONGEST_KEPT = 500

/** Lists without issues, as JSON. Thousands of routes name the same parents, and rules compare each pair of items. */
const fineLists = oncePer((_: CrdSchema) => new Set<string>())

function checkRuledList(value: readonly JsonValue[], schema: CrdSchema, search: Search): void {
  const fine = fineLists(schema)
  const text = JSON.stringify(value)
  if (fine.has(text)) return
  const before = search.issues.length
  checkValue(value as JsonValue, schema, search)
  const isKept = search.issues.length === before && fine.size < MOST_KEPT && text.length <= LONGEST_KEPT
  if (isKept) fine.add(text)
}

function check(value: JsonValue, schema: CrdSchema, search: Search): void {
  if (Array.isArray(value) && schema.rules) checkRuledList(value, schema, search)
  else checkValue(value, schema, search)
}

function checkValue(value: JsonValue, schema: CrdSchema, search: Search): void {
  const { type = '', rules } = schema
  if (TYPES[type]?.(value) === false) {
    found(search, `must be ${WORDS[type]}, not ${quoted(value)}`)
    return
  }
  const before = search.issues.length
  if (schema.enum && !schema.enum.includes(value)) {
    found(search, `${quoted(value)} is not one of ${schema.enum.join(', ')}`)
  }
  if (typeof value === 'string') checkText(value, schema, search)
  else if (typeof value === 'number') checkNumber(value, schema, search)
  else if (Array.isArray(value)) checkList(value, schema, search)
  else if (isMapping(value)) checkMapping(value, schema, search)
  // Rules are not asked about values that the schema refuses.
  if (!rules || search.issues.length > before) return
  for (const { rule, message } of rules) {
    if (!holds(rule, value)) found(search, message ?? `does not hold: ${rule}`)
  }
}

/**
 * Why the API server refuses an object of the Gateway API (v1.6, experimental channel).
 * @param version without the group
 * @returns nothing for an object that it accepts
 */
export function crdIssues(kind: string, version: string, object: JsonMapping): readonly ValidationIssue[] {
  const schema = specSchema(kind, version)
  if (!schema) return []
  const spec = fieldAt(object, 'spec') ?? undefined
  if (spec === undefined) return [{ code: 'schema', path: [], message: 'spec is missing' }]
  const search: Search = { path: ['spec'], issues: [] }
  check(completed(spec, schema), schema, search)
  return search.issues
}
