/** Documents in every layout that YAML and JSON allow, with the place of each of their words. */
import type { PathStep } from '../../../src/sources/document.ts'
import type { Random } from '../random.ts'

/** What a document holds: scalars as they are written in YAML and in JSON. */
export type Shape =
  | { readonly kind: 'scalar'; readonly yaml: string; readonly json: string }
  /** A text of several lines. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: Shape])[] }
  | { readonly kind: 'seq'; readonly items: readonly Shape[] }

/** A scalar, key or comment of a text, and the path of the entry that it belongs to. */
export interface Word {
  readonly text: string
  readonly path: readonly PathStep[]
  readonly kind: 'value' | 'key' | 'comment'
}

export interface StyledText {
  readonly text: string
  /** In text order. */
  readonly words: readonly Word[]
}

type Path = readonly PathStep[]

const INDENTS = [2, 2, 4, 3]
const LINE_ENDS = ['\n', '\n', '\r\n', '\r', 'mixed'] as const

/** How a document is written. */
interface Style {
  readonly json: boolean
  /** Chances. */
  readonly comments: number
  readonly flow: number
  readonly indent: number
  readonly indentLists: boolean
  readonly flowLines: boolean
}

class Writer {
  readonly words: Word[] = []
  readonly #random: Random
  readonly #style: Style
  #comments = 0

  constructor(random: Random, style: Style) {
    this.#random = random
    this.#style = style
  }

  #word(text: string, path: Path, kind: Word['kind']): string {
    this.words.push({ text, path, kind })
    return text
  }

  #comment(path: Path): string {
    return this.#word(`# c${String(this.#comments++).padStart(4, '0')};`, path, 'comment')
  }

  /** Perhaps a comment on a line of its own. */
  #above(path: Path, indent: string): string {
    if (this.#random.chance(0.1)) return '\n'
    return this.#random.chance(this.#style.comments) ? `${indent}${this.#comment(path)}\n` : ''
  }

  /** The end of a line, perhaps with a comment. */
  #lineEnd(path: Path): string {
    return `${this.#random.chance(this.#style.comments) ? `  ${this.#comment(path)}` : ''}\n`
  }

  #scalar({ yaml, json }: Shape & { kind: 'scalar' }, path: Path): string {
    return this.#word(this.#style.json ? json : yaml, path, 'value')
  }

  #key(key: string, path: Path): string {
    return this.#word(this.#style.json ? JSON.stringify(key) : key, path, 'key')
  }

  /** Blanks between the parts of a collection in brackets. */
  #gap(path: Path, indent: string, isWide: boolean): string {
    if (!isWide) return this.#random.chance(0.1) ? '  ' : ''
    const comment = !this.#style.json && this.#random.chance(this.#style.comments) ? ` ${this.#comment(path)}` : ''
    return `${comment}\n${indent}`
  }

  flow(shape: Shape, path: Path, indent: string): string {
    if (shape.kind === 'scalar') return this.#scalar(shape, path)
    if (shape.kind === 'lines') return this.#word(JSON.stringify(`${shape.lines.join('\n')}\n`), path, 'value')
    const isWide = this.#style.flowLines && this.#random.chance(0.6)
    const inside = `${indent}${' '.repeat(this.#style.indent)}`
    const entries: readonly (readonly [PathStep, Shape])[] =
      shape.kind === 'map' ? shape.entries : shape.items.map((item, index) => [index, item] as const)
    let text = shape.kind === 'map' ? '{' : '['
    for (const [index, [step, value]] of entries.entries()) {
      const at = [...path, step]
      text += this.#gap(index === 0 ? path : [...path, entries[index - 1]?.[0] as PathStep], inside, isWide)
      if (shape.kind === 'map')
        text += `${this.#key(String(step), at)}${this.#random.chance(0.1) && this.#style.json ? ' ' : ''}: `
      text += this.flow(value, at, inside)
      const isLast = index === entries.length - 1
      if (!isLast || (!this.#style.json && this.#random.chance(0.1)))
        text += isWide || this.#random.chance(0.2) ? ',' : ', '
    }
    const last = entries.at(-1)
    text += this.#gap(last ? [...path, last[0]] : path, indent, isWide && entries.length > 0)
    return `${text}${shape.kind === 'map' ? '}' : ']'}`
  }

  /** What follows a colon or a dash. */
  #value(shape: Shape, path: Path, indent: string, isItem = false): string {
    if (shape.kind === 'lines' && this.#random.chance(0.8)) return this.#literal(shape.lines, path, indent)
    if (shape.kind === 'lines') return ` ${this.flow(shape, path, indent)}${this.#lineEnd(path)}`
    const isEmpty = shape.kind === 'map' ? shape.entries.length === 0 : shape.kind === 'seq' && shape.items.length === 0
    if (shape.kind === 'scalar' || isEmpty || this.#random.chance(this.#style.flow)) {
      return ` ${this.flow(shape, path, indent)}${this.#lineEnd(path)}`
    }
    const depth = shape.kind === 'map' || isItem || this.#style.indentLists ? this.#style.indent : 0
    return `${this.#lineEnd(path)}${this.block(shape, path, indent + ' '.repeat(depth))}`
  }

  #literal(lines: readonly string[], path: Path, indent: string): string {
    const inside = `${indent}${' '.repeat(this.#style.indent)}`
    const header = ` |${this.#lineEnd(path)}`
    return header + lines.map((line) => (line === '' ? '\n' : `${inside}${this.#word(line, path, 'value')}\n`)).join('')
  }

  block(shape: Shape, path: Path, indent: string, isOnDash = false): string {
    if (shape.kind === 'scalar' || shape.kind === 'lines') return `${indent}${this.flow(shape, path, indent)}\n`
    let text = ''
    if (shape.kind === 'map') {
      for (const [index, [key, value]] of shape.entries.entries()) {
        const at = [...path, key]
        const isFirst = isOnDash && index === 0
        text += isFirst ? '' : `${this.#above(at, indent)}${indent}`
        text += `${this.#key(key, at)}:${this.#value(value, at, indent)}`
      }
      return text
    }
    for (const [index, item] of shape.items.entries()) {
      const at = [...path, index]
      text += `${this.#above(at, indent)}${indent}-`
      const isNested = item.kind === 'map' && item.entries.length > 0 && !this.#random.chance(this.#style.flow)
      text += isNested ? ` ${this.block(item, at, `${indent}  `, true)}` : this.#value(item, at, indent, true)
    }
    return text
  }
}

/** Each line end as chosen for the text, or at random. */
function withLineEnds(text: string, random: Random): string {
  const end = random.pick(LINE_ENDS)
  return text.replaceAll('\n', () => (end === 'mixed' ? random.pick(['\n', '\r\n', '\r']) : end))
}

/** A document in a random layout; its words are found in its text as they are. */
export function styledText(shape: Shape, random: Random): StyledText {
  const json = random.chance(0.3)
  const writer = new Writer(random, {
    json,
    comments: json ? 0 : random.pick([0, 0.2, 0.5]),
    flow: random.pick([0, 0.2, 0.6]),
    indent: random.pick(INDENTS),
    indentLists: random.chance(0.5),
    flowLines: random.chance(0.4),
  })
  const isFlow = json || random.chance(0.1)
  const text = isFlow ? `${writer.flow(shape, [], '')}\n` : writer.block(shape, [], '')
  const ended = random.chance(0.15) ? text.replace(/\n$/, '') : text
  const begun = !json && random.chance(0.1) ? `--- # start\n${ended}` : ended
  return { text: withLineEnds(begun, random), words: writer.words }
}
