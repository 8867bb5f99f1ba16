/** Removes fields that an older release does not know from decoded values. */
import { isMap } from '../../common/collections.ts'
import type { PathStep } from '../../sources/document.ts'
import type { MessageType } from './message.ts'
import type { Type } from './type.ts'

/** A field that was set and has been removed, at a path from the value. */
export interface Dropped {
  readonly path: readonly PathStep[]
  readonly message: string
  readonly field: string
}

/**
 * Returns the value without the unknown fields, or the value itself when it has none.
 * @param path the way to the value; unchanged when the function returns
 */
export type DropFields = (value: unknown, path: PathStep[], dropped: Dropped[]) => unknown

type IsUnknown = (message: string, field: string) => boolean

const isMessage = (type: Type<unknown>): type is MessageType<unknown> => 'fields' in type

function isSet(value: unknown, zero: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return isMap(value) ? value.size > 0 : value !== zero
}

/** The functions by type; undefined for types without unknown fields. */
type Known = Map<Type<unknown>, DropFields | undefined>

function ofList(item: DropFields): DropFields {
  return (value, path, dropped) => {
    let out: unknown[] | undefined
    const list = value as readonly unknown[]
    for (let index = 0; index < list.length; index++) {
      path.push(index)
      const kept = item(list[index], path, dropped)
      path.pop()
      if (kept === list[index]) continue
      out ??= [...list]
      out[index] = kept
    }
    return out ?? list
  }
}

function ofMap(item: DropFields): DropFields {
  return (value, path, dropped) => {
    const map = value as ReadonlyMap<string, unknown>
    return new Map(
      [...map].map(([key, held]) => {
        path.push(key)
        const kept = item(held, path, dropped)
        path.pop()
        return [key, kept]
      }),
    )
  }
}

function ofContainer(type: Type<unknown>, isUnknown: IsUnknown, known: Known): DropFields | undefined {
  const item = type.item && dropperOf(type.item, isUnknown, known)
  if (!item) return undefined
  if (Array.isArray(type.zero)) return ofList(item)
  if (isMap(type.zero)) return ofMap(item)
  return (value, path, dropped) => (value === undefined ? value : item(value, path, dropped))
}

function ofMessage(type: MessageType<unknown>, isUnknown: IsUnknown, known: Known): DropFields | undefined {
  const fields = Object.entries(type.fields)
  const gone = fields.filter(([field]) => isUnknown(type.name, field))
  const inner = fields.flatMap(([field, fieldType]) => {
    const drop = isUnknown(type.name, field) ? undefined : dropperOf(fieldType, isUnknown, known)
    return drop ? [[field, drop] as const] : []
  })
  if (gone.length === 0 && inner.length === 0) return undefined
  return (value, path, dropped) => {
    const before = value as Readonly<Record<string, unknown>>
    let out: Record<string, unknown> | undefined
    for (const [field, { zero }] of gone) {
      if (!isSet(before[field], zero)) continue
      dropped.push({ path: [...path, field], message: type.name, field })
      out ??= { ...before }
      out[field] = zero
    }
    for (const [field, drop] of inner) {
      path.push(field)
      const kept = drop(before[field], path, dropped)
      path.pop()
      if (kept === before[field]) continue
      out ??= { ...before }
      out[field] = kept
    }
    return out ?? before
  }
}

function dropperOf(type: Type<unknown>, isUnknown: IsUnknown, known: Known): DropFields | undefined {
  if (known.has(type)) return known.get(type)
  known.set(type, undefined)
  const made = isMessage(type) ? ofMessage(type, isUnknown, known) : ofContainer(type, isUnknown, known)
  known.set(type, made)
  return made
}

/**
 * Returns a function that removes unknown fields from values of a type.
 * @param isUnknown takes the names of a message and of one of its fields
 * @returns undefined when the type has no unknown fields, so its values stay as they are
 */
export function droppingFields(type: Type<unknown>, isUnknown: IsUnknown): DropFields | undefined {
  return dropperOf(type, isUnknown, new Map())
}
