/** The characters and character classes of RE2's syntax. */
import { quote } from '../report.ts'
import { canonicalClass, POSIX_CLASSES, UNICODE_CLASSES } from './re2-classes.ts'

const LARGEST_RUNE = 0x10ffff

/** Letters that are a class after a backslash. */
const CLASS_LETTERS = 'dDsSwW'
/** Letters that are a control character after a backslash. */
const CONTROL_LETTERS: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
])

/** Why a pattern is not a regular expression. */
export class SyntaxProblem extends Error {}

export function fail(message: string): never {
  throw new SyntaxProblem(message)
}

const isOctal = (char: string | undefined) => char !== undefined && char >= '0' && char <= '7'
export const isDigit = (char: string | undefined) => char !== undefined && char >= '0' && char <= '9'
const isAlphanumeric = (char: string) => /^[0-9A-Za-z]$/.test(char)
const HEX = /^[0-9A-Fa-f]+$/

/** A pattern being parsed. */
export class PatternReader {
  /** Whole code points, so that characters outside the basic plane are one item. */
  readonly chars: readonly string[]
  at = 0

  constructor(pattern: string) {
    this.chars = Array.from(pattern)
  }

  get ended(): boolean {
    return this.at >= this.chars.length
  }

  /** The character `ahead` positions after the next one. */
  peek(ahead = 0): string | undefined {
    return this.chars[this.at + ahead]
  }

  /** Parses a class such as `\d` or `\pN`. @returns false when there is none */
  classEscape(): boolean {
    const letter = this.peek(1)
    if (this.peek() !== '\\' || letter === undefined) return false
    if (CLASS_LETTERS.includes(letter)) {
      this.at += 2
      return true
    }
    if (letter !== 'p' && letter !== 'P') return false
    const braced = this.peek(2) === '{'
    const start = this.at + (braced ? 3 : 2)
    const end = braced ? this.chars.indexOf('}', start) : start + 1
    if (end < 0) fail(`\\${letter}{ is not closed`)
    const name = this.chars.slice(start, end).join('')
    if (!UNICODE_CLASSES.has(canonicalClass(name))) fail(`${quote(name)} is not a Unicode class`)
    this.at = end + (braced ? 1 : 0)
    return true
  }

  /** Parses an escaped character. @returns its code point */
  characterEscape(): number {
    const char = this.peek(1)
    this.at += 2
    if (char === undefined) return fail('it ends with a backslash')
    const control = CONTROL_LETTERS.get(char)
    if (control !== undefined) return control
    if (char === '0' || (isOctal(char) && isOctal(this.peek()))) return this.#octal()
    if (char === 'x') return this.#hexadecimal()
    if (char < '\x80' && !isAlphanumeric(char)) return char.charCodeAt(0)
    return fail(isDigit(char) ? 'there are no backreferences' : `\\${char} means nothing`)
  }

  /** Up to three octal digits, the first of which is already consumed. */
  #octal(): number {
    let value = Number(this.peek(-1))
    for (let digits = 1; digits < 3 && isOctal(this.peek()); digits++) {
      value = value * 8 + Number(this.peek())
      this.at++
    }
    return value
  }

  #hexadecimal(): number {
    const braced = this.peek() === '{'
    const start = this.at + (braced ? 1 : 0)
    const end = braced ? this.chars.indexOf('}', start) : start + 2
    const digits = end < 0 ? '' : this.chars.slice(start, end).join('')
    const value = HEX.test(digits) && (braced || digits.length === 2) ? Number.parseInt(digits, 16) : undefined
    if (value === undefined || value > LARGEST_RUNE) return fail('\\x needs two hexadecimal digits, or some in braces')
    this.at = end + (braced ? 1 : 0)
    return value
  }

  /** Parses a class in brackets. */
  characterClass(): void {
    this.at++
    if (this.peek() === '^') this.at++
    // A closing bracket in first position is a member.
    do {
      if (!this.#posixClass() && !this.classEscape()) this.#range()
    } while (this.peek() !== ']')
    this.at++
  }

  /** Parses `[:alpha:]` or `[:^alpha:]`. @returns false when there is none */
  #posixClass(): boolean {
    if (this.peek() !== '[' || this.peek(1) !== ':') return false
    const start = this.at + 2
    let end = start
    while (end < this.chars.length && !(this.chars[end] === ':' && this.chars[end + 1] === ']')) end++
    if (end === this.chars.length) return false
    const name = this.chars.slice(start, end).join('')
    if (!POSIX_CLASSES.has(name.replace(/^\^/, ''))) fail(`${quote(`[:${name}:]`)} is not a character class`)
    this.at = end + 2
    return true
  }

  #range(): void {
    const low = this.#classCharacter()
    const next = this.peek(1)
    if (this.peek() !== '-' || next === undefined || next === ']') return
    this.at++
    if (this.#classCharacter() < low) fail('a range of characters is in the wrong order')
  }

  #classCharacter(): number {
    const char = this.peek()
    if (char === undefined) return fail('a bracket is not closed')
    if (char === '\\') return this.characterEscape()
    this.at++
    return char.codePointAt(0) ?? 0
  }
}
