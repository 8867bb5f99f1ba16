/**
 * A small schema language for the two kinds of JSON that the API server stores: protobuf JSON (Istio) and plain typed
 * JSON (Kubernetes). A schema decodes and also gives the TypeScript type, so each field is written down once.
 *
 * Rules of protobuf JSON, as golang/protobuf's jsonpb reads it (pkg/config/protomarshal of the reference): a null is an
 * absent field; camelCase and snake_case names; integers as numbers or strings; enums by exact name or by number;
 * strings refuse numbers and booleans; durations in Go's notation.
 */

import { nearest } from '../common/nearest.ts'
import type { JsonValue, PathStep } from '../sources/document.ts'
import { type Duration, parseDuration } from './duration.ts'

/** Something wrong inside a value, at a path from the value that was decoded. */
export interface DecodeIssue {
  readonly path: readonly PathStep[]
  readonly message: string
  readonly hint?: string
  /** The value is a number or boolean that would be right as a text. */
  readonly unquoted?: true
}

/** Collects what a decoder finds; `path` is the way to the value that is being decoded. */
export class DecodeContext {
  readonly path: PathStep[] = []
  readonly errors: DecodeIssue[] = []
  readonly unknown: DecodeIssue[] = []

  fail(message: string, hint?: string): void {
    this.errors.push({ path: [...this.path], message, ...(hint && { hint }) })
  }

  /** A number or boolean stands where a text belongs. */
  failUnquoted(message: string, hint: string): void {
    this.errors.push({ path: [...this.path], message, hint, unquoted: true })
  }
}

/** A decoder of values of type T. `zero` is what an absent field holds. */
export interface Type<T> {
  readonly name: string
  readonly zero: T
  decode(value: JsonValue, context: DecodeContext): T
}

export type Infer<S> = S extends Type<infer T> ? T : never

const EMPTY_LIST: readonly never[] = Object.freeze([])
const EMPTY_MAP: ReadonlyMap<string, never> = new Map<string, never>()

function describe(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return `the ${typeof value} ${JSON.stringify(value)}`
}

function mismatch(context: DecodeContext, wanted: string, value: JsonValue): void {
  const message = `must be ${wanted}, not ${describe(value)}`
  const scalar = typeof value === 'number' || typeof value === 'boolean'
  if (wanted !== 'a string' || !scalar) context.fail(message)
  else context.failUnquoted(message, `YAML 1.1 reads this as a ${typeof value}; put it in quotes`)
}

export const string: Type<string> = {
  name: 'string',
  zero: '',
  decode(value, context) {
    if (typeof value === 'string') return value
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
    if (!parsed) context.fail(`${JSON.stringify(value)} is no duration`, 'write 10s, 1.5s, 100ms, 5m or 1h')
    return parsed
  },
}

/** An enum: `names` in the order of their numbers, or with their numbers. The first is the default. */
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
      context.fail(`${given} is none of ${[...byName.keys()].join(', ')}`, close && `did you mean ${close}?`)
      return this.zero
    },
  }
}

/** A null inside a list or map is the zero value, as for Go's decoders. */
function decodeItem<T>(item: Type<T>, value: JsonValue, context: DecodeContext): T {
  return value === null ? item.zero : item.decode(value, context)
}

export function list<T>(item: Type<T>): Type<readonly T[]> {
  return {
    name: `list of ${item.name}`,
    zero: EMPTY_LIST,
    decode(value, context) {
      if (!Array.isArray(value)) {
        mismatch(context, 'a list', value)
        return EMPTY_LIST
      }
      if (value.length === 0) return EMPTY_LIST
      const decodeAt = (index: number): T => {
        context.path.push(index)
        const decoded = decodeItem(item, value[index] as JsonValue, context)
        context.path.pop()
        return decoded
      }
      // A list that grows has room for 17 items, and most hold one: it is a seventh of the memory of a mesh.
      if (value.length === 1) return [decodeAt(0)]
      const out: T[] = []
      for (let index = 0; index < value.length; index++) out.push(decodeAt(index))
      return out.slice()
    },
  }
}

