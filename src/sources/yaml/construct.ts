import type { JsonValue } from '../document.ts'
import { type Limits, withThousands } from '../limits.ts'
import { ABSENT, anchorName, eventStart, isMergeKey, scalarKey, scalarValue, tagOf } from './nodes.ts'
import {
  type AliasEvent,
  type DocumentDirective,
  EVENT_ID,
  type Event,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from './parser.ts'
import { beginsText } from './scalars.ts'

/** Why a document's events make no value; `offset` counts from the start of the parsed text. */
export class ConstructError extends Error {
  readonly offset: number
  readonly hint: string | undefined

  constructor(message: string, offset: number, hint?: string) {
    super(message)
    this.name = 'ConstructError'
    this.offset = offset
    this.hint = hint
  }
}

/** A merge key that stands after a key which it brings too, with another value. */
export interface LateMerge {
  readonly key: string
  readonly offset: number
}

export interface Constructed {
  readonly value: JsonValue
  /** Whether a key stands twice in a mapping; `findDuplicateKeys` tells which. */
  readonly hasDuplicateKeys: boolean
  readonly lateMerges: readonly LateMerge[]
  /** A key or number of it is something else than what stands there: `on` as a key, `0443`. */
  readonly hasSurprises: boolean
}

/** What the documents of one file use up together. */
export interface FileBudget {
  /** Keys that merge keys have copied so far. */
  mergedKeys: number
}

type JsonObject = { [key: string]: JsonValue }

/** What an anchor names: complete only when it is closed. */
interface Anchor {
  readonly event: Event
  value: JsonValue
  open: boolean
  /** Nodes beneath and including it, aliases written out. */
  size: number
  /** Mappings and sequences inside one another, itself included; 0 for a scalar. */
  height: number
}

/** A mapping or sequence that is being filled. One frame serves every collection of its depth. */
class Frame {
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

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value lies under a key of the object's own. Values are never undefined, so most keys need one look. */
function hasKey(map: JsonObject, key: string): boolean {
  return map[key] !== undefined && Object.hasOwn(map, key)
}

/** Sets an own property; `__proto__` would set the prototype when it is assigned to. */
function setKey(map: JsonObject, key: string, value: JsonValue): void {
  if (key !== '__proto__') map[key] = value
  else Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
}

function countNodes(events: readonly Event[]): number {
  let nodes = 0
  for (const event of events) if (event.type !== EVENT_ID.POP) nodes++
  return nodes
}

const BEGINS_NUMBER = /^[+0-9]/
const ZERO = 48

/** Whether a number is another one than its digits say to people, because a leading 0 makes it octal. */
const isOctal = (text: string, value: number): boolean => /^0[0-9]+$/.test(text) && Number(text) !== value

const MERGE_MEANS = 'A merge key takes a mapping, an alias of one, or a list of these.'
const CYCLE_HINT = 'An object cannot contain itself: write the part that repeats out, or anchor a smaller part.'

/**
 * Builds one document's value from its parser events, without recursion. An alias yields the very object of its anchor,
 * so a value may be shared; none contains itself.
 */
class Construction {
  private readonly source: string
  private readonly events: readonly Event[]
  private readonly directives: readonly DocumentDirective[]
  private readonly limits: Limits
  private readonly budget: FileBudget
  private readonly anchors = new Map<string, Anchor>()
  private readonly frames: Frame[] = []
  private depth = 0
  private expanded = 0
  private writtenNodes = 0
  private result: JsonValue = null
  private hasDuplicateKeys = false
  private readonly lateMerges: LateMerge[] = []
  private hasSurprises = false

  constructor(
    source: string,
    events: readonly Event[],
    directives: readonly DocumentDirective[],
    limits: Limits,
    budget: FileBudget,
  ) {
    this.source = source
    this.events = events
    this.directives = directives
    this.limits = limits
    this.budget = budget
  }

  run(): Constructed {
    for (const event of this.events) {
      switch (event.type) {
        case EVENT_ID.SCALAR:
          this.scalar(event)
          break
        case EVENT_ID.MAPPING:
          this.open(event, {}, undefined)
          break
        case EVENT_ID.SEQUENCE:
          this.open(event, undefined, [])
          break
        case EVENT_ID.ALIAS:
          this.alias(event)
          break
        case EVENT_ID.POP:
          this.close()
          break
      }
    }
    const { hasDuplicateKeys, lateMerges, hasSurprises } = this
    return { value: this.result, hasDuplicateKeys, lateMerges, hasSurprises }
  }

  /** The frame that is being filled; undefined at the top. */
  private current(): Frame | undefined {
    return this.depth === 0 ? undefined : this.frames[this.depth - 1]
  }

  private scalar(event: ScalarEvent): void {
    this.expanded++
    const frame = this.current()
    if (frame?.awaitsKey()) {
      if (event.anchorStart !== ABSENT) this.setAnchor(event, this.valueOf(event))
      this.takeKey(frame, event)
      return
    }
    const value = this.valueOf(event)
    if (event.anchorStart !== ABSENT) this.setAnchor(event, value)
    this.add(frame, value)
  }

  private setAnchor(event: ScalarEvent | MappingEvent | SequenceEvent, value: JsonValue): Anchor {
    const anchor: Anchor = { event, value, open: event.type !== EVENT_ID.SCALAR, size: 1, height: 0 }
    this.anchors.set(anchorName(this.source, event), anchor)
    return anchor
  }

  private valueOf(event: ScalarEvent): JsonValue {
    const { valueStart, tagStart } = event
    if (event.fast && tagStart === ABSENT) {
      // The usual case by far: text on one line, of which only the first character need be looked at.
      if (event.style !== SCALAR_STYLE.PLAIN || beginsText(this.source.charCodeAt(valueStart))) {
        return this.source.slice(valueStart, event.valueEnd)
      }
    }
    const value = scalarValue(this.source, event, this.directives)
    if (value === undefined) throw this.refusedTag(event)
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw this.notJson(event)
      if (this.source.charCodeAt(valueStart) === ZERO && isOctal(this.text(event), value)) this.hasSurprises = true
    }
    return value
  }

  private at(event: Event): number {
    return eventStart(this.source, event) ?? this.current()?.keyOffset ?? 0
  }

  private text(event: ScalarEvent): string {
    return event.valueStart === ABSENT ? '' : this.source.slice(event.valueStart, event.valueEnd)
  }

  private refusedTag(event: ScalarEvent): ConstructError {
    const tag = tagOf(this.source, event, this.directives)
    return new ConstructError(`the tag !!${tag} does not fit the value "${this.text(event)}"`, this.at(event))
  }

  private notJson(event: ScalarEvent): ConstructError {
    const text = this.text(event)
    return new ConstructError(
      `${text} is read as a number that JSON cannot hold`,
      this.at(event),
      `Put it in quotes if it is meant as text: "${text}".`,
    )
  }

  private takeKey(frame: Frame, event: ScalarEvent): void {
    frame.keyOffset = eventStart(this.source, event) ?? frame.keyOffset
    if (isMergeKey(this.source, event, this.directives)) {
      frame.merging = true
      frame.key = '<<'
      return
    }
    this.useKey(frame, this.keyText(event))
  }

  private keyText(event: ScalarEvent): string {
    const { valueStart, tagStart } = event
    if (event.fast && tagStart === ABSENT) {
      if (event.style !== SCALAR_STYLE.PLAIN || beginsText(this.source.charCodeAt(valueStart))) {
        return this.source.slice(valueStart, event.valueEnd)
      }
    }
    const key = scalarKey(this.source, event, this.directives)
    if (key !== undefined) {
      if (event.style === SCALAR_STYLE.PLAIN && key !== this.text(event)) this.hasSurprises = true
      return key
    }
    throw new ConstructError(
      `the key "${this.text(event)}" is read as ${BEGINS_NUMBER.test(this.text(event)) ? 'a number beyond 63 bits' : 'null'}`,
      this.at(event),
      'Put it in quotes if it is meant as text.',
    )
  }

  private useKey(frame: Frame, key: string): void {
    frame.key = key
    if (hasKey(frame.map as JsonObject, key) && !frame.merged?.delete(key)) this.hasDuplicateKeys = true
  }

  private add(frame: Frame | undefined, value: JsonValue): void {
    if (frame === undefined) this.result = value
    else if (frame.list !== undefined) frame.list.push(value)
    else if (frame.merging) this.merge(frame, value)
    else {
      setKey(frame.map as JsonObject, frame.key as string, value)
      frame.key = undefined
    }
  }

  private open(event: MappingEvent | SequenceEvent, map: JsonObject | undefined, list: JsonValue[] | undefined): void {
    const parent = this.current()
    if (parent?.awaitsKey()) throw this.collectionAsKey(event)
    let frame = this.frames[this.depth]
    if (frame === undefined) {
      frame = new Frame()
      this.frames.push(frame)
    }
    this.depth++
    frame.reset(map, list)
    frame.keyOffset = event.start
    frame.sizeBefore = this.expanded
    frame.deepest = this.depth
    this.expanded++
    if (event.anchorStart !== ABSENT) frame.anchor = this.setAnchor(event, map ?? list ?? null)
  }

  private collectionAsKey(event: Event): ConstructError {
    const kind = event.type === EVENT_ID.SEQUENCE ? 'list' : 'mapping'
    const hint = this.source.startsWith('{', this.at(event))
      ? 'Put a text that begins with { in quotes; render templates such as {{ .Values.name }} first (helm template).'
      : 'A key is a plain name.'
    return new ConstructError(`a ${kind} stands where a key belongs`, this.at(event), hint)
  }

  private close(): void {
    const frame = this.current()
    if (frame === undefined) return
    this.depth--
    const parent = this.current()
    if (parent !== undefined && parent.deepest < frame.deepest) parent.deepest = frame.deepest
    if (frame.anchor !== undefined) {
      frame.anchor.open = false
      frame.anchor.size = this.expanded - frame.sizeBefore
      frame.anchor.height = frame.deepest - this.depth
    }
    this.add(parent, (frame.map ?? frame.list) as JsonValue)
  }

  private alias(event: AliasEvent): void {
    const anchor = this.anchorOf(event)
    this.chargeAlias(event, anchor)
    const frame = this.current()
    if (frame === undefined || !frame.awaitsKey()) {
      this.add(frame, anchor.value)
      return
    }
    frame.keyOffset = this.at(event)
    if (anchor.event.type !== EVENT_ID.SCALAR) throw this.collectionAsKey(event)
    this.useKey(frame, this.keyText(anchor.event))
  }

  private anchorOf(event: AliasEvent): Anchor {
    const name = anchorName(this.source, event)
    const anchor = this.anchors.get(name)
    if (anchor === undefined) {
      throw new ConstructError(
        `*${name} refers to an anchor &${name} that is not defined above it in this document`,
        this.at(event),
        'Put a text that begins with * in quotes; define an anchor before its first use.',
      )
    }
    if (anchor.open) throw new ConstructError(`the anchor &${name} contains itself`, this.at(event), CYCLE_HINT)
    return anchor
  }

  /** Counts what an alias stands for. Memory is not at stake, as values are shared, but whoever walks the value is. */
  private chargeAlias(event: AliasEvent, anchor: Anchor): void {
    this.expanded += anchor.size
    const frame = this.current()
    const depth = this.depth + anchor.height
    if (frame !== undefined && frame.deepest < depth) frame.deepest = depth
    if (depth > this.limits.depth) throw this.overLimit('depth', event)
    if (this.expanded > this.limits.expandedNodes && this.expanded > this.allowedExpansion()) {
      throw this.overLimit('expansion', event)
    }
  }

  private allowedExpansion(): number {
    if (this.writtenNodes === 0) this.writtenNodes = countNodes(this.events)
    return this.writtenNodes * this.limits.expansionFactor
  }

  private overLimit(what: 'depth' | 'expansion' | 'merge', event: Event | undefined): ConstructError {
    const offset = event === undefined ? (this.current()?.keyOffset ?? 0) : this.at(event)
    if (what === 'depth') {
      const levels = withThousands(this.limits.depth)
      return new ConstructError(`aliases nest deeper than the limit of ${levels} levels`, offset, 'Nest fewer aliases.')
    }
    if (what === 'merge') {
      const keys = withThousands(this.limits.mergedKeys)
      return new ConstructError(
        `merge keys copy more than the limit of ${keys} keys in one file`,
        offset,
        'Merge fewer or smaller mappings, or split the file.',
      )
    }
    const nodes = withThousands(Math.max(this.limits.expandedNodes, this.allowedExpansion()))
    return new ConstructError(
      `aliases expand the document beyond the limit of ${nodes} values`,
      offset,
      'Use fewer aliases of aliases, or split the document.',
    )
  }

  /** A merge key takes a mapping or a list of mappings, of which an earlier one wins. */
  private merge(frame: Frame, value: JsonValue): void {
    frame.merging = false
    frame.key = undefined
    const sources = Array.isArray(value) ? value.toReversed() : [value]
    for (const source of sources) {
      if (!isObject(source))
        throw new ConstructError('<< merges something that is no mapping', frame.keyOffset, MERGE_MEANS)
      this.mergeOne(frame, source)
    }
  }

  private mergeOne(frame: Frame, source: JsonObject): void {
    const map = frame.map as JsonObject
    frame.merged ??= new Set()
    for (const [key, value] of Object.entries(source)) {
      this.budget.mergedKeys++
      // As Kubernetes' decoder does; most people expect the explicit value, so it is said.
      if (hasKey(map, key) && !frame.merged.has(key)) this.noteLateMerge(frame, key, value)
      setKey(map, key, value)
      frame.merged.add(key)
    }
    if (this.budget.mergedKeys > this.limits.mergedKeys) throw this.overLimit('merge', undefined)
  }

  /** Once per merge key: the point is where it stands. */
  private noteLateMerge(frame: Frame, key: string, value: JsonValue): void {
    const last = this.lateMerges.at(-1)
    if (last?.offset === frame.keyOffset || (frame.map as JsonObject)[key] === value) return
    this.lateMerges.push({ key, offset: frame.keyOffset })
  }
}

/**
 * Builds the value of one document.
 * @param source the parsed text, to which the events' offsets refer
 * @param events the events of this document alone: its DOCUMENT event first
 * @throws ConstructError when the events make no JSON value or exceed a limit
 */
export function construct(source: string, events: readonly Event[], limits: Limits, budget: FileBudget): Constructed {
  const first = events[0]
  const directives = first?.type === EVENT_ID.DOCUMENT ? first.directives : []
  return new Construction(source, events, directives, limits, budget).run()
}
