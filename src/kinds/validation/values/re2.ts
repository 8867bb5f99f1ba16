/**
 * Whether a text is a regular expression of RE2, as Go's regexp/syntax parses it. Only the syntax is judged; nothing
 * is matched. Unlike JavaScript's: no lookaround, no backreferences, no stacked repetition; but `(?i)`, `(?P<name>)`,
 * `\A`, `\z`, `\Q...\E`, `\pN`, `[[:alpha:]]`, and counts of at most 1000.
 */
import { quote } from '../report.ts'
import { canonicalClass, POSIX_CLASSES, UNICODE_CLASSES } from './re2-classes.ts'
import { fitsCount, type Repetition } from './re2-counts.ts'

const LARGEST_COUNT = 1000
const LARGEST_RUNE = 0x10ffff

/** Letters that stand for a class or an assertion after a backslash. */
const CLASS_LETTERS = 'dDsSwW'
const ASSERTION_LETTERS = 'AbBz'
const CONTROL_LETTERS: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
])

const NO_REPETITIONS: readonly Repetition[] = []

interface Counts {
  readonly min: number
  /** -1 when there is none. */
  readonly max: number
}

/** A group that is being read. */
interface Group {
  readonly repetitions: Repetition[]
  /** The counted repetitions inside of the last operand; undefined where there is nothing to repeat. */
  operand: readonly Repetition[] | undefined
}

const newGroup = (): Group => ({ repetitions: [], operand: undefined })

class SyntaxProblem extends Error {}

function fail(message: string): never {
  throw new SyntaxProblem(message)
}

const isOctal = (char: string | undefined) => char !== undefined && char >= '0' && char <= '7'
const isDigit = (char: string | undefined) => char !== undefined && char >= '0' && char <= '9'
const isAlphanumeric = (char: string) => /^[0-9A-Za-z]$/.test(char)
const HEX = /^[0-9A-Fa-f]+$/

class Parser {
  /** Whole characters: what lies outside of the basic plane counts once. */
  readonly #chars: readonly string[]
  #at = 0
  #group = newGroup()
  readonly #outer: Group[] = []

  constructor(pattern: string) {
    this.#chars = Array.from(pattern)
  }