export function map<T>(item: Type<T>): Type<ReadonlyMap<string, T>> {
  return {
    name: `map of ${item.name}`,
    zero: EMPTY_MAP,
    decode(value, context) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        mismatch(context, 'a mapping', value)
        return EMPTY_MAP
      }
      const out = new Map<string, T>()
      for (const key of Object.keys(value)) {
        context.path.push(key)
        out.set(key, decodeItem(item, value[key] as JsonValue, context))
        context.path.pop()
      }
      return out
    },
  }
}

/** A field with presence: messages, wrappers and members of a oneof. */
export function optional<T>(item: Type<T>): Type<T | undefined> {
  return { name: item.name, zero: undefined, decode: (value, context) => item.decode(value, context) }
}

type Fields = Readonly<Record<string, Type<unknown>>>
type Shape<F extends Fields> = { readonly [K in keyof F]: Infer<F[K]> }

export interface MessageOptions {
  /** Groups of fields of which at most one may be set. */
  readonly oneofs?: readonly (readonly string[])[]
  /** Kubernetes: only camelCase names, and fields that are not listed are nobody's business. */
  readonly open?: boolean
  /** Fields that exist but that nothing reads. */
  readonly ignored?: readonly string[]
}

export interface MessageType<T> extends Type<T> {
  readonly fields: Fields
  readonly oneofs: readonly (readonly string[])[]
  /** The field that a key of the JSON text means (`proxyMetadata` for `proxy_metadata`); undefined when it is none. */
  fieldOf(key: string): string | undefined
}

const toSnake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

interface FieldSlot {
  readonly name: string
  readonly type: Type<unknown>
}

export function message<F extends Fields>(
  name: string,
  fields: F,
  options: MessageOptions = {},
): MessageType<Shape<F>> {
  const slots = new Map<string, FieldSlot>()
  const names = Object.keys(fields)
  for (const field of names) {
    const slot = { name: field, type: fields[field] as Type<unknown> }
    slots.set(field, slot)
    if (!options.open) slots.set(toSnake(field), slot)
  }
  const ignored = new Set(options.ignored)
  const zeros = names.map((field) => [field, (fields[field] as Type<unknown>).zero] as const)

  /** All fields in one order, so that every object of a message has one hidden class, with room for all of them. */
  function Blank(this: Record<string, unknown>): void {
    for (const [field, zero] of zeros) this[field] = zero
  }
  Blank.prototype = Object.prototype
  const template = Reflect.construct(Blank, []) as Record<string, unknown>
  const blank = (): Record<string, unknown> => ({ ...template })

  function checkOneofs(out: Record<string, unknown>, context: DecodeContext): void {
    for (const group of options.oneofs ?? []) {
      const set = group.filter((field) => out[field] !== undefined)
      if (set.length > 1) context.fail(`only one of ${set.join(', ')} may be set`)
    }
  }

  function reportUnknown(field: string, context: DecodeContext): void {
    if (options.open || ignored.has(field)) return
    const close = nearest(field, names)
    context.unknown.push({
      path: [...context.path, field],
      message: `${name} has no field ${JSON.stringify(field)}`,
      hint: close ? `did you mean ${close}?` : `its fields are ${names.join(', ')}`,
    })
  }

  return {
    name,
    fields,
    oneofs: options.oneofs ?? EMPTY_LIST,
    zero: Object.freeze(blank()) as Shape<F>,
    fieldOf: (key) => slots.get(key)?.name,
    decode(value, context) {
      const out = blank()
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        mismatch(context, 'a mapping', value)
        return out as Shape<F>
      }
      for (const key of Object.keys(value)) {
        const slot = slots.get(key)
        if (!slot) {
          reportUnknown(key, context)
          continue
        }
        const field = value[key] as JsonValue
        if (field === null) continue
        context.path.push(key)
        out[slot.name] = slot.type.decode(field, context)
        context.path.pop()
      }
      if (options.oneofs) checkOneofs(out, context)
      return out as Shape<F>
    },
  }
}
