/** Replaces a scalar, and keeps what is the same in a long one. */
import { commonEnd, commonStart } from '../../common/common-ends.ts'
import type { JsonValue } from '../../sources/document.ts'
import type { ReplacedPart } from './part.ts'
import { nextLine, type ScalarNode } from './tree.ts'
import { quoted, type ValueWriter } from './values.ts'

interface Values {
  readonly before: JsonValue
  readonly wanted: JsonValue
}

const BLOCK_HEADER = /^\|[-+]?[ \t]*(?:#[^\n]*)?$/
/** A character of a string in double quotes, as written. */
const UNIT = /\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\U[0-9a-fA-F]{8}|\\[^\n]|[^\\\n]/g

/** The lines of a literal block that differ; undefined when its layout is too unusual. */
function literalPart(
  text: string,
  { start, end }: ScalarNode,
  before: string,
  wanted: string,
): ReplacedPart | undefined {
  const content = nextLine(text, start)
  const header = text.slice(start, content - 1)
  const indent = /^ +(?=\S)/.exec(text.slice(content, end))?.[0]
  if (!BLOCK_HEADER.test(header) || indent === undefined) return undefined
  const [old, fresh] = [before, wanted].map((value) => value.replace(/\n+$/, '').split('\n')) as [string[], string[]]
  const offsets = [content]
  for (let at = nextLine(text, content); at < end; at = nextLine(text, at)) offsets.push(at)
  offsets.push(end)
  if (offsets.length !== old.length + 1) return undefined
  const head = commonStart(old, fresh)
  const tail = commonEnd(old, fresh, head)
  const lines = fresh.slice(head, fresh.length - tail).map((line) => (line === '' ? '\n' : `${indent}${line}\n`))
  const [from, to] = [offsets[head], offsets[old.length - tail]]
  if (from === undefined || to === undefined) return undefined
  const isLast = to === end && text[end - 1] !== '\n'
  const added = lines.join('')
  return { start: from, end: to, text: isLast ? added.replace(/\n$/, '') : added }
}

/** The value of a piece of a string in double quotes; undefined for an escape that only YAML has. */
function unitValue(unit: string): string | undefined {
  if (!unit.startsWith('\\')) return unit
  try {
    return JSON.parse(`"${unit}"`) as string
  } catch {
    return undefined
  }
}

/** The characters of a string in double quotes that differ; undefined when it has escapes that only YAML has. */
function quotedPart(
  text: string,
  { start, end }: ScalarNode,
  before: string,
  wanted: string,
): ReplacedPart | undefined {
  const units = text.slice(start + 1, end - 1).match(UNIT) ?? []
  const values = units.map(unitValue)
  if (values.join('') !== before || values.includes(undefined)) return undefined
  const fresh = wanted.split('')
  const head = commonStart<string | undefined>(values, fresh)
  const tail = commonEnd<string | undefined>(values, fresh, head)
  const lengthOf = (some: readonly string[]): number => some.reduce((sum, unit) => sum + unit.length, 0)
  const from = start + 1 + lengthOf(units.slice(0, head))
  const to = end - 1 - lengthOf(units.slice(units.length - tail))
  return { start: from, end: to, text: quoted(fresh.slice(head, fresh.length - tail).join('')).slice(1, -1) }
}

/** The comment of a block scalar's header, with the blanks before it. */
function commentOf(header: string): string {
  const hash = header.indexOf('#')
  return hash < 0 ? '' : header.slice(header.slice(0, hash).trimEnd().length)
}

/** What differs between two strings; undefined when the whole scalar must be replaced. */
function changedPart(text: string, node: ScalarNode, before: string, wanted: string): ReplacedPart | undefined {
  if (node.style === 'literal') return literalPart(text, node, before, wanted)
  return node.style === 'double' ? quotedPart(text, node, before, wanted) : undefined
}

/** What to replace so that a scalar has another value. */
export function replacedScalar(
  text: string,
  node: ScalarNode,
  { before, wanted }: Values,
  writer: ValueWriter,
): readonly ReplacedPart[] {
  const { start, end, style, tag } = node
  if (typeof before === 'string' && typeof wanted === 'string') {
    const part = changedPart(text, node, before, wanted)
    if (part) return [part]
  }
  const isBlock = style === 'literal' || style === 'folded'
  const comment = isBlock ? commentOf(text.slice(start, nextLine(text, start) - 1)) : ''
  const ended = comment + (isBlock && text[end - 1] === '\n' ? '\n' : '')
  const written = typeof wanted === 'object' ? writer.inline(wanted) : writer.scalar(wanted, style)
  // A tag is about the old value.
  return [{ start: tag ?? start, end, text: written + ended }]
}
