/** The message types of google.protobuf that have a JSON form of their own, other than Any. */
import type { JsonValue } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import { formatDuration, parseDuration } from '../schema/duration.ts'
import { type DecodeContext, mismatch } from '../schema/type.ts'
import { quote } from '../validation/report.ts'
import type { ScalarKind } from './descriptors.ts'
import { readScalar, zeroOf } from './scalars.ts'

/** How a well-known type is read, and how an empty message of it is printed. */
export interface WellKnown {
  read(value: JsonValue, context: DecodeContext): JsonValue
  readonly empty: JsonValue
}

const wrapper = (kind: ScalarKind): WellKnown => ({
  read: (value, context) => readScalar(kind, value, context),
  empty: zeroOf(kind),
})

const NO_TIME = '0s'

function readDuration(value: JsonValue, context: DecodeContext): JsonValue {
  if (typeof value !== 'string') {
    mismatch(context, 'a duration such as 10s', value)
    return NO_TIME
  }
  const parsed = parseDuration(value)
  if (parsed) return formatDuration(parsed)
  context.fail(`${quote(value)} is not a duration`, 'write 10s, 1.5s, 100ms, 5m or 1h')
  return NO_TIME
}

const EPOCH = '1970-01-01T00:00:00Z'
const RFC3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[-+]\d\d:\d\d)$/

/** Decimals as protojson prints them: none, 3, 6 or 9. */
function decimals(fraction: string): string {
  const nanos = fraction.padEnd(9, '0').slice(0, 9)
  if (nanos === '000000000') return ''
  return `.${nanos.endsWith('000000') ? nanos.slice(0, 3) : nanos.endsWith('000') ? nanos.slice(0, 6) : nanos}`
}

function readTimestamp(value: JsonValue, context: DecodeContext): JsonValue {
  const [, date, time, fraction = '', zone] = (typeof value === 'string' && RFC3339.exec(value)) || []
  const given = Date.parse(`${date}T${time}Z`)
  // Date.parse takes 30 February for 1 March.
  const isReal = date !== undefined && !Number.isNaN(given) && new Date(given).toISOString().startsWith(date)
  if (isReal)
    return `${new Date(Date.parse(`${date}T${time}${zone}`)).toISOString().slice(0, -5)}${decimals(fraction)}Z`
  mismatch(context, 'a time such as 2024-05-31T12:00:00Z', value)
  return EPOCH
}

function readStruct(value: JsonValue, context: DecodeContext): JsonValue {
  if (isMapping(value)) return value
  mismatch(context, 'a mapping', value)
  return {}
}

function readListValue(value: JsonValue, context: DecodeContext): JsonValue {
  if (Array.isArray(value)) return value
  mismatch(context, 'a list', value)
  return []
}

/** By full name. */
export const WELL_KNOWN: ReadonlyMap<string, WellKnown> = new Map<string, WellKnown>([
  ['google.protobuf.BoolValue', wrapper('bool')],
  ['google.protobuf.BytesValue', wrapper('bytes')],
  ['google.protobuf.StringValue', wrapper('string')],
  ['google.protobuf.Int32Value', wrapper('int32')],
  ['google.protobuf.UInt32Value', wrapper('uint32')],
  ['google.protobuf.FloatValue', wrapper('float')],
  ['google.protobuf.Int64Value', wrapper('int64')],
  ['google.protobuf.UInt64Value', wrapper('uint64')],
  ['google.protobuf.DoubleValue', wrapper('double')],
  ['google.protobuf.Duration', { read: readDuration, empty: NO_TIME }],
  ['google.protobuf.Timestamp', { read: readTimestamp, empty: EPOCH }],
  ['google.protobuf.Struct', { read: readStruct, empty: {} }],
  ['google.protobuf.Value', { read: (value) => value, empty: null }],
  ['google.protobuf.ListValue', { read: readListValue, empty: [] }],
])

/** Types whose content in an Any is under the key `value`, besides those above. */
const ALSO_UNDER_VALUE = ['google.protobuf.Empty', 'google.protobuf.Any']

/** Whether an Any has the content of a type under the key `value`, instead of beside `@type`. */
export const isUnderValue = (type: string): boolean => WELL_KNOWN.has(type) || ALSO_UNDER_VALUE.includes(type)
