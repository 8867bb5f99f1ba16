/**
 * Whether a text is a valid RE2 regular expression, as Go's regexp/syntax parses it. Only the syntax is checked;
 * nothing is matched. Differences from JavaScript: no lookaround, no backreferences, no stacked repetition; but `(?i)`,
 * `(?P<name>)`, `\A`, `\z`, `\Q...\E`, `\pN`, `[[:alpha:]]`, and counts of at most 1000.
 */
import { fail, isDigit, PatternReader, SyntaxProblem } from './re2-characters.ts'
import { fitsCount, type Repetition } from './re2-counts.ts'

const LARGEST_COUNT = 1000
/** Letters that are an assertion after a backslash. */
const ASSERTION_LETTERS = 'AbBz'

const NO_REPETITIONS: readonly Repetition[] = []

interface Counts {
  readonly min: number
  /** -1 for no upper limit. */
  readonly max: number
}

/** A group being parsed. */
interface Group {
  readonly repetitions: Repetition[]
  /** The counted repetitions inside the last operand; undefined when there is no operand to repeat. */
  operand: readonly Repetition[] | undefined
}

const newGroup = (): Group => ({ repetitions: [], operand: undefined })

class Parser {
  readonly #text: PatternReader
  #group = newGroup()
  readonly #outer: Group[] = []

  constructor(pattern: string) {
    this.#text = new PatternReader(pattern)
  }

  run(): void {
    let repeated = false
    while (!this.#text.ended) repeated = this.#item(repeated)
    if (this.#outer.length > 0) fail('a parenthesis is not closed')
  }

  /**
   * Parses one item.
   * @param repeated whether the previous item was a repetition, after which no other may follow
   * @returns whether this one is a repetition
   */
  #item(repeated: boolean): boolean {
    const char = this.#text.peek()
    switch (char) {
      case '(':
        this.#open()
        return false
      case ')':
        this.#close()
        return false
      case '|':
        this.#text.at++
        this.#endOperand()
        this.#group.operand = undefined
        return false
      case '[':
        this.#text.characterClass()
        this.#operand(NO_REPETITIONS)
        return false
      case '\\':
        this.#escape()
        return false
      case '*':
      case '+':
      case '?':
        this.#text.at++
        this.#repeat(undefined, repeated)
        return true
    }
    const counts = char === '{' ? this.#counts() : undefined
    if (counts) {
      this.#repeat(counts, repeated)
      return true
    }
    this.#text.at++
    this.#operand(NO_REPETITIONS)
    return false
  }

  #operand(repetitions: readonly Repetition[]): void {
    this.#endOperand()
    this.#group.operand = repetitions
  }

  #endOperand(): void {
    const { operand, repetitions } = this.#group
    if (operand) for (const repetition of operand) repetitions.push(repetition)
  }

  #open(): void {
    if (this.#text.peek(1) !== '?') this.#text.at++
    else if (!this.#nameOrFlags()) return
    this.#outer.push(this.#group)
    this.#group = newGroup()
  }

  #close(): void {
    const parent = this.#outer.pop()
    if (!parent) throw new SyntaxProblem('a closing parenthesis has no opening one')
    this.#endOperand()
    const { repetitions } = this.#group
    this.#group = parent
    this.#operand(repetitions)
    this.#text.at++
  }

  /** Parses `(?P<name>`, `(?<name>`, `(?flags)` or `(?flags:`. @returns whether a group begins */
  #nameOrFlags(): boolean {
    const { chars } = this.#text
    const python = chars[this.#text.at + 2] === 'P' ? 1 : 0
    const name = this.#text.at + 3 + python
    if (chars[name - 1] !== '<' || name >= chars.length) return this.#flags(this.#text.at + 2)
    const end = chars.indexOf('>', name)
    if (end < 0 || !/^\w+$/.test(chars.slice(name, end).join(''))) {
      fail('a group name must be letters, digits and underscores between < and >')
    }
    this.#text.at = end + 1
    return true
  }

  #flags(start: number): boolean {
    let negated = false
    let seen = false
    for (let at = start; at < this.#text.chars.length; at++) {
      const char = this.#text.chars[at] ?? ''
      if ('imsU'.includes(char)) {
        seen = true
      } else if (char === '-' && !negated) {
        negated = true
        seen = false
      } else if ((char === ':' || char === ')') && (seen || !negated)) {
        this.#text.at = at + 1
        return char === ':'
      } else {
        break
      }
    }
    return fail('(? must be followed by flags, a colon or a <name>; there is no lookaround')
  }

  #repeat(counts: Counts | undefined, repeated: boolean): void {
    if (this.#text.peek() === '?') this.#text.at++
    if (repeated) fail('a repetition follows a repetition')
    const { operand } = this.#group
    if (!operand) throw new SyntaxProblem('a repetition has nothing to repeat')
    if (!counts) return
    const { min, max } = counts
    const repetition = { count: max < 0 ? Math.max(min, 1) : max, inner: operand }
    if ((min >= 2 || max >= 2) && !fitsCount(repetition, LARGEST_COUNT)) {
      fail(`nested repetition counts multiply to more than ${LARGEST_COUNT}`)
    }
    this.#group.operand = [repetition]
  }

  /** Parses `{n}`, `{n,}` or `{n,m}`; anything else is literal text and is not consumed. */
  #counts(): Counts | undefined {
    const start = this.#text.at++
    const min = this.#count()
    let max = min
    if (min !== undefined && this.#text.peek() === ',') {
      this.#text.at++
      max = this.#text.peek() === '}' ? -1 : this.#count()
    }
    if (min === undefined || max === undefined || this.#text.peek() !== '}') {
      this.#text.at = start
      return undefined
    }
    this.#text.at++
    if (min > LARGEST_COUNT || max > LARGEST_COUNT || (max >= 0 && min > max)) {
      fail(`repetition counts must be between 0 and ${LARGEST_COUNT}, the smaller one first`)
    }
    return { min, max }
  }

  #count(): number | undefined {
    const start = this.#text.at
    while (isDigit(this.#text.peek())) this.#text.at++
    const digits = this.#text.at - start
    if (digits === 0 || (digits > 1 && this.#text.chars[start] === '0')) return undefined
    return Number(this.#text.chars.slice(start, this.#text.at).join(''))
  }

  #escape(): void {
    const letter = this.#text.peek(1)
    if (letter === 'Q') {
      this.#literalText()
      return
    }
    if (letter !== undefined && ASSERTION_LETTERS.includes(letter)) this.#text.at += 2
    else if (!this.#text.classEscape()) this.#text.characterEscape()
    this.#operand(NO_REPETITIONS)
  }

  /** Each character of `\Q...\E` is an operand; when empty there is none. */
  #literalText(): void {
    this.#text.at += 2
    while (!this.#text.ended) {
      if (this.#text.peek() === '\\' && this.#text.peek(1) === 'E') {
        this.#text.at += 2
        return
      }
      this.#text.at++
      this.#operand(NO_REPETITIONS)
    }
  }
}

/** Why a pattern is not a valid RE2 regular expression; undefined when it is. */
export function regexProblem(pattern: string): string | undefined {
  try {
    new Parser(pattern).run()
    return undefined
  } catch (problem) {
    if (problem instanceof SyntaxProblem) return problem.message
    throw problem
  }
}
