/** Which fields of an object are written. Decoded values have every field, so this looks at the JSON. */
import { oncePer } from '../common/once.ts'
import type { DocumentPlace, JsonValue, PathStep } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import { fieldAt, isMapping, type JsonMapping, valueAt } from '../sources/mapping.ts'
import { readValue } from '../sources/read-value.ts'
import type { MessageType, Type } from './schema/index.ts'

/** A part of an object. */
export type ObjectPart = 'metadata' | 'spec' | 'status'

/** How to find an object's fields and their types; the definition of a kind is one. */
export interface ObjectSource {
  readonly spec: Type<unknown>
  /** The fields of the spec are in the object itself. */
  readonly flat: boolean
  readonly status: Type<unknown>
  /** The object's JSON, if its text does not have it: the object was edited, merged, or created in memory. */
  readonly value?: JsonMapping
}

/** The source of an object created in memory, of which no field is written. */
export const unwritten = oncePer(
  ({ spec, flat, status }: ObjectSource): ObjectSource => ({ spec, flat, status, value: {} }),
)

/** A cache of the last document only, because callers go through the objects of a file one after the other. */
let lastRead: { readonly document: DocumentPlace; readonly value: JsonValue } | undefined

function documentValue(document: DocumentPlace): JsonValue {
  if (lastRead?.document !== document) lastRead = { document, value: readValue(document) }
  return lastRead.value
}

/** A cache of results by object and path. */
const answers = new WeakMap<object, Map<string, boolean>>()

/** Whether a part of an object, or a field in it, is written; see `Resource.states`. */
export function isStated(
  object: { readonly location: Location },
  source: ObjectSource,
  part: ObjectPart,
  path: readonly PathStep[],
): boolean {
  const known = answers.get(object) ?? new Map<string, boolean>()
  answers.set(object, known)
  const key = [part, ...path].join('\n')
  const answer = known.get(key) ?? isWritten(partOf(object.location, source, part), typeOf(source, part), path)
  known.set(key, answer)
  return answer
}

function partOf({ document, path }: Location, { value, flat }: ObjectSource, part: ObjectPart): JsonValue | undefined {
  const object = (value as JsonValue | undefined) ?? valueAt(documentValue(document), path)
  return part === 'spec' && flat ? object : fieldAt(object, part)
}

function typeOf({ spec, status }: ObjectSource, part: ObjectPart): Type<unknown> | undefined {
  if (part === 'metadata') return undefined
  return part === 'spec' ? spec : status
}

/** The type of an optional value when present. */
const presentType = (type: Type<unknown> | undefined): Type<unknown> | undefined =>
  type?.item && type.zero === undefined ? type.item : type

const isMessage = (type: Type<unknown> | undefined): type is MessageType<unknown> =>
  type !== undefined && 'fieldOf' in type

/** @param type undefined if unknown; names are then used as they are */
function isWritten(value: JsonValue | undefined, type: Type<unknown> | undefined, path: readonly PathStep[]): boolean {
  let found = value
  let known = type
  for (const step of path) {
    const holder = presentType(known)
    if (isMessage(holder)) {
      if (!holder.mayHave(String(step))) throw new Error(`${holder.name} has no field ${step}`)
      found = fieldOf(found, holder, String(step))
      known = holder.fields[step]
    } else {
      found = valueAt(found, [step])
      known = holder?.item
    }
  }
  return found !== undefined && found !== null
}

/**
 * The key of a field, under either spelling of its name. If both are written the later one wins, as in the decoder.
 * @returns undefined if none is written
 */
export function writtenKey(
  value: JsonValue | undefined,
  message: MessageType<unknown>,
  field: string,
): string | undefined {
  if (!isMapping(value)) return undefined
  const keys = Object.keys(value).filter((key) => key === field || message.fieldOf(key) === field)
  return keys.findLast((key) => value[key] !== null) ?? keys.at(-1)
}

function fieldOf(value: JsonValue | undefined, message: MessageType<unknown>, field: string): JsonValue | undefined {
  const key = writtenKey(value, message, field)
  return key === undefined ? undefined : valueAt(value, [key])
}

/** A name that has another spelling in snake_case. */
const isTwofold = (step: PathStep): boolean => typeof step === 'string' && /[A-Z]/.test(step)

/**
 * A path with the keys as the object writes them; see `Resource.written`.
 * @param path from the object's root
 */
export function writtenPath(
  { location: { document, path: start } }: { readonly location: Location },
  source: ObjectSource,
  path: readonly PathStep[],
): readonly PathStep[] {
  if (!path.some(isTwofold)) return path
  const [part, ...rest] = path
  const isPart = !source.flat && (part === 'spec' || part === 'status')
  let found: JsonValue | undefined = source.value ?? valueAt(documentValue(document), start)
  let type: Type<unknown> | undefined = isPart ? typeOf(source, part) : source.flat ? source.spec : undefined
  const out: PathStep[] = []
  if (isPart) {
    out.push(part)
    found = fieldAt(found, part)
  }
  for (const step of isPart ? rest : path) {
    const holder = presentType(type)
    const key = isMessage(holder) ? (writtenKey(found, holder, String(step)) ?? step) : step
    out.push(key)
    found = valueAt(found, [key])
    type = isMessage(holder) ? holder.fields[step] : holder?.item
  }
  return out
}
