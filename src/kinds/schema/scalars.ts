/** Single values: strings, numbers, booleans, durations and enums. */
import { nearest } from '../../common/nearest.ts'
import type { JsonValue } from '../../sources/document.ts'
import { type Duration, parseDuration } from './duration.ts'
import { describe, mismatch, type Type } from './type.ts'

/** V8 copies shorter slices of a text, while longer ones share it. */
const LONGEST_SHARED = 12

const SHARED_STRINGS = 1024
const sharedStrings: string[] = new Array(SHARED_STRINGS).fill('')

/** The last string of this content, so that names, namespaces and protocols that repeat are kept once. */
function shared(text: string): string {
  const { length } = text
  if (length === 0) return text
  const [first, middle, last] = [text.charCodeAt(0), text.charCodeAt(length >> 1), text.charCodeAt(length - 1)]
  const at = (first * 31 + middle * 17 + last * 7 + length) % SHARED_STRINGS
  const known = sharedStrings[at] as string
  if (known === text) return known
  sharedStrings[at] = text
  return text
}

export const string: Type<string> = {
  name: 'string',
  zero: '',
  decode(value, context) {
    if (typeof value === 'string') return value.length > LONGEST_SHARED ? value : shared(value)
    mismatch(context, 'a string', value)
    return ''
  },
}

export const bool: Type<boolean> = {
  name: 'bool',
  zero: false,
  decode(value, context) {
    if (typeof value === 'boolean') return value
    mismatch(context, 'true or false', value)
    return false
  },
}

function integer(name: string, min: number, max: number): Type<number> {
  return {
    name,
    zero: 0,
    decode(value, context) {
      const number = typeof value === 'string' && /^-?[0-9]+$/.test(value) ? Number(value) : value
      if (typeof number !== 'number' || !Number.isInteger(number)) mismatch(context, 'a whole number', value)
      else if (number < min || number > max) context.fail(`must be between ${min} and ${max}, not ${number}`)
      else return number
      return 0
    },
  }
}

export const int32 = integer('int32', -(2 ** 31), 2 ** 31 - 1)
export const uint32 = integer('uint32', 0, 2 ** 32 - 1)
export const int64 = integer('int64', -(2 ** 63), 2 ** 63)
export const uint64 = integer('uint64', 0, 2 ** 64)

export const double: Type<number> = {
  name: 'double',
  zero: 0,
  decode(value, context) {
    if (typeof value === 'number') return value
    if (typeof value === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(value)) return Number(value)
    mismatch(context, 'a number', value)
    return 0
  },
}

/** Any JSON (google.protobuf.Struct and Value). */
export const json: Type<JsonValue | undefined> = {
  name: 'json',
  zero: undefined,
  decode: (value) => value,
}

/** google.protobuf.Duration. */
export const duration: Type<Duration | undefined> = {
  name: 'duration',
  zero: undefined,
  decode(value, context) {
    if (typeof value !== 'string') {
      mismatch(context, 'a duration such as 10s', value)
      return undefined
    }
    const parsed = parseDuration(value)
    if (!parsed) context.fail(`${JSON.stringify(value)} is not a duration`, 'write 10s, 1.5s, 100ms, 5m or 1h')
    return parsed
  },
}

/** An enum: `names` in the order of their numbers, or mapped to them. The first is the default. */
export function enumeration<const N extends string>(names: readonly N[] | Readonly<Record<N, number>>): Type<N> {
  const byName = new Map<string, N>()
  const byNumber = new Map<number, N>()
  const entries = Array.isArray(names)
    ? (names as readonly N[]).map((name, index) => [name, index] as const)
    : (Object.entries(names) as [N, number][])
  for (const [name, number] of entries) {
    byName.set(name, name)
    byNumber.set(number, name)
  }
  return {
    name: 'enum',
    zero: byNumber.get(0) ?? (entries[0] as readonly [N, number])[0],
    decode(value, context) {
      if (typeof value === 'number' && Number.isInteger(value)) return byNumber.get(value) ?? (String(value) as N)
      const known = typeof value === 'string' ? byName.get(value) : undefined
      if (known !== undefined) return known
      const close = typeof value === 'string' ? nearest(value, byName.keys()) : undefined
      const given = typeof value === 'string' ? JSON.stringify(value) : describe(value)
      context.fail(`${given} is not one of ${[...byName.keys()].join(', ')}`, close && `did you mean ${close}?`)
      return this.zero
    },
  }
}
