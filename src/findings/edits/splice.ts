/** Makes one edit by replacing a piece of text, if the surrounding text allows it. */
import { isAlias, isMap, isScalar, isSeq, type ParsedNode, parseDocument, Scalar, type YAMLMap } from 'yaml'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import type { Replacement } from '../fixes/change.ts'

/** IPv4 addresses need no quotes. */
const PLAIN = /^[0-9]+(?:\.[0-9]+){3}$/
const BLOCK_HEADER = /^\|[-+]?[ \t]*(?:#[^\n]*)?\n/

interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Whether a value is a string that could be read as another type. */
export const needsQuotes = (value: JsonValue): boolean => typeof value === 'string' && !PLAIN.test(value)

const scalarText = (value: JsonValue): string => (needsQuotes(value) ? JSON.stringify(value) : String(value))

/** A value on one line. */
function flowText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`
  if (!isMapping(value)) return scalarText(value)
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}: ${flowText(item)}`)
    .join(', ')}}`
}

/** The value of a new key; mappings go on separate lines below it. */
function blockText(value: JsonValue, indent: string): string {
  if (!isMapping(value)) return ` ${flowText(value)}`
  const inner = `${indent}  `
  return Object.entries(value)
    .map(([key, item]) => `\n${inner}${key}:${blockText(item, inner)}`)
    .join('')
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1
const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset)

/** The end of the line on which a value ends, if only a comment follows. */
function endOfItsLine(text: string, valueEnd: number): number | undefined {
  const newline = text.indexOf('\n', valueEnd)
  const end = newline < 0 ? text.length : newline
  return /^\s*(?:#.*)?$/.test(text.slice(valueEnd, end)) ? end : undefined
}

const isOneLine = (text: string, node: ParsedNode): boolean => !text.slice(node.range[0], node.range[1]).includes('\n')

/** Adds a new key below the last one with its value on the same line, or before the first key if there is none. */
function newKey(text: string, mapping: YAMLMap.Parsed, key: string, value: JsonValue): Splice | undefined {
  const [first] = mapping.items
  if (!first) return undefined
  if (mapping.flow) {
    const at = mapping.range[0] + 1
    const gap = /\s/.test(text[at] ?? '') ? ' ' : ''
    return { start: at, end: at, text: `${gap}${key}: ${flowText(value)},${gap === '' ? ' ' : ''}` }
  }
  const indent = ' '.repeat(columnOf(text, first.key.range[0]))
  for (const { value: sibling } of mapping.items.toReversed()) {
    if (!isScalar(sibling) || !isOneLine(text, sibling)) continue
    const end = endOfItsLine(text, sibling.range[1])
    if (end !== undefined) return { start: end, end, text: `\n${indent}${key}:${blockText(value, indent)}` }
  }
  const at = first.key.range[0]
  return { start: at, end: at, text: `${key}:${blockText(value, indent)}\n${indent}` }
}

/** A string of several lines after `|`, with the header and indentation kept. */
function literalBlock(text: string, node: Scalar.Parsed, value: string): string | undefined {
  const source = text.slice(node.range[0], node.range[1])
  const header = BLOCK_HEADER.exec(source)?.[0]
  const indent = /^[ ]+(?=\S)/m.exec(source.slice(header?.length))?.[0]
  if (header === undefined || indent === undefined) return undefined
  const lines = value.replace(/\n$/, '').split('\n')
  return `${header}${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}\n`
}

function replacement(text: string, node: ParsedNode, value: JsonValue): string | undefined {
  if (isScalar(node)) {
    if (node.type === Scalar.BLOCK_LITERAL && typeof value === 'string') return literalBlock(text, node, value)
    if (node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL) return undefined
    return flowText(value)
  }
  if (isSeq(node) && !node.flow && Array.isArray(value) && value.length > 0) {
    const indent = ' '.repeat(columnOf(text, node.range[0]))
    const ends = text.slice(node.range[0], node.range[1]).endsWith('\n') ? '\n' : ''
    return value.map((item) => `- ${flowText(item)}`).join(`\n${indent}`) + ends
  }
  return isSeq(node) && node.flow ? flowText(value) : undefined
}

/** The deepest node on a path that the text has. */
function follow(
  root: ParsedNode | null,
  path: readonly PathStep[],
): { node: ParsedNode | null; rest: readonly PathStep[] } {
  let node = root
  for (const [index, step] of path.entries()) {
    const next: unknown = isMap(node) || isSeq(node) ? node.get(step as never, true) : undefined
    if (next === undefined || next === null) return { node, rest: path.slice(index) }
    node = next as ParsedNode
  }
  return { node, rest: [] }
}

const nested = (path: readonly PathStep[], value: JsonValue): JsonValue =>
  path.reduceRight<JsonValue>((inner, step) => ({ [String(step)]: inner }), value)

function spliceFor(text: string, { path, value }: Replacement): Splice | undefined {
  const { contents, errors } = parseDocument(text, { schema: 'failsafe', version: '1.1', strict: false })
  if (errors.length > 0) return undefined
  const { node, rest } = follow(contents, path)
  if (node === null || isAlias(node)) return undefined
  const [key, ...inner] = rest
  if (key !== undefined) return isMap(node) ? newKey(text, node, String(key), nested(inner, value)) : undefined
  const [start, end] = node.range
  const replaced = replacement(text, node, value)
  return replaced === undefined ? undefined : { start, end, text: replaced }
}

/**
 * Makes an edit in place and changes nothing else.
 * @returns undefined when that is not possible
 */
export function spliced(text: string, edit: Replacement): string | undefined {
  const splice = spliceFor(text, edit)
  return splice && text.slice(0, splice.start) + splice.text + text.slice(splice.end)
}
