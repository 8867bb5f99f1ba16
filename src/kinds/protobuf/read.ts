/**
 * Reads JSON into a message of Envoy's API as golang/protobuf's jsonpb does, and returns what protojson prints of it:
 * fields in camelCase, enums by name, no fields at their default. This form of a message is what the rest of vipctl has.
 */
import { nearest } from '../../common/nearest.ts'
import type { JsonValue } from '../../sources/document.ts'
import { isMapping, type JsonMapping } from '../../sources/mapping.ts'
import { type DecodeContext, mismatch } from '../schema/type.ts'
import { quote } from '../validation/report.ts'
import {
  type FieldDescriptor,
  knownMessage,
  type MessageDescriptor,
  messageDescriptor,
  messageNames,
  type ScalarKind,
  typeOfUrl,
  type ValueType,
} from './descriptors.ts'
import { readEnum, readScalar, zeroOf, zeroOfEnum } from './scalars.ts'
import { isUnderValue, WELL_KNOWN } from './well-known.ts'

const ANY = 'google.protobuf.Any'
const TYPE = '@type'

/** A null for these is a value. */
const NULL_IS_A_VALUE = ['google.protobuf.Value', 'google.protobuf.NullValue']

/** Object.fromEntries keeps a key `__proto__` as an ordinary one; an assignment would not. */
const mappingOf = (entries: Iterable<readonly [string, JsonValue]>): JsonValue => Object.fromEntries(entries)

/** A message, or another value, without anything set. */
function emptyOf(value: ValueType): JsonValue {
  if (value.of === 'scalar') return zeroOf(value.kind)
  if (value.of === 'enum') return zeroOfEnum(value.type)
  return WELL_KNOWN.get(value.type)?.empty ?? {}
}

function readValue(type: ValueType, value: JsonValue, context: DecodeContext): JsonValue {
  if (value === null) return emptyOf(type)
  if (type.of === 'scalar') return readScalar(type.kind, value, context)
  return type.of === 'enum' ? readEnum(type.type, value, context) : readMessage(type.type, value, context)
}

function readAt(step: string | number, type: ValueType, value: JsonValue, context: DecodeContext): JsonValue {
  context.path.push(step)
  const read = readValue(type, value, context)
  context.path.pop()
  return read
}

function readList(type: ValueType, value: JsonValue, context: DecodeContext): JsonValue {
  if (Array.isArray(value)) return value.map((item, index) => readAt(index, type, item, context))
  mismatch(context, 'a list', value)
  return []
}

function readKey(kind: ScalarKind, key: string, context: DecodeContext): string {
  if (kind === 'string') return key
  return String(readScalar(kind, kind === 'bool' && /^(?:true|false)$/.test(key) ? key === 'true' : key, context))
}

function readMap(key: ScalarKind, type: ValueType, value: JsonValue, context: DecodeContext): JsonValue {
  if (isMapping(value)) {
    const names = Object.keys(value)
    return mappingOf(
      names.map((name) => [readKey(key, name, context), readAt(name, type, value[name] ?? null, context)]),
    )
  }
  mismatch(context, 'a mapping', value)
  return {}
}

function readField({ holds, value: type }: FieldDescriptor, value: JsonValue, context: DecodeContext): JsonValue {
  if (holds === 'one') return readValue(type, value, context)
  return holds === 'list' ? readList(type, value, context) : readMap(holds.key, type, value, context)
}

/** Whether protojson leaves a field out. */
function isUnset({ holds, value: type, hasPresence }: FieldDescriptor, value: JsonValue): boolean {
  if (holds === 'list') return (value as readonly JsonValue[]).length === 0
  if (holds !== 'one') return Object.keys(value as JsonMapping).length === 0
  return type.of !== 'message' && !hasPresence && value === emptyOf(type)
}

/** The key under which a field is written: camelCase wins over the name of the definition. */
function keyOf({ name, protoName }: FieldDescriptor, value: JsonMapping): string | undefined {
  if (Object.hasOwn(value, name)) return name
  return Object.hasOwn(value, protoName) ? protoName : undefined
}

