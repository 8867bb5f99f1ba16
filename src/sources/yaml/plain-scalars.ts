import { isQuote, scanFlow } from './flow.ts'

/**
 * Unquoted scalars inside brackets, as go-yaml reads them. The parser follows YAML 1.2, where a colon before a comma or
 * bracket ends a scalar; to go-yaml it is part of the scalar, as in `[fd00::, 2001:db8::]`. go-yaml in turn refuses a
 * scalar that begins with a colon (`[::1]`) and a key that does not end on its own line.
 */
export interface PlainScalars {
  /** A text of the same length and structure that the parser reads as go-yaml would. */
  readonly text: string
  /** Where go-yaml stops; valid only if the text really has a bracketed collection there. */
  readonly refusals: readonly FlowRefusal[]
}

export interface FlowRefusal {
  readonly reason: string
  readonly offset: number
  /** Where the outermost bracket opens. */
  readonly bracket: number
}

/** The parser and go-yaml can differ only in texts that match this. */
const SUSPICIOUS = /:[,[\]{}]|[[{,:?][ \t\r\n]*[:?]|[\r\n][ \t]*:|[^\s:]\?|[[{,:\]}]#/

/** Reasons that `errors.ts` recognises. */
const REFUSALS = {
  colon: 'colon begins a plain scalar',
  question: 'question mark in a plain scalar',
  key: 'key spans lines',
} as const

/** Characters that the parser would misread, and their replacement in the copy that it reads. */
interface Replacement {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  readonly fill: string
}

/** Replaces a colon inside a scalar: the parser treats it like any letter. */
const LETTER = '_'

const isBlank = (char: string | undefined): boolean =>
  char === undefined || char === ' ' || char === '\t' || char === '\n' || char === '\r'
const isFlowIndicator = (char: string | undefined): boolean =>
  char === ',' || char === '[' || char === ']' || char === '{' || char === '}'
const LINE_END = /[\r\n]/

/** Reads the tokens of one outermost bracketed collection as go-yaml's scanner does. */
class BracketScanner {
  readonly #text: string
  readonly #end: number
  readonly #replacements: Replacement[]
  readonly #bracket: number
  #at: number
  #refusal: FlowRefusal | undefined
  /** Where the node begins that the last token ended; -1 when it did not end one. */
  #node = -1
  /** Where the open brackets begin. */
  readonly #open: number[] = []

  constructor(text: string, start: number, end: number, replacements: Replacement[]) {
    this.#text = text
    this.#bracket = start
    this.#at = start
    this.#end = end
    this.#replacements = replacements
  }

  /** @returns the first position at which go-yaml stops */
  run(): FlowRefusal | undefined {
    while (this.#at < this.#end && this.#refusal === undefined) this.#token(this.#text[this.#at] as string)
    return this.#refusal
  }

  #refuse(reason: keyof typeof REFUSALS): void {
    this.#refusal = { reason: REFUSALS[reason], offset: this.#at, bracket: this.#bracket }
  }

  #token(char: string): void {
    if (isBlank(char)) this.#at++
    else if (char === '#') this.#skipComment()
    else if (isQuote(char)) this.#quoted(char)
    else if (isFlowIndicator(char)) this.#indicator(char)
    else if (char === ':') this.#value()
    else if (char === '?') this.#question()
    else if (char === '&' || char === '!') this.#skipWord()
    else this.#plain()
  }

  /** go-yaml allows a comment right after a bracket or comma. */
  #skipComment(): void {
    const start = this.#at
    while (this.#at < this.#end && !LINE_END.test(this.#text[this.#at] as string)) this.#at++
    if (!isBlank(this.#text[start - 1])) this.#replacements.push({ start, end: this.#at, fill: ' ' })
  }

  /** Skips a tag or anchor, which is part of the node that follows. */
  #skipWord(): void {
    while (this.#at < this.#end && !isBlank(this.#text[this.#at]) && !isFlowIndicator(this.#text[this.#at])) this.#at++
    this.#node = -1
  }

  #indicator(char: string): void {
    if (char === '[' || char === '{') this.#open.push(this.#at)
    const closed = char === ']' || char === '}' ? this.#open.pop() : undefined
    this.#node = closed ?? -1
    this.#at++
  }

  /** A question mark before a blank begins a key. */
  #question(): void {
    if (isBlank(this.#text[this.#at + 1])) this.#indicator('?')
    else this.#refuse('question')
  }

  #quoted(quote: string): void {
    const start = this.#at++
    while (this.#at < this.#end && this.#text[this.#at] !== quote) {
      if (quote === '"' && this.#text[this.#at] === '\\') this.#at++
      this.#at++
    }
    this.#at++
    this.#node = start
  }

  /** A colon outside a scalar ends a key. */
  #value(): void {
    if (this.#node < 0) this.#refuse('colon')
    else if (LINE_END.test(this.#text.slice(this.#node, this.#at))) this.#refuse('key')
    this.#node = -1
    this.#at++
  }

  #plain(): void {
    const start = this.#at
    for (; this.#at < this.#end; this.#at++) {
      const char = this.#text[this.#at] as string
      const next = this.#text[this.#at + 1]
      if (char === '?') this.#refuse('question')
      if (char === '?' || isFlowIndicator(char)) break
      if (char === ':' && isBlank(next)) break
      if (char === '#' && isBlank(this.#text[this.#at - 1])) break
      if (char === ':' && isFlowIndicator(next)) {
        this.#replacements.push({ start: this.#at, end: this.#at + 1, fill: LETTER })
      }
    }
    this.#node = start
  }
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  const parts: string[] = []
  let from = 0
  for (const { start, end, fill } of replacements) {
    parts.push(text.slice(from, start), fill.repeat(end - start))
    from = end
  }
  return parts.join('') + text.slice(from)
}

/** @returns undefined when the parser reads the text as go-yaml does */
export function plainScalars(text: string): PlainScalars | undefined {
  if (!SUSPICIOUS.test(text)) return undefined
  const replacements: Replacement[] = []
  const refusals: FlowRefusal[] = []
  for (const { start, end } of scanFlow(text, 0, text.length).spans) {
    if (isQuote(text[start])) continue
    const refusal = new BracketScanner(text, start, end, replacements).run()
    if (refusal) refusals.push(refusal)
  }
  if (replacements.length === 0 && refusals.length === 0) return undefined
  return { text: replaced(text, replacements), refusals }
}
