/**
 * A rough look at a YAML text that tells where quoted texts and bracketed collections begin and end. It serves texts that
 * the parser has refused, so it never fails; where a text is no YAML, what it says is a guess.
 */

/** A quoted text or an outermost bracketed collection; `end` is exclusive. */
export interface FlowSpan {
  readonly start: number
  readonly end: number
}

export interface FlowScan {
  readonly spans: readonly FlowSpan[]
  /** The quote or bracket that was opened last and is not closed. */
  readonly open: number | undefined
}

const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['[', ']'],
  ['{', '}'],
])

/** What closes a quote or bracket. */
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
  private readonly text: string
  private readonly end: number
  private at: number
  /** Where the line at hand begins. */
  private lineStart: number
  /** Whether a value or key may begin here. */
  private atToken = true
  private readonly brackets: number[] = []
  private readonly spans: FlowSpan[] = []

  constructor(text: string, from: number, end: number) {
    this.text = text
    this.at = from
    this.lineStart = from
    this.end = end
  }

  run(): FlowScan {
    while (this.at < this.end) {
      const char = this.text[this.at] as string
      if (isEol(char)) this.newLine()
      else if (char === ' ' || char === '\t') this.at++
      else if (char === '#' && (this.at === this.lineStart || isSpace(this.text[this.at - 1]))) this.skipLine()
      else if (this.atToken && isQuote(char)) {
        if (!this.quoted()) return { spans: this.spans, open: this.at }
      } else if (!this.bracket(char)) this.other(char)
    }
    return { spans: this.spans, open: this.brackets.at(-1) }
  }

  private newLine(): void {
    this.at++
    this.lineStart = this.at
    this.atToken = true
  }

  private skipLine(): void {
    while (this.at < this.end && !isEol(this.text[this.at])) this.at++
  }

  /** Passes over a quoted text; false when it is not closed. */
  private quoted(): boolean {
    const quote = this.text[this.at]
    for (let next = this.at + 1; next < this.end; next++) {
      if (quote === '"' && this.text[next] === '\\') next++
      else if (this.text[next] === quote) {
        this.addSpan(this.at, next + 1)
        this.at = next + 1
        this.atToken = false
        return true
      }
    }
    return false
  }

  private addSpan(start: number, end: number): void {
    if (this.brackets.length === 0) this.spans.push({ start, end })
  }

  private bracket(char: string): boolean {
    const inside = this.brackets.length > 0
    if (CLOSERS.has(char) && (this.atToken || inside)) {
      this.brackets.push(this.at)
      this.atToken = true
    } else if (inside && char === closerOf(this.text[this.brackets.at(-1) ?? 0] as string)) {
      const start = this.brackets.pop() as number
      this.addSpan(start, this.at + 1)
      this.atToken = false
    } else return false
    this.at++
    return true
  }

  private other(char: string): void {
    const inside = this.brackets.length > 0
    if (this.atToken && (char === '&' || char === '!')) this.skipWord()
    else if (this.atToken && !inside && (char === '|' || char === '>')) this.skipBlockScalar()
    else {
      this.atToken = (inside && char === ',') || this.isIndicator(char)
      this.at++
    }
  }

  /** Whether `:`, `-` or `?` is one, so that a value may begin behind it. */
  private isIndicator(char: string): boolean {
    const next = this.text[this.at + 1]
    const parted = next === undefined || isSpace(next)
    if (char === ':') return parted || isQuote(this.text[this.at - 1])
    return (char === '-' || char === '?') && this.atToken && parted
  }

  private skipWord(): void {
    while (this.at < this.end && !isSpace(this.text[this.at])) this.at++
  }

  /** Passes over the lines that are indented deeper than what holds the block scalar. */
  private skipBlockScalar(): void {
    const before = this.text.slice(this.lineStart, this.at)
    const prefix = LINE_PREFIX.exec(before)?.[0] ?? ''
    const holder = prefix.length < before.length ? prefix.length : Math.max(0, prefix.trimEnd().length - 1)
    this.skipLine()
    while (this.at < this.end) {
      const start = this.at + (this.text[this.at] === '\r' && this.text[this.at + 1] === '\n' ? 2 : 1)
      let first = start
      while (this.text[first] === ' ') first++
      if (first - start <= holder && first < this.end && !isEol(this.text[first])) return
      this.at = first
      this.skipLine()
    }
  }
}

/** Looks at a text from one place, which begins a line, to another. */
export function scanFlow(text: string, from: number, end: number): FlowScan {
  return new FlowScanner(text, from, end).run()
}
