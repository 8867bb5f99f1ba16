/**
 * A rough scan of a YAML text that finds quoted texts and bracketed collections. It is used on texts that the parser
 * has refused, so it never fails; where a text is not YAML, the result is a guess.
 */

/** A quoted text or an outermost bracketed collection. */
export interface FlowSpan {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** Where the lines begin on which it opens and closes. */
  readonly firstLine: number
  readonly lastLine: number
}

export interface FlowScan {
  readonly spans: readonly FlowSpan[]
  /** The last quote or bracket that was opened and not closed. */
  readonly open: number | undefined
}

const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['[', ']'],
  ['{', '}'],
])

/** The character that closes a quote or bracket. */
export function closerOf(opener: string): string {
  return CLOSERS.get(opener) ?? opener
}

export function isQuote(char: string | undefined): boolean {
  return char === '"' || char === "'"
}

const isEol = (char: string | undefined): boolean => char === '\n' || char === '\r'
const isSpace = (char: string | undefined): boolean => char === ' ' || char === '\t' || isEol(char)
const LINE_PREFIX = /^ *(?:[-?] +)*/

class FlowScanner {
  readonly #text: string
  readonly #end: number
  #at: number
  /** Where the current line begins. */
  #lineStart: number
  /** Whether a value or key may begin here. */
  #atToken = true
  /** The open brackets, with the starts of their lines. */
  readonly #brackets: { readonly at: number; readonly line: number }[] = []
  readonly #spans: FlowSpan[] = []

  constructor(text: string, from: number, end: number) {
    this.#text = text
    this.#at = from
    this.#lineStart = from
    this.#end = end
  }

  run(): FlowScan {
    while (this.#at < this.#end) {
      const char = this.#text[this.#at] as string
      if (isEol(char)) this.#newLine()
      else if (char === ' ' || char === '\t') this.#at++
      else if (char === '#' && this.#beginsComment()) this.#skipLine()
      else if (this.#atToken && isQuote(char)) {
        if (!this.#quoted()) return { spans: this.#spans, open: this.#at }
      } else if (!this.#bracket(char)) this.#other(char)
    }
    return { spans: this.#spans, open: this.#brackets.at(-1)?.at }
  }

  /** A comment begins after a blank, and inside brackets wherever a value may begin. */
  #beginsComment(): boolean {
    if (this.#at === this.#lineStart || isSpace(this.#text[this.#at - 1])) return true
    return this.#atToken && this.#brackets.length > 0
  }

  #newLine(): void {
    this.#at++
    this.#lineStart = this.#at
    this.#atToken = true
  }

  #skipLine(): void {
    while (this.#at < this.#end && !isEol(this.#text[this.#at])) this.#at++
  }

  /** Skips a quoted text; false when it is not closed. */
  #quoted(): boolean {
    const quote = this.#text[this.#at]
    const line = this.#lineStart
    for (let next = this.#at + 1; next < this.#end; next++) {
      if (isEol(this.#text[next])) this.#lineStart = next + 1
      else if (quote === '"' && this.#text[next] === '\\' && !isEol(this.#text[next + 1])) next++
      else if (this.#text[next] === quote) {
        this.#addSpan(this.#at, line, next + 1)
        this.#at = next + 1
        this.#atToken = false
        return true
      }
    }
    return false
  }

  #addSpan(start: number, firstLine: number, end: number): void {
    if (this.#brackets.length === 0) this.#spans.push({ start, end, firstLine, lastLine: this.#lineStart })
  }

  #bracket(char: string): boolean {
    const last = this.#brackets.at(-1)
    if (CLOSERS.has(char) && (this.#atToken || last !== undefined)) {
      this.#brackets.push({ at: this.#at, line: this.#lineStart })
      this.#atToken = true
    } else if (last !== undefined && char === closerOf(this.#text[last.at] as string)) {
      this.#brackets.pop()
      this.#addSpan(last.at, last.line, this.#at + 1)
      this.#atToken = false
    } else return false
    this.#at++
    return true
  }

  #other(char: string): void {
    const inside = this.#brackets.length > 0
    if (this.#atToken && (char === '&' || char === '!')) this.#skipWord()
    else if (this.#atToken && !inside && (char === '|' || char === '>')) this.#skipBlockScalar()
    else {
      this.#atToken = (inside && char === ',') || this.#isIndicator(char)
      this.#at++
    }
  }

  /** Whether `:`, `-` or `?` is an indicator here, so that a value may begin after it. */
  #isIndicator(char: string): boolean {
    const next = this.#text[this.#at + 1]
    const parted = next === undefined || isSpace(next)
    if (char === ':') return parted || isQuote(this.#text[this.#at - 1])
    return (char === '-' || char === '?') && this.#atToken && parted
  }

  #skipWord(): void {
    while (this.#at < this.#end && !isSpace(this.#text[this.#at])) this.#at++
  }

  /** Skips the lines that are indented deeper than the parent of the block scalar. */
  #skipBlockScalar(): void {
    const before = this.#text.slice(this.#lineStart, this.#at)
    const prefix = LINE_PREFIX.exec(before)?.[0] ?? ''
    const holder = prefix.length < before.length ? prefix.length : Math.max(0, prefix.trimEnd().length - 1)
    this.#skipLine()
    while (this.#at < this.#end) {
      const start = this.#at + (this.#text[this.#at] === '\r' && this.#text[this.#at + 1] === '\n' ? 2 : 1)
      let first = start
      while (this.#text[first] === ' ') first++
      if (first - start <= holder && first < this.#end && !isEol(this.#text[first])) return
      this.#at = first
      this.#skipLine()
    }
  }
}

/** Scans a text from the start of a line. */
export function scanFlow(text: string, from: number, end: number): FlowScan {
  return new FlowScanner(text, from, end).run()
}
