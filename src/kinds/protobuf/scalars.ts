/** Scalars as golang/protobuf's jsonpb reads them and protojson prints them. */
import { nearest } from '../../common/nearest.ts'
import type { JsonValue } from '../../sources/document.ts'
import { type DecodeContext, mismatch } from '../schema/type.ts'
import { quote } from '../validation/report.ts'
import { enumDescriptor, type IntegerKind, type ScalarKind } from './descriptors.ts'

/** The values that a kind of integer can have. */
const RANGES: Readonly<Record<IntegerKind, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  fixed32: [0n, 2n ** 32n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
}

/** A message does not list more names. */
const MOST_NAMES = 20

const LONGEST_INTEGER = 30
const INTEGER = /^\s*-?(?:0|[1-9][0-9]*)\s*$/
const NUMBER = /^\s*-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\s*$/
/** What Go's encoding/base64 accepts: it skips line breaks. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const NOT_FINITE: readonly JsonValue[] = ['NaN', 'Infinity', '-Infinity']

/** Integers of 64 bits are printed as text. */
const isPrintedAsText = (kind: ScalarKind): boolean => kind.endsWith('64')

/** Integers are numbers or text, without a fraction or an exponent. */
function readInteger(kind: IntegerKind, value: JsonValue, context: DecodeContext): JsonValue {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || text.length > LONGEST_INTEGER || !INTEGER.test(text)) {
    mismatch(context, 'a whole number', value)
    return zeroOf(kind)
  }
  const number = BigInt(text.trim())
  const [min, max] = RANGES[kind]
  if (number < min || number > max) context.fail(`must be between ${min} and ${max}, not ${number}`)
  else return isPrintedAsText(kind) ? String(number) : Number(number)
  return zeroOf(kind)
}

/** The shortest decimal number that is the same in 32 bits. */
function shortestFloat(number: number): number {
  const single = Math.fround(number)
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits))
    if (Math.fround(short) === single) return short
  }
  return Number(single.toPrecision(9))
}

function readFloat(kind: 'float' | 'double', value: JsonValue, context: DecodeContext): JsonValue {
  if (NOT_FINITE.includes(value)) return value
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value
  if (typeof number !== 'number') {
    mismatch(context, 'a number', value)
    return 0
  }
  const held = kind === 'float' ? shortestFloat(number) : number
  if (Number.isFinite(held)) return held
  context.fail(`${number} is too large for a ${kind}`)
  return 0
}

function readBytes(value: JsonValue, context: DecodeContext): JsonValue {
  if (typeof value !== 'string') {
    mismatch(context, 'bytes in base64', value)
    return ''
  }
  const text = value.replace(/[\r\n]/g, '')
  if (BASE64.test(text)) return text
  context.fail('must be bytes in base64', 'write standard base64 with padding, as the program base64 prints it')
  return ''
}

function readText(value: JsonValue, context: DecodeContext): JsonValue {
  if (typeof value === 'string') return value
  mismatch(context, 'a string', value)
  return ''
}

function readBool(value: JsonValue, context: DecodeContext): JsonValue {
  if (typeof value === 'boolean') return value
  mismatch(context, 'true or false', value)
  return false
}

/** The value of a scalar that is not set, as it is printed. */
export function zeroOf(kind: ScalarKind): JsonValue {
  if (kind === 'bool') return false
  if (kind === 'string' || kind === 'bytes') return ''
  return isPrintedAsText(kind) ? '0' : 0
}

/**
 * Reads a scalar.
 * @returns the value as protojson prints it; the zero value, and an error in the context, when it is not of this kind
 */
export function readScalar(kind: ScalarKind, value: JsonValue, context: DecodeContext): JsonValue {
  if (value === null) return zeroOf(kind)
  switch (kind) {
    case 'bool':
      return readBool(value, context)
    case 'string':
      return readText(value, context)
    case 'bytes':
      return readBytes(value, context)
    case 'float':
    case 'double':
      return readFloat(kind, value, context)
    default:
      return readInteger(kind, value, context)
  }
}

/** The number 0 of an enum as it is printed. */
export const zeroOfEnum = (type: string): JsonValue => enumDescriptor(type).byNumber.get(0) ?? 0

/** Reads a value of an enum: a name, or a number, which need not have a name. */
export function readEnum(type: string, value: JsonValue, context: DecodeContext): JsonValue {
  const { byName, byNumber } = enumDescriptor(type)
  if (value === null) return zeroOfEnum(type)
  if (typeof value !== 'string') {
    const number = readInteger('int32', value, context) as number
    return byNumber.get(number) ?? number
  }
  const number = byName.get(value)
  if (number !== undefined) return byNumber.get(number) ?? number
  const close = nearest(value, byName.keys())
  const all = byName.size > MOST_NAMES ? `a value of ${type}` : `one of ${[...byName.keys()].join(', ')}`
  context.fail(`${quote(value)} is not ${all}`, close && `did you mean ${close}?`)
  return zeroOfEnum(type)
}
