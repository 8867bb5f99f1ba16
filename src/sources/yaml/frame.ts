import type { JsonValue } from '../document.ts'
import type { Event } from './parser.ts'

export type JsonObject = { [key: string]: JsonValue }

/** What an anchor names; complete once it is closed. */
export interface Anchor {
  readonly event: Event
  value: JsonValue
  open: boolean
  /** Nodes beneath and including it, with aliases expanded. */
  size: number
  /** Nesting of mappings and sequences, including itself; 0 for a scalar. */
  height: number
}

/** A mapping or sequence being filled. All collections at one depth reuse the same frame. */
export class Frame {
  map: JsonObject | undefined
  list: JsonValue[] | undefined
  /** The key whose value comes next; undefined when a key comes next. */
  key: string | undefined
  merging = false
  keyOffset = 0
  /** Keys set by merge keys only. */
  merged: Set<string> | undefined
  anchor: Anchor | undefined
  /** Expanded nodes of the document before this collection. */
  sizeBefore = 0
  /** The deepest level reached inside. */
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

/** Whether the object has an own property. Values are never undefined, so most keys need a single lookup. */
export function hasKey(map: JsonObject, key: string): boolean {
  return map[key] !== undefined && Object.hasOwn(map, key)
}

/** Sets an own property; assigning `__proto__` would change the prototype. */
export function setKey(map: JsonObject, key: string, value: JsonValue): void {
  if (key !== '__proto__') map[key] = value
  else Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
}
