// js-yaml's build for Node keeps the parser's state in an object made by spreading others, whose fields V8 looks up by
// hash. The browser build has the same code without that, and is three times as fast.
import { EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml/browser'
import { plainScalars } from './plain-scalars.ts'
import { type Reindented, reindentFlow } from './reindent.ts'

export type {
  AliasEvent,
  DocumentDirective,
  Event,
  MappingEvent,
  ScalarEvent,
  ScalarStyle,
  SequenceEvent,
} from 'js-yaml/browser'
export { CHOMPING_MODE, COLLECTION_STYLE, EVENT_ID, getScalarValue, SCALAR_STYLE } from 'js-yaml/browser'

/** A text that is not YAML: the parser's reason, and the offset where it stopped. */
export class ParseError extends Error {
  readonly offset: number

  constructor(reason: string, offset: number) {
    super(reason)
    this.name = 'ParseError'
    this.offset = offset
  }
}

function parse(text: string, maxDepth: number): Event[] {
  try {
    return parseEvents(text, { maxDepth })
  } catch (error) {
    if (error instanceof YAMLException) throw new ParseError(error.reason, error.mark?.position ?? 0)
    // A stack overflow: the parser's patterns fail on words of megabytes, and limits may allow any depth.
    throw new ParseError('a word of the document is too long, or values nest too deep', 0)
  }
}

const OFFSETS = ['start', 'valueStart', 'valueEnd', 'anchorStart', 'anchorEnd', 'tagStart', 'tagEnd'] as const

/** Maps the offsets of an event back to the text before lines were indented. */
function moveBack(event: Event, originalOffset: (offset: number) => number): void {
  const offsets = event as Partial<Record<(typeof OFFSETS)[number], number>>
  for (const name of OFFSETS) {
    const offset = offsets[name]
    if (offset !== undefined && offset >= 0) offsets[name] = originalOffset(offset)
  }
}

function parseReindented(reindented: Reindented, maxDepth: number, first: ParseError): Event[] {
  try {
    const events = parse(reindented.text, maxDepth)
    for (const event of events) moveBack(event, reindented.originalOffset)
    return events
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const offset = reindented.originalOffset(error.offset)
    // An error where lines were indented rather means that a quote or bracket is not closed.
    throw reindented.touches(offset) ? first : new ParseError(error.message, offset)
  }
}

function parseOrReindent(text: string, maxDepth: number): Event[] {
  try {
    return parse(text, maxDepth)
  } catch (error) {
    if (!(error instanceof ParseError) || error.message !== 'deficient indentation') throw error
    const reindented = reindentFlow(text)
    if (reindented === undefined) throw error
    return parseReindented(reindented, maxDepth, error)
  }
}

/**
 * The parser events of one document.
 * @param maxDepth how deep nodes may nest, scalars included
 * @throws ParseError
 */
export function parseYaml(text: string, maxDepth: number): Event[] {
  const scalars = plainScalars(text)
  if (scalars === undefined) return parseOrReindent(text, maxDepth)
  const events = parseOrReindent(scalars.text, maxDepth)
  const collections = new Set(events.map((event) => ('start' in event ? event.start : -1)))
  const refusal = scalars.refusals.find(({ bracket }) => collections.has(bracket))
  if (refusal) throw new ParseError(refusal.reason, refusal.offset)
  return events
}

/** Splits the events of several documents. */
export function byDocument(events: readonly Event[]): Event[][] {
  const documents: Event[][] = []
  let start = 0
  for (let i = 1; i <= events.length; i++) {
    if (i < events.length && events[i]?.type !== EVENT_ID.DOCUMENT) continue
    documents.push(events.slice(start, i))
    start = i
  }
  return documents
}
