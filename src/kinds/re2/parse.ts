/** Parses RE2's syntax into a tree (https://github.com/google/re2/wiki/Syntax). */
import { fail, isDigit, PatternReader } from '../validation/values/re2-characters.ts'
import {
  type Characters,
  escapedClass,
  folded,
  isAny,
  isNotNewline,
  not,
  posixClass,
  range,
  union,
} from './characters.ts'

/** A position that matches without consuming a character. */
export type Assertion = 'text-begin' | 'text-end' | 'line-begin' | 'line-end' | 'word' | 'no-word'

export type Node =
  | { readonly kind: 'one'; readonly members: Characters }
  | { readonly kind: 'assert'; readonly at: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  /** `max` is Infinity for no limit. */
  | {
      readonly kind: 'repeat'
      readonly body: Node
      readonly min: number
      readonly max: number
      readonly greedy: boolean
    }
  | { readonly kind: 'group'; readonly index: number; readonly body: Node }

interface Flags {
  readonly i: boolean
  readonly m: boolean
  readonly s: boolean
  readonly U: boolean
}

const NO_FLAGS: Flags = { i: false, m: false, s: false, U: false }

/** RE2 refuses deeper nesting too. */
const DEEPEST = 1000

const codeOf = (char: string): number => char.codePointAt(0) ?? 0

class Parser {
  readonly #text: PatternReader
  #flags = NO_FLAGS
  #groups = 0
  #depth = 0

  constructor(pattern: string) {
    this.#text = new PatternReader(pattern)
  }

  get groups(): number {
    return this.#groups
  }

  /** Parses up to the end, or to the parenthesis that closes a group. */
  choice(): Node {
    if (++this.#depth > DEEPEST) fail('it is nested too deeply')
    const before = this.#flags
    const options = [this.#sequence()]
    while (this.#text.peek() === '|') {
      this.#text.at++
      options.push(this.#sequence())
    }
    this.#flags = before
    this.#depth--
    const [only] = options
    return options.length === 1 && only ? only : { kind: 'choice', options }
  }

  #sequence(): Node {
    const parts: Node[] = []
    while (!this.#text.ended && this.#text.peek() !== '|' && this.#text.peek() !== ')') {
      const found = this.#item()
      // Each character of \Q...\E is an item of its own, so a repetition applies to the last one.
      const last = found.at(-1)
      if (last === undefined) continue
      parts.push(...found.slice(0, -1), this.#repeated(last))
    }
    return { kind: 'sequence', parts }
  }

  #item(): readonly Node[] {
    const char = this.#text.peek()
    switch (char) {
      case '(':
        return this.#group()
      case '[':
        return [this.#one(this.#bracket())]
      case '.':
        this.#text.at++
        return [{ kind: 'one', members: this.#flags.s ? isAny : isNotNewline }]
      case '^':
        return this.#assert(1, this.#flags.m ? 'line-begin' : 'text-begin')
      case '$':
        return this.#assert(1, this.#flags.m ? 'line-end' : 'text-end')
      case '\\':
        return this.#escape()
    }
    this.#text.at++
    return [this.#literal(codeOf(char ?? ''))]
  }

  #one(members: Characters): Node {
    return { kind: 'one', members: this.#flags.i ? folded(members) : members }
  }

  #literal(code: number): Node {
    return this.#one((other) => other === code)
  }

  #assert(length: number, at: Assertion): readonly Node[] {
    this.#text.at += length
    return [{ kind: 'assert', at }]
  }

  #escape(): readonly Node[] {
    switch (this.#text.peek(1)) {
      case 'A':
        return this.#assert(2, 'text-begin')
      case 'z':
        return this.#assert(2, 'text-end')
      case 'b':
        return this.#assert(2, 'word')
      case 'B':
        return this.#assert(2, 'no-word')
      case 'Q':
        return this.#quoted()
    }
    const members = this.#classEscape()
    return [members ? this.#one(members) : this.#literal(this.#text.characterEscape())]
  }

  #quoted(): readonly Node[] {
    const { chars } = this.#text
    const start = this.#text.at + 2
    let end = start
    while (end < chars.length && !(chars[end] === '\\' && chars[end + 1] === 'E')) end++
    this.#text.at = Math.min(end + 2, chars.length)
    return chars.slice(start, end).map((char) => this.#literal(codeOf(char)))
  }

  #classEscape(): Characters | undefined {
    const start = this.#text.at
    if (!this.#text.classEscape()) return undefined
    return escapedClass(this.#text.chars.slice(start, this.#text.at).join(''))
  }

  #bracket(): Characters {
    this.#text.at++
    const negated = this.#text.peek() === '^'
    if (negated) this.#text.at++
    const members: Characters[] = []
    do members.push(this.#posix() ?? this.#classEscape() ?? this.#range())
    while (this.#text.peek() !== ']')
    this.#text.at++
    const all = union(...members)
    if (!negated) return all
    return not(this.#flags.i ? folded(all) : all)
  }

  #posix(): Characters | undefined {
    const { chars, at } = this.#text
    if (chars[at] !== '[' || chars[at + 1] !== ':') return undefined
    let end = at + 2
    while (end < chars.length && !(chars[end] === ':' && chars[end + 1] === ']')) end++
    const members = posixClass(chars.slice(at + 2, end).join(''))
    if (members) this.#text.at = end + 2
    return members
  }

  #range(): Characters {
    const low = this.#member()
    const next = this.#text.peek(1)
    if (this.#text.peek() !== '-' || next === undefined || next === ']') return range(low, low)
    this.#text.at++
    return range(low, this.#member())
  }

  #member(): number {
    const char = this.#text.peek()
    if (char === undefined) return fail('a bracket is not closed')
    if (char === '\\') return this.#text.characterEscape()
    this.#text.at++
    return codeOf(char)
  }

  /** `(...)`, `(?P<name>...)`, `(?flags:...)`, or `(?flags)`, which matches nothing by itself. */
  #group(): readonly Node[] {
    const { chars } = this.#text
    if (this.#text.peek(1) !== '?') return this.#captured(1)
    const python = this.#text.peek(2) === 'P' ? 1 : 0
    if (this.#text.peek(2 + python) === '<') {
      return this.#captured(chars.indexOf('>', this.#text.at) + 1 - this.#text.at)
    }
    const before = this.#flags
    this.#text.at += 2
    this.#readFlags()
    if (chars[this.#text.at++] === ')') return []
    const body = this.choice()
    this.#close()
    this.#flags = before
    return [{ kind: 'sequence', parts: [body] }]
  }

  #captured(length: number): readonly Node[] {
    this.#text.at += length
    const index = ++this.#groups
    const body = this.choice()
    this.#close()
    return [{ kind: 'group', index, body }]
  }

  #close(): void {
    if (this.#text.peek() !== ')') fail('a parenthesis is not closed')
    this.#text.at++
  }

  #readFlags(): void {
    let on = true
    for (; ; this.#text.at++) {
      const char = this.#text.peek()
      if (char === '-') on = false
      else if (char === 'i' || char === 'm' || char === 's' || char === 'U')
        this.#flags = { ...this.#flags, [char]: on }
      else if (char === ':' || char === ')') return
      else fail('(? must be followed by flags, a colon or a <name>')
    }
  }

  #repeated(body: Node): Node {
    const counts = this.#counts()
    if (!counts) return body
    const lazy = this.#text.peek() === '?'
    if (lazy) this.#text.at++
    const [min, max] = counts
    return { kind: 'repeat', body, min, max, greedy: lazy === this.#flags.U }
  }

  #counts(): readonly [number, number] | undefined {
    const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const
    const char = this.#text.peek()
    if (char === '*' || char === '+' || char === '?') {
      this.#text.at++
      return simple[char]
    }
    return char === '{' ? this.#braces() : undefined
  }

  /** `{n}`, `{n,}` or `{n,m}`; anything else is literal text. */
  #braces(): readonly [number, number] | undefined {
    const start = this.#text.at++
    const min = this.#number()
    let max = min
    if (this.#text.peek() === ',') {
      this.#text.at++
      max = this.#text.peek() === '}' ? Infinity : this.#number()
    }
    if (min !== undefined && max !== undefined && this.#text.peek() === '}') {
      this.#text.at++
      return [min, max]
    }
    this.#text.at = start
    return undefined
  }

  #number(): number | undefined {
    const start = this.#text.at
    while (isDigit(this.#text.peek())) this.#text.at++
    return this.#text.at > start ? Number(this.#text.chars.slice(start, this.#text.at).join('')) : undefined
  }
}

/**
 * @returns the tree and the number of groups that capture
 * @throws SyntaxProblem for a pattern that RE2 does not accept, as far as istiod's admission check has not refused it
 */
export function parsePattern(pattern: string): { readonly tree: Node; readonly groups: number } {
  const parser = new Parser(pattern)
  return { tree: parser.choice(), groups: parser.groups }
}
