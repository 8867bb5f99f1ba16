/** Whether two JSON forms of a message of Envoy mean the same. */
import type { JsonValue } from '../sources/document.ts'
import { isMapping } from '../sources/mapping.ts'
import { typeName } from './canonical.ts'
import { ENUMS, isDuration, WITH_PRESENCE } from './fields.ts'

/** What Envoy prints in place of keys and passwords, as text and as bytes. */
const REDACTED: ReadonlySet<JsonValue | undefined> = new Set(['[redacted]', 'W3JlZGFjdGVkXQ=='])

const isUnset = (value: JsonValue | undefined): value is undefined | null => value === undefined || value === null

/** Whether an absent field means the same as this value of it. */
function isDefault(value: JsonValue | undefined, field: string): boolean {
  if (isUnset(value)) return true
  if (Array.isArray(value)) return value.length === 0
  if (value !== false && value !== 0 && value !== '' && value !== '0') return false
  return !WITH_PRESENCE.has(field)
}

const DURATION = /^(-?\d{1,12}(?:\.\d{1,9})?)s$/

function sameDuration(a: string, b: string): boolean {
  const [, first] = DURATION.exec(a) ?? []
  const [, second] = DURATION.exec(b) ?? []
  return first !== undefined && second !== undefined && Number(first) === Number(second)
}

function sameEnum(a: JsonValue, b: JsonValue, field: string): boolean {
  const names = Object.hasOwn(ENUMS, field) ? ENUMS[field] : undefined
  const nameOf = (value: JsonValue) => (typeof value === 'number' ? names?.[value] : value)
  return names !== undefined && nameOf(a) === nameOf(b)
}

/** Numbers of 64 bits are texts in protobuf's JSON. */
const sameNumber = (a: JsonValue, b: JsonValue): boolean =>
  (typeof a === 'number' || typeof b === 'number') && String(a) === String(b)

function sameScalar(expected: JsonValue, actual: JsonValue, field: string): boolean {
  if (expected === actual) return true
  if (isMapping(expected) || isMapping(actual) || Array.isArray(expected) || Array.isArray(actual)) return false
  if (field === '@type') return typeName(expected) === typeName(actual)
  if (typeof expected === 'string' && REDACTED.has(actual)) return true
  if (typeof expected === 'string' && typeof actual === 'string') {
    return isDuration(field) && sameDuration(expected, actual)
  }
  return sameNumber(expected, actual) || sameEnum(expected, actual, field)
}

type Fields = { readonly [key: string]: JsonValue | undefined }

function sameFields(expected: Fields, actual: Fields): boolean {
  for (const key of Object.keys(expected)) {
    if (!sameMessage(expected[key], Object.hasOwn(actual, key) ? actual[key] : undefined, key)) return false
  }
  return Object.keys(actual).every((key) => Object.hasOwn(expected, key) || isDefault(actual[key], key))
}

/**
 * Whether `actual` means what `expected` says. Defaults that are written out, the order of fields, the spelling of
 * durations, enums and types, and what Envoy does not reveal make no difference.
 * @param expected as istiod writes it; it may have undefined fields
 * @param actual with the same field names
 * @param field that has these values
 */
export function sameMessage(expected: JsonValue | undefined, actual: JsonValue | undefined, field: string): boolean {
  if (isUnset(expected)) return isDefault(actual, field)
  if (isUnset(actual)) return Array.isArray(expected) && expected.length === 0
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return expected.length === actual.length && expected.every((item, at) => sameMessage(item, actual[at], field))
  }
  if (isMapping(expected) && isMapping(actual)) return sameFields(expected, actual)
  return sameScalar(expected, actual, field)
}
