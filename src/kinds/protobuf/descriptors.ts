/**
 * The message types and enums of Envoy's API that istiod knows. The table (envoy-types.json) has one line per type; a
 * line is read when the type is first asked for. bin/envoy-types/ has the program that prints the table.
 */
import { once, oncePerKey } from '../../common/once.ts'
import table from './envoy-types.json' with { type: 'json' }

const INTEGERS = ['int32', 'int64', 'uint32', 'uint64', 'fixed32', 'fixed64'] as const
const SCALARS = [...INTEGERS, 'float', 'double', 'bool', 'string', 'bytes'] as const
export type IntegerKind = (typeof INTEGERS)[number]
export type ScalarKind = (typeof SCALARS)[number]

/** The type of one value: that of a field, of the items of a list, or of the values of a map. */
export type ValueType =
  | { readonly of: 'scalar'; readonly kind: ScalarKind }
  | { readonly of: 'enum' | 'message'; readonly type: string }

export interface FieldDescriptor {
  /** In camelCase, as it is printed. */
  readonly name: string
  /** As in the definition of the message. */
  readonly protoName: string
  readonly value: ValueType
  /** For a map, the type of its keys. */
  readonly holds: 'one' | 'list' | { readonly key: ScalarKind }
  /** The number of the oneof in the message; undefined for other fields. */
  readonly oneof: number | undefined
  /** A scalar that is printed even at its default, because its absence means something else. */
  readonly hasPresence: boolean
}

export interface MessageDescriptor {
  readonly fullName: string
  /** In the order of the definition. */
  readonly fields: readonly FieldDescriptor[]
  readonly byName: ReadonlyMap<string, FieldDescriptor>
}

export interface EnumDescriptor {
  readonly byName: ReadonlyMap<string, number>
  /** The first name of each number. */
  readonly byNumber: ReadonlyMap<number, string>
}

/** `NAME`, what it holds (`*` a list, `{KEY}` a map, `|N` a member of oneof N, `?` has presence), `:TYPE`. */
const FIELD = /^([a-z0-9_]+)(?:(\*)|\{(\w+)\}|\|(\d+)|(\?))?:(!?)([\w.]+)$/i

const isScalar = (name: string): name is ScalarKind => SCALARS.some((kind) => kind === name)

const camelCase = (name: string): string => name.replace(/_+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase())

/** `envoy.config.core.v3` of `envoy.config.core.v3.Metadata`. */
const packageOf = (fullName: string): string => /^[a-z0-9_.]*(?=\.)/.exec(fullName)?.[0] ?? ''

function valueType(name: string, isEnum: boolean, inPackage: string): ValueType {
  if (isScalar(name)) return { of: 'scalar', kind: name }
  return { of: isEnum ? 'enum' : 'message', type: name.startsWith('.') ? inPackage + name : name }
}

function fieldOf(text: string, inPackage: string): FieldDescriptor {
  const [, protoName = '', list, key, oneof, presence, isEnum, type = ''] = FIELD.exec(text) ?? []
  return {
    name: camelCase(protoName),
    protoName,
    value: valueType(type, isEnum === '!', inPackage),
    holds: list ? 'list' : key ? { key: key as ScalarKind } : 'one',
    oneof: oneof === undefined ? undefined : Number(oneof),
    hasPresence: oneof !== undefined || presence !== undefined,
  }
}

function linesByName(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(lines.map((line) => [line.split(' ', 1)[0] as string, line]))
}

const messageLines = once(() => linesByName(table.messages))
const enumLines = once(() => linesByName(table.enums))

/** A message type by its full name; undefined when istiod does not know it. */
export const messageDescriptor = oncePerKey((fullName: string): MessageDescriptor | undefined => {
  const line = messageLines().get(fullName)
  if (line === undefined) return undefined
  const [, ...texts] = line.split(' ')
  const fields = texts.map((text) => fieldOf(text, packageOf(fullName)))
  return { fullName, fields, byName: new Map(fields.map((field) => [field.name, field])) }
})

/** The descriptor of a message type that a field of the table has. */
export const knownMessage = (fullName: string): MessageDescriptor => messageDescriptor(fullName) as MessageDescriptor

/** An enum that a field of the table has. */
export const enumDescriptor = oncePerKey((fullName: string): EnumDescriptor => {
  const byName = new Map<string, number>()
  const byNumber = new Map<number, string>()
  for (const entry of enumLines().get(fullName)?.split(' ').slice(1) ?? []) {
    const [name = '', number] = entry.split('=')
    byName.set(name, Number(number))
    if (!byNumber.has(Number(number))) byNumber.set(Number(number), name)
  }
  return { byName, byNumber }
})

/** The full names of all message types. */
export const messageNames = (): Iterable<string> => messageLines().keys()

/** The message type that an `@type` names: what follows its last slash. */
export const typeOfUrl = (url: string): string => url.slice(url.lastIndexOf('/') + 1)
