/**
 * Runs RE2 programs in time that is linear in the text (Pike's algorithm): all alternatives advance together, one
 * character at a time, so no pattern of the input can make a match slow.
 */
import { isWord } from './characters.ts'
import type { Assertion } from './parse.ts'
import { compilePattern, type Program } from './program.ts'

/** Offsets into the code points of the text: begin and end of the match, then of each group; -1 for none. */
type Slots = readonly number[]

interface Thread {
  readonly at: number
  readonly slots: Slots
}

const wordAt = (text: readonly number[], at: number): boolean => {
  const code = text[at]
  return code !== undefined && isWord(code)
}

function holds(assertion: Assertion, text: readonly number[], at: number): boolean {
  switch (assertion) {
    case 'text-begin':
      return at === 0
    case 'text-end':
      return at === text.length
    case 'line-begin':
      return at === 0 || text[at - 1] === 10
    case 'line-end':
      return at === text.length || text[at] === 10
    case 'word':
      return wordAt(text, at - 1) !== wordAt(text, at)
    case 'no-word':
      return wordAt(text, at - 1) === wordAt(text, at)
  }
}

/** The threads at one position, best first; each instruction is in the list once. */
class ThreadList {
  readonly threads: Thread[] = []
  readonly #seen = new Set<number>()
  readonly #program: Program
  readonly #text: readonly number[]

  constructor(program: Program, text: readonly number[]) {
    this.#program = program
    this.#text = text
  }

  /** Follows instructions that consume nothing, without recursion because programs may be long. */
  add(start: Thread, position: number): void {
    const pending = [start]
    for (let thread = pending.pop(); thread; thread = pending.pop()) {
      if (this.#seen.has(thread.at)) continue
      this.#seen.add(thread.at)
      this.#follow(thread, position, pending)
    }
  }

  #follow(thread: Thread, position: number, pending: Thread[]): void {
    const { at, slots } = thread
    const instruction = this.#program.instructions[at]
    switch (instruction?.kind) {
      case 'jump':
        pending.push({ at: instruction.to, slots })
        break
      case 'split':
        pending.push({ at: instruction.second, slots }, { at: instruction.first, slots })
        break
      case 'save':
        pending.push({ at: at + 1, slots: slots.with(instruction.slot, position) })
        break
      case 'assert':
        if (holds(instruction.at, this.#text, position)) pending.push({ at: at + 1, slots })
        break
      default:
        this.threads.push(thread)
    }
  }
}

interface Search {
  readonly from: number
  /** Whether the match must be the whole text. */
  readonly whole: boolean
}

/** The leftmost match, preferring alternatives as Perl does; undefined when there is none. */
function search(program: Program, text: readonly number[], { from, whole }: Search): Slots | undefined {
  const none = new Array<number>(program.slots).fill(-1)
  let found: Slots | undefined
  let current = new ThreadList(program, text)
  for (let position = from; ; position++) {
    if (!found && (!whole || position === from)) current.add({ at: 0, slots: none.with(0, position) }, position)
    if (current.threads.length === 0 && (found || whole)) return found
    const next = new ThreadList(program, text)
    const code = text[position]
    for (const { at, slots } of current.threads) {
      const instruction = program.instructions[at]
      if (instruction?.kind === 'one' && code !== undefined && instruction.members(code)) {
        next.add({ at: at + 1, slots }, position + 1)
      }
      if (instruction?.kind === 'match' && (!whole || position === text.length)) {
        found = slots.with(1, position)
        break
      }
    }
    if (position >= text.length) return found
    current = next
  }
}

const codesOf = (text: string): readonly number[] => Array.from(text, (char) => char.codePointAt(0) ?? 0)

const textOf = (codes: readonly number[]): string => codes.map((code) => String.fromCodePoint(code)).join('')

/** A compiled pattern. */
export class Pattern {
  readonly #program: Program

  /** @throws SyntaxProblem for a pattern that Envoy does not accept */
  constructor(pattern: string) {
    this.#program = compilePattern(pattern)
  }

  /** Whether the pattern matches the whole text (RE2::FullMatch). */
  matches(text: string): boolean {
    return search(this.#program, codesOf(text), { from: 0, whole: true }) !== undefined
  }

  /**
   * The text with every match replaced (RE2::GlobalReplace).
   * @param substitution `\0` is the match, `\1` to `\9` its groups, `\\` a backslash
   */
  replaceAll(text: string, substitution: string): string {
    const codes = codesOf(text)
    const out: string[] = []
    let from = 0
    let lastEnd = -1
    while (from <= codes.length) {
      const slots = search(this.#program, codes, { from, whole: false })
      if (!slots) break
      const [begin = 0, end = 0] = slots
      out.push(textOf(codes.slice(from, begin)))
      if (begin === lastEnd && begin === end) {
        // An empty match right after another one is not replaced.
        out.push(textOf(codes.slice(from, from + 1)))
        from++
        continue
      }
      out.push(substituted(substitution, codes, slots))
      from = end
      lastEnd = end
    }
    return [...out, textOf(codes.slice(from))].join('')
  }
}

function substituted(substitution: string, codes: readonly number[], slots: Slots): string {
  return substitution.replace(/\\(.)/g, (_, char: string) => {
    if (char < '0' || char > '9') return char
    const [begin = -1, end = -1] = slots.slice(Number(char) * 2)
    return begin < 0 || end < 0 ? '' : textOf(codes.slice(begin, end))
  })
}
