import { eventStart, isMergeKey, scalarKey } from './yaml/nodes.ts'
import { type DocumentDirective, EVENT_ID, type Event } from './yaml/parser.ts'

/** A key that repeats an earlier key of its mapping; offsets count from the start of the parsed text. */
export interface DuplicateKey {
  readonly key: string
  readonly offset: number
  readonly firstOffset: number
}

/** The keys of one open mapping with their offsets; a sequence has none. */
interface Level {
  readonly offsets: Map<string, number> | undefined
  awaitsKey: boolean
}

/**
 * Every key that repeats an earlier one of its mapping, in text order. This is a second pass over the events: so few
 * documents have such keys that the first pass does not record where keys are.
 */
export function findDuplicateKeys(source: string, events: readonly Event[]): DuplicateKey[] {
  const found: DuplicateKey[] = []
  const levels: Level[] = []
  const first = events[0]
  const directives = first?.type === EVENT_ID.DOCUMENT ? first.directives : []
  for (const event of events) {
    const level = levels.at(-1)
    const isKey = level?.offsets !== undefined && level.awaitsKey
    if (level !== undefined && event.type !== EVENT_ID.POP) level.awaitsKey = !level.awaitsKey
    if (isKey) noteKey(source, event, directives, level.offsets, found)
    if (event.type === EVENT_ID.MAPPING) levels.push({ offsets: new Map(), awaitsKey: true })
    else if (event.type === EVENT_ID.SEQUENCE) levels.push({ offsets: undefined, awaitsKey: false })
    else if (event.type === EVENT_ID.POP) levels.pop()
  }
  return found
}

function noteKey(
  source: string,
  event: Event,
  directives: readonly DocumentDirective[],
  offsets: Map<string, number> | undefined,
  found: DuplicateKey[],
): void {
  if (event.type !== EVENT_ID.SCALAR || isMergeKey(source, event, directives)) return
  const key = scalarKey(source, event, directives)
  const offset = eventStart(source, event)
  if (key === undefined || offset === undefined || offsets === undefined) return
  const firstOffset = offsets.get(key)
  if (firstOffset === undefined) offsets.set(key, offset)
  else found.push({ key, offset, firstOffset })
}