const readsNull = ({ holds, value }: FieldDescriptor): boolean =>
  holds === 'one' && value.of !== 'scalar' && NULL_IS_A_VALUE.includes(value.type)

function readFields(descriptor: MessageDescriptor, value: JsonMapping, context: DecodeContext): JsonMapping {
  const out = new Map<string, JsonValue>()
  const ofOneof = new Map<number, string>()
  for (const field of descriptor.fields) {
    const key = keyOf(field, value)
    const written = key === undefined ? undefined : value[key]
    if (key === undefined || written === undefined || (written === null && !readsNull(field))) continue
    context.path.push(key)
    const read = readField(field, written, context)
    context.path.pop()
    if (isUnset(field, read)) continue
    if (field.oneof !== undefined) {
      out.delete(ofOneof.get(field.oneof) ?? '')
      ofOneof.set(field.oneof, field.name)
    }
    out.set(field.name, read)
  }
  return mappingOf(out) as JsonMapping
}

/** Fields that the message does not have: they have no effect. */
function reportUnknown({ fullName, fields, byName }: MessageDescriptor, value: JsonMapping, context: DecodeContext) {
  const protoNames = new Set(fields.map(({ protoName }) => protoName))
  for (const key of Object.keys(value)) {
    if (key === TYPE || byName.has(key) || protoNames.has(key)) continue
    const close = nearest(key, [...byName.keys(), ...protoNames])
    const hint = close && `did you mean ${close}?`
    const message = `${fullName} has no field ${quote(key)}`
    context.unknown.push({ path: [...context.path, key], message, ...(hint && { hint }) })
  }
}

/** A FieldMask is read as a message and printed as text. */
const printedMask = (mask: JsonMapping): JsonValue =>
  ((mask.paths ?? []) as string[]).map((path) => path.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())).join()

function unknownType(url: string, context: DecodeContext): void {
  const name = typeOfUrl(url)
  const close = nearest(name, messageNames())
  const hint = name.includes('.v2.') ? 'Envoy has the types of version 3 only' : close && `did you mean ${close}?`
  context.path.push(TYPE)
  context.fail(`${quote(url)} is not a message type that istiod knows`, hint)
  context.path.pop()
}

function readAny(value: JsonValue, context: DecodeContext): JsonValue {
  if (!isMapping(value)) {
    mismatch(context, 'a mapping with an @type', value)
    return {}
  }
  const url = Object.hasOwn(value, TYPE) ? value[TYPE] : undefined
  if (typeof url !== 'string') {
    context.fail(url === undefined ? 'has no @type, which says what message it is' : 'the @type must be a string')
    return {}
  }
  const type = typeOfUrl(url)
  const descriptor = messageDescriptor(type)
  if (!descriptor) {
    unknownType(url, context)
    return {}
  }
  if (!isUnderValue(type)) return { [TYPE]: url, ...readPlain(descriptor, value, context) }
  const held = Object.hasOwn(value, 'value') ? value.value : undefined
  if (held !== undefined) return { [TYPE]: url, value: readAt('value', { of: 'message', type }, held, context) }
  context.fail(`has no value, where the content of a ${type} is`)
  return { [TYPE]: url }
}

function readPlain(descriptor: MessageDescriptor, value: JsonMapping, context: DecodeContext): JsonMapping {
  const read = readFields(descriptor, value, context)
  reportUnknown(descriptor, value, context)
  return read
}

/**
 * Reads a message.
 * @param type the full name of a message type of the table: `envoy.config.cluster.v3.Cluster`
 * @param value JSON with the names of fields in camelCase or as defined
 * @param context receives an error for every value that istiod refuses, and the fields that do not exist
 * @returns the message as protojson prints it; for a refused value, the part that could be read
 */
export function readMessage(type: string, value: JsonValue, context: DecodeContext): JsonValue {
  const wellKnown = WELL_KNOWN.get(type)
  if (wellKnown) return wellKnown.read(value, context)
  if (type === ANY) return readAny(value, context)
  if (!isMapping(value)) {
    mismatch(context, `a mapping, the fields of ${type}`, value)
    return {}
  }
  const read = readPlain(knownMessage(type), value, context)
  return type === 'google.protobuf.FieldMask' ? printedMask(read) : read
}
