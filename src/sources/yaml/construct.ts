import type { JsonValue } from '../document.ts'
import type { Limits } from '../limits.ts'
import { refused } from './construct-errors.ts'
import { type Anchor, Frame, hasKey, isObject, type JsonObject, setKey } from './frame.ts'
import { ABSENT, anchorName, eventStart, isMergeKey } from './nodes.ts'
import {
  type AliasEvent,
  type DocumentDirective,
  EVENT_ID,
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
} from './parser.ts'
import { ScalarReader } from './scalar-reader.ts'

/** A merge key after a key that it also sets, to another value. */
export interface LateMerge {
  readonly key: string
  readonly offset: number
}

export interface Constructed {
  readonly value: JsonValue
  /** Whether a mapping has a duplicate key; `findDuplicateKeys` finds which. */
  readonly hasDuplicateKeys: boolean
  readonly lateMerges: readonly LateMerge[]
  /** The document has a key or number whose YAML 1.1 value differs from its text: `on` as a key, `0443`. */
  readonly hasSurprises: boolean
}

/** Limits that the documents of one file share. */
export interface FileBudget {
  /** Keys that merge keys have copied so far. */
  mergedKeys: number
}

function countNodes(events: readonly Event[]): number {
  let nodes = 0
  for (const event of events) if (event.type !== EVENT_ID.POP) nodes++
  return nodes
}

/**
 * Builds one document's value from its parser events, without recursion. An alias yields the same object as its anchor,
 * so values may be shared; none contains itself.
 */
class Construction {
  readonly #source: string
  readonly #events: readonly Event[]
  readonly #directives: readonly DocumentDirective[]
  readonly #scalars: ScalarReader
  readonly #limits: Limits
  readonly #budget: FileBudget
  readonly #anchors = new Map<string, Anchor>()
  readonly #frames: Frame[] = []
  #depth = 0
  #expanded = 0
  #writtenNodes = 0
  #result: JsonValue = null
  #hasDuplicateKeys = false
  readonly #lateMerges: LateMerge[] = []

  constructor(
    source: string,
    events: readonly Event[],
    directives: readonly DocumentDirective[],
    limits: Limits,
    budget: FileBudget,
  ) {
    this.#source = source
    this.#events = events
    this.#directives = directives
    this.#scalars = new ScalarReader(source, directives)
    this.#limits = limits
    this.#budget = budget
  }

  run(): Constructed {
    for (const event of this.#events) {
      switch (event.type) {
        case EVENT_ID.SCALAR:
          this.#scalar(event)
          break
        case EVENT_ID.MAPPING:
          this.#open(event, {}, undefined)
          break
        case EVENT_ID.SEQUENCE:
          this.#open(event, undefined, [])
          break
        case EVENT_ID.ALIAS:
          this.#alias(event)
          break
        case EVENT_ID.POP:
          this.#close()
          break
      }
    }
    return {
      value: this.#result,
      hasDuplicateKeys: this.#hasDuplicateKeys,
      lateMerges: this.#lateMerges,
      hasSurprises: this.#scalars.hasSurprises,
    }
  }

