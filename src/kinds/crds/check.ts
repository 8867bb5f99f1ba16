/** What the API server does with an object of a CRD: it fills in defaults, then checks the schema and its rules. */
import { oncePer, oncePerKey } from '../../common/once.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'
import type { DecodeIssue } from '../schema/index.ts'
import type { ValidationIssue } from '../validation/report.ts'
import { holds } from './cel.ts'
import { characters } from './cel-functions.ts'
import { completedAt, type FieldSearch, foundUnknown } from './completion.ts'
import type { CrdSchema } from './schema.ts'
import { specSchema } from './table.ts'

/** Where the check is, and what it found. The path is copied only for what is found: most objects have no issues. */
interface Search {
  readonly path: PathStep[]
  readonly issues: ValidationIssue[]
}

const TOP_LEVEL: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status'])

function found({ path, issues }: Search, message: string): void {
  issues.push({ code: 'schema', path: [...path], message })
}

function isOfType(value: JsonValue, type: string | undefined): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isMapping(value)
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === type
    default:
      return true
  }
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

function checkText(
  value: string,
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: CrdSchema,
  search: Search,
): void {
  const length = characters(value)
  if (length < minLength) {
    found(search, minLength === 1 ? 'must not be empty' : `must have at least ${minLength} characters`)
  }
  if (length > maxLength) found(search, `must have at most ${maxLength} characters, not ${length}`)
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
    for (let index = 0; index < value.length; index++) checkAt(index, value[index] as JsonValue, items, search)
  }
  if (value.length > 1 && (keys || isSet)) checkUnique(value, keys, search)
}

function checkMapping(value: JsonMapping, schema: CrdSchema, search: Search): void {
  const { required, properties, additionalProperties, maxProperties } = schema
  if (required) for (const name of required) if (fieldAt(value, name) === undefined) found(search, `${name} is missing`)
  const names = Object.keys(value)
  if (maxProperties !== undefined && names.length > maxProperties) {
    found(search, `must have at most ${maxProperties} entries`)
  }
  for (const name of names) {
    const inner = properties?.get(name) ?? additionalProperties
    if (inner !== undefined) checkAt(name, value[name] as JsonValue, inner, search)
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
/** After so many values beyond those it is known whether values repeat. */
const TRIED = 200

/**
 * Values without issues, as JSON. Thousands of routes name the same parents and paths, rules compare each pair of items,
 * and to evaluate a rule takes longer than to look up a text.
 */
class FineValues {
  readonly #texts = new Set<string>()
  /** Since the texts are complete. */
  #asked = 0
  #found = 0

  /** Whether values of this schema repeat often enough to be worth their text. */
  get isUseful(): boolean {
    return this.#asked < TRIED || this.#found * 2 > this.#asked
  }

  has(text: string): boolean {
    const isKnown = this.#texts.has(text)
    if (this.#texts.size < MOST_KEPT) return isKnown
    this.#asked++
    if (isKnown) this.#found++
    return isKnown
  }

  add(text: string): void {
    if (this.#texts.size < MOST_KEPT && text.length <= LONGEST_KEPT) this.#texts.add(text)
  }
}

const fineValues = oncePer((_: CrdSchema) => new FineValues())

function check(value: JsonValue, schema: CrdSchema, search: Search): void {
  // The API server refuses a CRD whose defaults break its schema, so a default needs no check.
  if (value === schema.default) return
  const fine = schema.rules && typeof value === 'object' ? fineValues(schema) : undefined
  if (!fine?.isUseful) {
    checkValue(value, schema, search)
    return
  }
  const text = JSON.stringify(value)
  if (fine.has(text)) return
  const before = search.issues.length
  checkValue(value, schema, search)
  if (search.issues.length === before) fine.add(text)
}

function checkValue(value: JsonValue, schema: CrdSchema, search: Search): void {
  const { type, rules } = schema
  if (!isOfType(value, type)) {
    found(search, `must be ${WORDS[type ?? '']}, not ${quoted(value)}`)
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

/** What the API server says about an object. */
export interface CrdVerdict {
  /** Why it refuses the object; empty for one that it accepts. */
  readonly issues: readonly ValidationIssue[]
  /** Fields that do not exist, which it drops. */
  readonly unknown: readonly DecodeIssue[]
}

const FINE: CrdVerdict = { issues: [], unknown: [] }

/**
 * What the API server says about an object of the Gateway API (v1.6, experimental channel).
 * @param version without the group
 */
export function crdVerdict(kind: string, version: string, object: JsonMapping): CrdVerdict {
  const schema = specSchema(kind, version)
  if (!schema) return FINE
  const fields: FieldSearch = { kind, path: [], unknown: [] }
  for (const key of Object.keys(object)) if (!TOP_LEVEL.has(key)) foundUnknown(fields, key, TOP_LEVEL)
  const spec = fieldAt(object, 'spec') ?? undefined
  if (spec === undefined) {
    return { issues: [{ code: 'schema', path: [], message: 'spec is missing' }], unknown: fields.unknown }
  }
  const search: Search = { path: ['spec'], issues: [] }
  check(completedAt('spec', spec, schema, fields), schema, search)
  return { issues: search.issues, unknown: fields.unknown }
}
