/** Splits an expression into tokens (the lexical part of cel-go's grammar, CEL.g4). */
import { CelError } from './error.ts'

export type TokenKind = 'identifier' | 'literal' | 'operator' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As written; '' at the end. */
  readonly text: string
  readonly offset: number
}

const SPACE = /(?:[\t \r\n\f]|\/\/[^\n]*)+/y
const NUMBER = /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|0x[0-9a-fA-F]+[uU]?|\d+[uU]?)/y
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y
const OPERATOR = /(?:==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%])/y

/** The start of a string; `r` is raw, `b` is bytes. */
const STRING_START = /([bB]?)([rR]?)("""|'''|"|')/y

const ESCAPE = /\\(?:([abfnrtv"'\\?`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y

const LARGEST_INT = 2n ** 63n
const LARGEST_UINT = 2n ** 64n - 1n
const LARGEST_CHARACTER = 0x10ffff

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | undefined {
  pattern.lastIndex = offset
  return pattern.exec(text) ?? undefined
}

/** @param isNegated the number has a sign before it, so that the smallest integer can be written */
export function checkNumber({ text, offset }: Token, isNegated: boolean): void {
  if (/^\d+\.|^\.|^\d+[eE]/.test(text)) {
    if (!Number.isFinite(Number(text))) throw new CelError(`${text} is too large`, offset)
    return
  }
  const unsigned = /[uU]$/.test(text)
  const value = BigInt(unsigned ? text.slice(0, -1) : text)
  const largest = unsigned ? LARGEST_UINT : isNegated ? LARGEST_INT : LARGEST_INT - 1n
  if (value > largest) throw new CelError(`${text} is too large`, offset)
}

/** @returns the length of the escape */
function escapeLength(text: string, offset: number, isBytes: boolean): number {
  const found = matchAt(ESCAPE, text, offset)
  if (!found) throw new CelError('not an escape sequence', offset)
  const code = found[3] ?? found[4]
  if (code !== undefined) {
    const value = Number.parseInt(code, 16)
    const isHalf = value >= 0xd800 && value <= 0xdfff
    if (isBytes || isHalf || value > LARGEST_CHARACTER) throw new CelError('not a character', offset)
  }
  return found[0].length
}

interface Quoting {
  readonly quote: string
  readonly isRaw: boolean
  readonly isBytes: boolean
}

/** @returns the offset after the closing quote */
function stringEnd(text: string, start: number, { quote, isRaw, isBytes }: Quoting): number {
  const isLong = quote.length > 1
  for (let offset = start; offset < text.length; ) {
    if (text.startsWith(quote, offset)) return offset + quote.length
    const character = text[offset]
    if (!isLong && (character === '\n' || character === '\r')) break
    offset += character === '\\' && !isRaw ? escapeLength(text, offset, isBytes) : 1
  }
  throw new CelError('the text has no end', start)
}

function tokenAt(text: string, offset: number): Token {
  const string = matchAt(STRING_START, text, offset)
  if (string) {
    const [whole, bytes, raw, quote = ''] = string
    const end = stringEnd(text, offset + whole.length, { quote, isRaw: raw !== '', isBytes: bytes !== '' })
    return { kind: 'literal', text: text.slice(offset, end), offset }
  }
  const number = matchAt(NUMBER, text, offset)
  if (number) return { kind: 'literal', text: number[0], offset }
  const identifier = matchAt(IDENTIFIER, text, offset)
  if (identifier) return { kind: kindOfWord(identifier[0]), text: identifier[0], offset }
  const operator = matchAt(OPERATOR, text, offset)
  if (operator) return { kind: 'operator', text: operator[0], offset }
  const unknown = String.fromCodePoint(text.codePointAt(offset) ?? 0)
  throw new CelError(`${JSON.stringify(unknown)} is not part of the language`, offset)
}

function kindOfWord(word: string): TokenKind {
  if (word === 'in') return 'operator'
  return word === 'true' || word === 'false' || word === 'null' ? 'literal' : 'identifier'
}

/** @throws CelError for what is not a token */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let offset = 0
  for (;;) {
    offset += matchAt(SPACE, text, offset)?.[0].length ?? 0
    if (offset >= text.length) break
    const token = tokenAt(text, offset)
    tokens.push(token)
    offset += token.text.length
  }
  tokens.push({ kind: 'end', text: '', offset: text.length })
  return tokens
}