  /** The frame being filled; undefined at the top. */
  #current(): Frame | undefined {
    return this.#depth === 0 ? undefined : this.#frames[this.#depth - 1]
  }

  #scalar(event: ScalarEvent): void {
    this.#expanded++
    const frame = this.#current()
    if (frame?.awaitsKey()) {
      if (event.anchorStart !== ABSENT) this.#setAnchor(event, this.#scalars.value(event))
      this.#takeKey(frame, event)
      return
    }
    const value = this.#scalars.value(event)
    if (event.anchorStart !== ABSENT) this.#setAnchor(event, value)
    this.#add(frame, value)
  }

  #setAnchor(event: ScalarEvent | MappingEvent | SequenceEvent, value: JsonValue): Anchor {
    const anchor: Anchor = { event, value, open: event.type !== EVENT_ID.SCALAR, size: 1, height: 0 }
    this.#anchors.set(anchorName(this.#source, event), anchor)
    return anchor
  }

  #at(event: Event): number {
    return eventStart(this.#source, event) ?? this.#current()?.keyOffset ?? 0
  }

  #takeKey(frame: Frame, event: ScalarEvent): void {
    frame.keyOffset = eventStart(this.#source, event) ?? frame.keyOffset
    if (isMergeKey(this.#source, event, this.#directives)) {
      frame.merging = true
      frame.key = '<<'
      return
    }
    this.#useKey(frame, this.#scalars.key(event))
  }

  #useKey(frame: Frame, key: string): void {
    frame.key = key
    if (hasKey(frame.map as JsonObject, key) && !frame.merged?.delete(key)) this.#hasDuplicateKeys = true
  }

  #add(frame: Frame | undefined, value: JsonValue): void {
    if (frame === undefined) this.#result = value
    else if (frame.list !== undefined) frame.list.push(value)
    else if (frame.merging) this.#merge(frame, value)
    else {
      setKey(frame.map as JsonObject, frame.key as string, value)
      frame.key = undefined
    }
  }

  #open(event: MappingEvent | SequenceEvent, map: JsonObject | undefined, list: JsonValue[] | undefined): void {
    const parent = this.#current()
    if (parent?.awaitsKey()) throw this.#collectionAsKey(event)
    let frame = this.#frames[this.#depth]
    if (frame === undefined) {
      frame = new Frame()
      this.#frames.push(frame)
    }
    this.#depth++
    frame.reset(map, list)
    frame.keyOffset = event.start
    frame.sizeBefore = this.#expanded
    frame.deepest = this.#depth
    this.#expanded++
    if (event.anchorStart !== ABSENT) frame.anchor = this.#setAnchor(event, map ?? list ?? null)
  }

  #collectionAsKey(event: Event): Error {
    const kind = event.type === EVENT_ID.SEQUENCE ? 'list' : 'mapping'
    const at = this.#at(event)
    return refused.collectionAsKey(kind, this.#source.startsWith('{', at), at)
  }

  #close(): void {
    const frame = this.#current()
    if (frame === undefined) return
    this.#depth--
    const parent = this.#current()
    if (parent !== undefined && parent.deepest < frame.deepest) parent.deepest = frame.deepest
    if (frame.anchor !== undefined) {
      frame.anchor.open = false
      frame.anchor.size = this.#expanded - frame.sizeBefore
      frame.anchor.height = frame.deepest - this.#depth
    }
    this.#add(parent, (frame.map ?? frame.list) as JsonValue)
  }

  #alias(event: AliasEvent): void {
    const anchor = this.#anchorOf(event)
    this.#chargeAlias(event, anchor)
    const frame = this.#current()
    if (frame === undefined || !frame.awaitsKey()) {
      this.#add(frame, anchor.value)
      return
    }
    frame.keyOffset = this.#at(event)
    if (anchor.event.type !== EVENT_ID.SCALAR) throw this.#collectionAsKey(event)
    this.#useKey(frame, this.#scalars.key(anchor.event))
  }

  #anchorOf(event: AliasEvent): Anchor {
    const name = anchorName(this.#source, event)
    const anchor = this.#anchors.get(name)
    if (anchor === undefined) throw refused.unknownAnchor(name, this.#at(event))
    if (anchor.open) throw refused.cycle(name, this.#at(event))
    return anchor
  }

  /** Counts the nodes of an alias. Shared values take no memory, but code that walks the value visits each. */
  #chargeAlias(event: AliasEvent, anchor: Anchor): void {
    this.#expanded += anchor.size
    const frame = this.#current()
    const depth = this.#depth + anchor.height
    if (frame !== undefined && frame.deepest < depth) frame.deepest = depth
    if (depth > this.#limits.depth) throw refused.depth(this.#limits, this.#at(event))
    if (this.#expanded <= this.#limits.expandedNodes) return
    const most = Math.max(this.#limits.expandedNodes, this.#allowedExpansion())
    if (this.#expanded > most) throw refused.expansion(most, this.#at(event))
  }

  #allowedExpansion(): number {
    if (this.#writtenNodes === 0) this.#writtenNodes = countNodes(this.#events)
    return this.#writtenNodes * this.#limits.expansionFactor
  }

  /** A merge key takes a mapping or a list of mappings; in a list, the earlier one wins. */
  #merge(frame: Frame, value: JsonValue): void {
    frame.merging = false
    frame.key = undefined
    const sources = Array.isArray(value) ? value.toReversed() : [value]
    for (const source of sources) {
      if (!isObject(source)) throw refused.mergeSource(frame.keyOffset)
      this.#mergeOne(frame, source)
    }
  }

  #mergeOne(frame: Frame, source: JsonObject): void {
    const map = frame.map as JsonObject
    frame.merged ??= new Set()
    for (const [key, value] of Object.entries(source)) {
      this.#budget.mergedKeys++
      // Kubernetes' decoder does this too, but most people expect the explicit value to win, so it is reported.
      if (hasKey(map, key) && !frame.merged.has(key)) this.#noteLateMerge(frame, key, value)
      setKey(map, key, value)
      frame.merged.add(key)
    }
    if (this.#budget.mergedKeys > this.#limits.mergedKeys)
      throw refused.mergedKeys(this.#limits, this.#current()?.keyOffset ?? 0)
  }

  /** Notes one per merge key: its position is what matters. */
  #noteLateMerge(frame: Frame, key: string, value: JsonValue): void {
    const last = this.#lateMerges.at(-1)
    if (last?.offset === frame.keyOffset || (frame.map as JsonObject)[key] === value) return
    this.#lateMerges.push({ key, offset: frame.keyOffset })
  }
}

/**
 * Builds the value of one document.
 * @param source the parsed text, to which the events' offsets refer
 * @param events the events of this document only, starting with its DOCUMENT event
 * @throws ConstructError when the events make no JSON value or exceed a limit
 */
export function construct(source: string, events: readonly Event[], limits: Limits, budget: FileBudget): Constructed {
  const first = events[0]
  const directives = first?.type === EVENT_ID.DOCUMENT ? first.directives : []
  return new Construction(source, events, directives, limits, budget).run()
}
