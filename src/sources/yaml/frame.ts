import type { JsonValue } from '../document.ts'
import type { Event } from './parser.ts'

export type JsonObject = { [key: string]: JsonValue }

/** What an anchor names: complete only when it is closed. */
export interface Anchor {
  readonly event: Event
  value: JsonValue
  open: boolean
  /** Nodes beneath and including it, aliases written out. */
  size: number
  /** Mappings and sequences inside one another, itself included; 0 for a scalar. */
  height: number
}

/** A mapping or sequence that is being filled. One frame serves every collection of its depth. */
export class Frame {
  map: JsonObject | undefined
  list: JsonValue[] | undefined
  /** The key whose value comes next; undefined when a key comes next. */
  key: string | undefined
  merging = false
  keyOffset = 0
  /** Keys that only merge keys have brought so far. */
  merged: Set<string> | undefined
  anchor: Anchor | undefined
  /** Expanded nodes of the document before this collection. */
  sizeBefore = 0
  /** The deepest level reached in it. */
  deepest = 0

  reset(map: JsonObject | undefined, list: JsonValue[] | undefined): void {
    this.map = map
    this.list = list
    this.key = undefined
    this.merging = false
    this.merged = undefined
    this.anchor = undefined
  }

  awaitsKey(): boolean {
    return this.map !== undefined && this.key === undefined
  }
}

export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value lies under a key of the object's own. Values are never undefined, so most keys need one look. */
export function hasKey(map: JsonObject, key: string): boolean {
  return map[key] !== undefined && Object.hasOwn(map, key)
}

/** Sets an own property; `__proto__` would set the prototype when it is assigned to. */
export function setKey(map: JsonObject, key: string, value: JsonValue): void {
  if (key !== '__proto__') map[key] = value
  else Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
}
