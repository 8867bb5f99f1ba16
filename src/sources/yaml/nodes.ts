import {
  type DocumentDirective,
  EVENT_ID,
  type Event,
  getScalarValue,
  SCALAR_STYLE,
  type ScalarEvent,
} from './parser.ts'
import { plainKey, resolvePlain, resolveTagged, type ScalarTag, type ScalarValue, taggedKey } from './scalars.ts'

/**
 * Reads single parser events: the value of a scalar or key, the name of a tag or anchor. Offsets in events count from
 * the start of `source`, the text that was parsed.
 */

export const ABSENT = -1

const CORE_PREFIX = 'tag:yaml.org,2002:'
const SCALAR_TAGS: ReadonlySet<string> = new Set<ScalarTag>(['str', 'bool', 'int', 'float', 'null', 'binary'])
const STRING_TAG: ScalarTag = 'str'

function tagPrefix(handle: string, directives: readonly DocumentDirective[]): string {
  for (const directive of directives) {
    if (directive.kind === 'tag' && directive.handle === handle) return directive.prefix
  }
  return handle === '!!' ? CORE_PREFIX : handle
}

/** Expands a tag as written (`!!str`, `!<tag:yaml.org,2002:str>`, `!e!str`) to its full form. */
function fullTag(raw: string, directives: readonly DocumentDirective[]): string {
  if (raw.startsWith('!<')) return raw.slice(2, -1)
  const handle = raw.slice(0, raw.indexOf('!', 1) + 1) || '!'
  return tagPrefix(handle, directives) + raw.slice(handle.length)
}

/** The tag of an event: YAML's short name (`str`), any other tag in full (`!mine`), '' without one. */
export function tagOf(
  source: string,
  event: { readonly tagStart: number; readonly tagEnd: number },
  directives: readonly DocumentDirective[],
): string {
  if (event.tagStart === ABSENT) return ''
  const tag = fullTag(source.slice(event.tagStart, event.tagEnd), directives)
  return tag.startsWith(CORE_PREFIX) ? tag.slice(CORE_PREFIX.length) : tag
}

/** A tag that does not apply to scalars makes the scalar a string, as in go-yaml. */
function scalarTag(tag: string): ScalarTag {
  return SCALAR_TAGS.has(tag) ? (tag as ScalarTag) : STRING_TAG
}

/** The text of a scalar. To go-yaml, a block that ends with the file and not with a line break has none at its end. */
function textOf(source: string, event: ScalarEvent): string {
  const text = getScalarValue(source, event)
  const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK
  const isUnended = isBlock && event.valueEnd === source.length && !/[\r\n]$/.test(source)
  return isUnended ? text.replace(/\n$/, '') : text
}

/** The value of a scalar; undefined when the text does not fit its tag. Numbers may be infinite or NaN. */
export function scalarValue(
  source: string,
  event: ScalarEvent,
  directives: readonly DocumentDirective[],
): ScalarValue | undefined {
  const text = textOf(source, event)
  if (event.tagStart !== ABSENT) return resolveTagged(scalarTag(tagOf(source, event, directives)), text)
  return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text
}

/** The text of a scalar that is a mapping key; undefined when it is null or does not fit its tag. */
export function scalarKey(
  source: string,
  event: ScalarEvent,
  directives: readonly DocumentDirective[],
): string | undefined {
  const text = textOf(source, event)
  if (event.tagStart !== ABSENT) return taggedKey(scalarTag(tagOf(source, event, directives)), text)
  return event.style === SCALAR_STYLE.PLAIN ? plainKey(text) : text
}

const LESS_THAN = 60

/** Whether a key is the merge key: `<<`, plain or with the tag `!!merge`. */
export function isMergeKey(source: string, event: ScalarEvent, directives: readonly DocumentDirective[]): boolean {
  const { valueStart, valueEnd, tagStart } = event
  if (valueEnd - valueStart !== 2) return false
  if (source.charCodeAt(valueStart) !== LESS_THAN || source.charCodeAt(valueStart + 1) !== LESS_THAN) return false
  return tagStart === ABSENT ? event.style === SCALAR_STYLE.PLAIN : tagOf(source, event, directives) === 'merge'
}

/** The name of the anchor that an event sets or refers to; '' when there is none. */
export function anchorName(
  source: string,
  event: { readonly anchorStart: number; readonly anchorEnd: number },
): string {
  return event.anchorStart === ABSENT ? '' : source.slice(event.anchorStart, event.anchorEnd)
}

function isQuoted(event: ScalarEvent): boolean {
  return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
}

const BLOCK_HEADER = /[|>][-+0-9]*(?:[ \t]+#.*)?[ \t]*$/

/** The position of the `|` or `>` before the lines that begin at `contentStart`. */
function blockHeaderStart(source: string, contentStart: number): number {
  let end = contentStart
  while (end > 0 && (source[end - 1] === '\n' || source[end - 1] === '\r')) end--
  const lineStart = Math.max(source.lastIndexOf('\n', end - 1), source.lastIndexOf('\r', end - 1)) + 1
  const header = BLOCK_HEADER.exec(source.slice(lineStart, end))
  return header ? lineStart + header.index : contentStart
}

/** The range of a scalar as written, including quotes and block headers; undefined for an empty one. */
export function scalarRange(source: string, event: ScalarEvent): { start: number; end: number } | undefined {
  if (event.valueStart === ABSENT) return undefined
  if (isQuoted(event)) return { start: event.valueStart - 1, end: event.valueEnd + 1 }
  if (event.style === SCALAR_STYLE.PLAIN) return { start: event.valueStart, end: event.valueEnd }
  return { start: blockHeaderStart(source, event.valueStart), end: event.valueEnd }
}

function propertiesStart(event: { readonly anchorStart: number; readonly tagStart: number }): number {
  // An anchor's range excludes its `&`.
  const starts = [event.anchorStart === ABSENT ? ABSENT : event.anchorStart - 1, event.tagStart]
  return Math.min(...starts.filter((start) => start !== ABSENT), Number.POSITIVE_INFINITY)
}

/** The position of a node's first token; undefined for an empty scalar. */
export function eventStart(source: string, event: Event): number | undefined {
  switch (event.type) {
    case EVENT_ID.SCALAR: {
      const start = scalarRange(source, event)?.start ?? propertiesStart(event)
      return Number.isFinite(start) ? start : undefined
    }
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1
    default:
      return undefined
  }
}