  run(): void {
    let repeated = false
    while (this.#at < this.#chars.length) repeated = this.#item(repeated)
    if (this.#outer.length > 0) fail('a parenthesis is not closed')
  }

  /**
   * Reads one item.
   * @param repeated whether the item before was a repetition, after which none may follow
   * @returns whether this one is a repetition
   */
  #item(repeated: boolean): boolean {
    const char = this.#chars[this.#at]
    switch (char) {
      case '(':
        this.#open()
        return false
      case ')':
        this.#close()
        return false
      case '|':
        this.#at++
        this.#endOperand()
        this.#group.operand = undefined
        return false
      case '[':
        this.#characterClass()
        this.#operand(NO_REPETITIONS)
        return false
      case '\\':
        this.#escape()
        return false
      case '*':
      case '+':
      case '?':
        this.#at++
        this.#repeat(undefined, repeated)
        return true
    }
    const counts = char === '{' ? this.#counts() : undefined
    if (counts) {
      this.#repeat(counts, repeated)
      return true
    }
    this.#at++
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
    if (this.#chars[this.#at + 1] !== '?') this.#at++
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
    this.#at++
  }

  /** Reads `(?P<name>`, `(?<name>`, `(?flags)` or `(?flags:`. @returns whether a group begins */
  #nameOrFlags(): boolean {
    const chars = this.#chars
    const python = chars[this.#at + 2] === 'P' ? 1 : 0
    const name = this.#at + 3 + python
    if (chars[name - 1] !== '<' || name >= chars.length) return this.#flags(this.#at + 2)
    const end = chars.indexOf('>', name)
    if (end < 0 || !/^\w+$/.test(chars.slice(name, end).join(''))) {
      fail('a group name must be letters, digits and underscores between < and >')
    }
    this.#at = end + 1
    return true
  }

  #flags(start: number): boolean {
    let negated = false
    let seen = false
    for (let at = start; at < this.#chars.length; at++) {
      const char = this.#chars[at] ?? ''
      if ('imsU'.includes(char)) {
        seen = true
      } else if (char === '-' && !negated) {
        negated = true
        seen = false
      } else if ((char === ':' || char === ')') && (seen || !negated)) {
        this.#at = at + 1
        return char === ':'
      } else {
        break
      }
    }
    return fail('(? must be followed by flags, a colon or a <name>; there is no lookaround')
  }

  #repeat(counts: Counts | undefined, repeated: boolean): void {
    if (this.#chars[this.#at] === '?') this.#at++
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

  /** Reads `{n}`, `{n,}` or `{n,m}`; anything else is literal text, and nothing is read. */
  #counts(): Counts | undefined {
    const start = this.#at++
    const min = this.#count()
    let max = min
    if (min !== undefined && this.#chars[this.#at] === ',') {
      this.#at++
      max = this.#chars[this.#at] === '}' ? -1 : this.#count()
    }
    if (min === undefined || max === undefined || this.#chars[this.#at] !== '}') {
      this.#at = start
      return undefined
    }
    this.#at++
    if (min > LARGEST_COUNT || max > LARGEST_COUNT || (max >= 0 && min > max)) {
      fail(`repetition counts must be between 0 and ${LARGEST_COUNT}, the smaller one first`)
    }
    return { min, max }
  }

  #count(): number | undefined {
    const start = this.#at
    while (isDigit(this.#chars[this.#at])) this.#at++
    const digits = this.#at - start
    if (digits === 0 || (digits > 1 && this.#chars[start] === '0')) return undefined
    return Number(this.#chars.slice(start, this.#at).join(''))
  }

  #escape(): void {
    const letter = this.#chars[this.#at + 1]
    if (letter === 'Q') {
      this.#literalText()
      return
    }
    if (letter !== undefined && ASSERTION_LETTERS.includes(letter)) this.#at += 2
    else if (!this.#classEscape()) this.#characterEscape()
    this.#operand(NO_REPETITIONS)
  }

  /** `\Q...\E` is an operand a character, so none when it is empty. */
  #literalText(): void {
    this.#at += 2
    while (this.#at < this.#chars.length) {
      if (this.#chars[this.#at] === '\\' && this.#chars[this.#at + 1] === 'E') {
        this.#at += 2
        return
      }
      this.#at++
      this.#operand(NO_REPETITIONS)
    }
  }

  /** Reads `\d` and the like, or `\pN` and the like. @returns false when there is none */
  #classEscape(): boolean {
    const letter = this.#chars[this.#at + 1]
    if (this.#chars[this.#at] !== '\\' || letter === undefined) return false
    if (CLASS_LETTERS.includes(letter)) {
      this.#at += 2
      return true
    }
    if (letter !== 'p' && letter !== 'P') return false
    const braced = this.#chars[this.#at + 2] === '{'
    const start = this.#at + (braced ? 3 : 2)
    const end = braced ? this.#chars.indexOf('}', start) : start + 1
    if (end < 0) fail(`\\${letter}{ is not closed`)
    const name = this.#chars.slice(start, end).join('')
    if (!UNICODE_CLASSES.has(canonicalClass(name))) fail(`${quote(name)} is not a Unicode class`)
    this.#at = end + (braced ? 1 : 0)
    return true
  }

  /** Reads an escaped character. @returns its code point */
  #characterEscape(): number {
    const char = this.#chars[this.#at + 1]
    this.#at += 2
    if (char === undefined) return fail('it ends with a backslash')
    const control = CONTROL_LETTERS.get(char)
    if (control !== undefined) return control
    if (char === '0' || (isOctal(char) && isOctal(this.#chars[this.#at]))) return this.#octal()
    if (char === 'x') return this.#hexadecimal()
    if (char < '\x80' && !isAlphanumeric(char)) return char.charCodeAt(0)
    return fail(isDigit(char) ? 'there are no backreferences' : `\\${char} means nothing`)
  }

  /** Up to three octal digits, of which the first has been read. */
  #octal(): number {
    let value = Number(this.#chars[this.#at - 1])
    for (let digits = 1; digits < 3 && isOctal(this.#chars[this.#at]); digits++) {
      value = value * 8 + Number(this.#chars[this.#at])
      this.#at++
    }
    return value
  }

  #hexadecimal(): number {
    const braced = this.#chars[this.#at] === '{'
    const start = this.#at + (braced ? 1 : 0)
    const end = braced ? this.#chars.indexOf('}', start) : start + 2
    const digits = end < 0 ? '' : this.#chars.slice(start, end).join('')
    const value = HEX.test(digits) && (braced || digits.length === 2) ? Number.parseInt(digits, 16) : undefined
    if (value === undefined || value > LARGEST_RUNE) return fail('\\x needs two hexadecimal digits, or some in braces')
    this.#at = end + (braced ? 1 : 0)
    return value
  }

  #characterClass(): void {
    this.#at++
    if (this.#chars[this.#at] === '^') this.#at++
    // A closing bracket that comes first is a member.
    do {
      if (!this.#posixClass() && !this.#classEscape()) this.#range()
    } while (this.#chars[this.#at] !== ']')
    this.#at++
  }

  /** Reads `[:alpha:]` or `[:^alpha:]`. @returns false when there is none */
  #posixClass(): boolean {
    if (this.#chars[this.#at] !== '[' || this.#chars[this.#at + 1] !== ':') return false
    const start = this.#at + 2
    let end = start
    while (end < this.#chars.length && !(this.#chars[end] === ':' && this.#chars[end + 1] === ']')) end++
    if (end === this.#chars.length) return false
    const name = this.#chars.slice(start, end).join('')
    if (!POSIX_CLASSES.has(name.replace(/^\^/, ''))) fail(`${quote(`[:${name}:]`)} is not a character class`)
    this.#at = end + 2
    return true
  }

  #range(): void {
    const low = this.#classCharacter()
    const next = this.#chars[this.#at + 1]
    if (this.#chars[this.#at] !== '-' || next === undefined || next === ']') return
    this.#at++
    if (this.#classCharacter() < low) fail('a range of characters is in the wrong order')
  }

  #classCharacter(): number {
    const char = this.#chars[this.#at]
    if (char === undefined) return fail('a bracket is not closed')
    if (char === '\\') return this.#characterEscape()
    this.#at++
    return char.codePointAt(0) ?? 0
  }
}

/** Why a pattern is not a regular expression of RE2; undefined when it is one. */
export function regexProblem(pattern: string): string | undefined {
  try {
    new Parser(pattern).run()
    return undefined
  } catch (problem) {
    if (problem instanceof SyntaxProblem) return problem.message
    throw problem
  }
}
