/** Documents as files, and changes that only text can have. */
import { stringify } from 'yaml'
import type { JsonValue } from '../../src/sources/document.ts'
import { hostileText } from './hostile.ts'
import type { Random } from './random.ts'

/** Beyond this depth the YAML writer takes minutes or overflows the stack; JSON is also YAML. */
export const DEEPEST_YAML = 400

export function depthOf(value: JsonValue): number {
  let depth = 0
  let level: JsonValue[] = [value]
  while (level.length > 0) {
    depth++
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return depth
}

function documentText(value: JsonValue, random: Random): string {
  if (random.chance(0.15) || depthOf(value) > DEEPEST_YAML) return `${JSON.stringify(value)}\n`
  const style = random.pick(['PLAIN', 'PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'] as const)
  return stringify(value, { compat: 'yaml-1.1', lineWidth: 0, defaultStringType: style })
}

/** Documents as the text of one file. */
export function fileText(documents: readonly JsonValue[], random: Random): string {
  if (random.chance(0.08)) return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: documents })}\n`
  return documents.map((value) => documentText(value, random)).join('---\n')
}

export const plainText = (documents: readonly JsonValue[]): string =>
  documents.map((value) => `${JSON.stringify(value)}\n`).join('---\n')

type TextMutation = (text: string, random: Random) => string

function insertAt(text: string, at: number, inserted: string): string {
  return text.slice(0, at) + inserted + text.slice(at)
}

const PIECES = [
  '\t',
  '\u0000',
  '\u001b[2J',
  '\u0085',
  '\u2028',
  '\u200b',
  '\u{e0041}',
  '::add-mask::x',
  '\n::group::x\n',
  '\ufeff',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '%TAG ! tag:x,2000:\n',
  '&a ',
  '*a ',
  '*a\n',
  '<<: *a\n',
  '<<: [*a, *a]\n',
  '!!binary ',
  '!!int ',
  '!!set ',
  '!!float ',
  '!!js/function ',
  '!<x> ',
  '? ',
  ': ',
  '- ',
  '| ',
  '>-\n',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '#',
  ', ',
  '.nan',
  '.inf',
  '-.inf',
  '0o17',
  '1:30:00',
  '2020-01-01',
  '<<<<<<< HEAD\n',
  '{{ .Values.x }}',
  '\r',
  '\r\n',
]

const insertPiece: TextMutation = (text, random) => insertAt(text, random.below(text.length + 1), random.pick(PIECES))

const cut: TextMutation = (text, random) => {
  const from = random.below(text.length + 1)
  return text.slice(0, from) + text.slice(from + random.below(40))
}

const truncate: TextMutation = (text, random) => text.slice(0, random.below(text.length + 1))

const repeatLine: TextMutation = (text, random) => {
  const lines = text.split('\n')
  const at = random.below(lines.length)
  lines.splice(at, 0, lines[at] ?? '')
  return lines.join('\n')
}

const moveLine: TextMutation = (text, random) => {
  const lines = text.split('\n')
  const [line = ''] = lines.splice(random.below(lines.length), 1)
  lines.splice(random.below(lines.length + 1), 0, line)
  return lines.join('\n')
}

/** An anchor at one value, and aliases of it instead of others. */
const alias: TextMutation = (text, random) => {
  const lines = text.split('\n')
  const anchored = random.below(lines.length)
  const value = /^(\s*(?:- )?[\w.]+:)(.*)$/
  return lines
    .map((line, index) => {
      if (index === anchored) return line.replace(value, '$1 &a$2')
      return index > anchored && random.chance(0.1) ? line.replace(value, '$1 *a') : line
    })
    .join('\n')
}

const LEVELS = [3, 6, 12, 30]

/** Aliases of aliases: an object's labels multiply by ten at each level. */
const bomb: TextMutation = (text, random) => {
  const merges = random.chance(0.3)
  const lines = ['x0: &x0 {a: b, c: d}']
  for (let level = 1; level <= random.pick(LEVELS); level++) {
    const before = Array(10)
      .fill(`*x${level - 1}`)
      .join(', ')
    lines.push(merges ? `x${level}: &x${level} {<<: [${before}], k${level}: v}` : `x${level}: &x${level} [${before}]`)
  }
  return `${lines.join('\n')}\nx: ${lines.length}\n${text}`
}

const cycle: TextMutation = (text, random) => {
  const lines = text.split('\n')
  const at = random.below(lines.length)
  const loop = random.pick(['&c [*c]', '&c {a: *c}', '&c {<<: *c}', '&c {*c : 1}'])
  return lines.map((line, index) => (index === at ? line.replace(/:.*$/, `: ${loop}`) : line)).join('\n')
}

const hostileInside: TextMutation = (text, random) =>
  insertAt(text, random.below(text.length + 1), hostileText(random).slice(0, 100))

const TEXT_MUTATIONS = [insertPiece, insertPiece, cut, truncate, repeatLine, moveLine, alias, alias, bomb, cycle]

/** Changes a text in one to three places. */
export function mutateText(text: string, random: Random): string {
  let result = text
  for (let left = 1 + random.below(3); left > 0; left--) {
    result = random.pick([...TEXT_MUTATIONS, hostileInside])(result, random)
  }
  return result
}

/** A text with bytes that are not UTF-8, or in another encoding. */
export function hostileBytes(text: string, random: Random): Buffer {
  if (random.chance(0.3)) return Buffer.from(`\ufeff${text}`, 'utf16le')
  if (random.chance(0.3)) return Buffer.from(text, 'latin1')
  const bytes = Buffer.from(text)
  for (let left = 1 + random.below(3); left > 0 && bytes.length > 0; left--) {
    bytes[random.below(bytes.length)] = random.below(256)
  }
  return bytes
}
