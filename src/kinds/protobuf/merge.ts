/**
 * Merges messages in the form that protojson prints, as pkg/proto/merge of the reference does: proto.Merge, except that a
 * Duration is replaced. Nothing is changed in place; what a merge leaves alone is shared.
 */
import type { JsonValue } from '../../sources/document.ts'
import { isMapping, type JsonMapping } from '../../sources/mapping.ts'
import { type FieldDescriptor, knownMessage, messageDescriptor, typeOfUrl } from './descriptors.ts'
import { isUnderValue, WELL_KNOWN } from './well-known.ts'

/** What happens to a list that both messages have. */
export type Lists = 'append' | 'replace'

/** Two messages of different types cannot be merged: istiod panics. */
export class TypeMismatch extends Error {
  readonly types: readonly [into: string, merged: string]

  constructor(into: string, merged: string) {
    super(`${merged} cannot be merged into ${into}`)
    this.types = [into, merged]
  }
}

const isWrapper = (type: string): boolean => /^google\.protobuf\.[A-Za-z0-9]+Value$/.test(type) && !isDynamic(type)
const isDynamic = (type: string): boolean => type === 'google.protobuf.Value' || type === 'google.protobuf.ListValue'

/** Keys of the second replace those of the first. */
const withKeys = (into: JsonValue, from: JsonValue): JsonValue => ({
  ...(into as JsonMapping),
  ...(from as JsonMapping),
})

function mergeLists(into: JsonValue, from: JsonValue, lists: Lists): JsonValue {
  return lists === 'replace' ? from : [...(into as JsonValue[]), ...(from as JsonValue[])]
}

/** google.protobuf.Value: mappings get the keys of the other, lists its items, and anything else is replaced. */
function mergeDynamic(into: JsonValue, from: JsonValue, lists: Lists): JsonValue {
  if (isMapping(into) && isMapping(from)) return withKeys(into, from)
  return Array.isArray(into) && Array.isArray(from) ? mergeLists(into, from, lists) : from
}

const isEmptyAny = (any: JsonMapping): boolean => Object.keys(any).every((key) => key === '@type')

/** Seconds and nanoseconds are fields of their own, and one that is 0 is not set. */
function mergeTimestamps(into: string, from: string): string {
  const parts = (time: string) => /^(.*?)(\.\d+)?Z$/.exec(time) ?? []
  const [, seconds, fraction] = parts(from)
  const [, before, fractionBefore] = parts(into)
  return `${seconds === '1970-01-01T00:00:00' ? before : seconds}${fraction ?? fractionBefore ?? ''}Z`
}

function mergeSpecial(type: string, into: JsonValue, from: JsonValue, lists: Lists): JsonValue {
  if (type === 'google.protobuf.Duration') return from
  if (type === 'google.protobuf.Struct') return withKeys(into, from)
  if (type === 'google.protobuf.Timestamp') return mergeTimestamps(into as string, from as string)
  if (isDynamic(type)) return mergeDynamic(into, from, lists)
  return from === WELL_KNOWN.get(type)?.empty ? into : from
}

/** Type and content of an Any are two fields, and a content without anything in it is not set. */
function mergeAnyField(into: JsonMapping, from: JsonMapping): JsonMapping {
  if (from['@type'] === undefined) return into
  return isEmptyAny(from) && from['@type'] === into['@type'] ? into : from
}

function mergeMessageField(type: string, into: JsonValue, from: JsonValue, lists: Lists): JsonValue {
  if (isWrapper(type) || WELL_KNOWN.has(type)) return mergeSpecial(type, into, from, lists)
  if (type === 'google.protobuf.Any') return mergeAnyField(into as JsonMapping, from as JsonMapping)
  if (type !== 'google.protobuf.FieldMask') return mergeMessages(type, into as JsonMapping, from as JsonMapping, lists)
  const paths = [into, from].filter((mask) => mask !== '').join()
  return lists === 'replace' && from !== '' ? from : paths
}

function mergeField({ holds, value }: FieldDescriptor, into: JsonValue, from: JsonValue, lists: Lists): JsonValue {
  if (holds === 'list') return mergeLists(into, from, lists)
  if (holds !== 'one') return withKeys(into, from)
  return value.of === 'message' ? mergeMessageField(value.type, into, from, lists) : from
}

/**
 * Merges a message into another.
 * @param type the full name of both messages' type; it must be in the table
 */
export function mergeMessages(type: string, into: JsonMapping, from: JsonMapping, lists: Lists): JsonMapping {
  const { byName, fields } = knownMessage(type)
  const out: { [field: string]: JsonValue } = { ...into }
  for (const [name, value] of Object.entries(from)) {
    const field = byName.get(name)
    if (!field) continue
    const before = Object.hasOwn(into, name) ? into[name] : undefined
    out[name] = before === undefined ? value : mergeField(field, before, value, lists)
    if (field.oneof === undefined) continue
    for (const other of fields) if (other.oneof === field.oneof && other !== field) delete out[other.name]
  }
  return out
}

/**
 * Merges the contents of two Any messages.
 * @returns the first unchanged when its type is not in the table
 * @throws TypeMismatch when the types differ
 */
export function mergeContents(into: JsonMapping, from: JsonMapping): JsonMapping {
  const type = typeOfUrl(String(into['@type']))
  const other = typeOfUrl(String(from['@type']))
  if (!messageDescriptor(type)) return into
  if (type !== other) throw new TypeMismatch(type, other)
  const { '@type': _, ...before } = into
  const { '@type': __, ...content } = from
  const url = `type.googleapis.com/${type}`
  if (!isUnderValue(type)) return { '@type': url, ...mergeMessages(type, before, content, 'append') }
  const value = mergeMessageField(type, before.value as JsonValue, content.value as JsonValue, 'append')
  return { '@type': url, value }
}
