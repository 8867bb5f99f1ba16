/** Parses expressions to find out whether they are valid; nothing is kept of them. */
import { CelError } from './error.ts'
import { checkNumber, type Token, type TokenKind, tokensOf } from './tokens.ts'

/** What a part of an expression is, as far as macros ask. */
type Node = 'identifier' | 'selection' | 'other'

const DEEPEST = 250
const LONGEST = 100_000

const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

/** Macros that name a variable in their first argument, and how many arguments they take. */
const COMPREHENSIONS: ReadonlyMap<string, readonly number[]> = new Map([
  ['all', [2]],
  ['exists', [2]],
  ['exists_one', [2]],
  ['existsOne', [2]],
  ['filter', [2]],
  ['map', [2, 3]],
])

const RELATIONS: ReadonlySet<string> = new Set(['<', '<=', '>=', '>', '==', '!=', 'in'])
const CALCULATIONS: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%'])

const END: Token = { kind: 'end', text: '', offset: 0 }

class Parser {
  readonly #tokens: readonly Token[]
  #position = 0
  #depth = 0

  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  parse(): void {
    this.#expression()
    if (this.#next.kind !== 'end') this.#unexpected()
  }

  get #next(): Token {
    return this.#tokens[this.#position] ?? END
  }

  #take(): Token {
    const token = this.#next
    this.#position++
    return token
  }

  #isNext(operator: string): boolean {
    return this.#next.kind === 'operator' && this.#next.text === operator
  }

  #takeIf(operator: string): boolean {
    const found = this.#isNext(operator)
    if (found) this.#position++
    return found
  }

  #expect(operator: string): void {
    if (!this.#takeIf(operator)) this.#unexpected(JSON.stringify(operator))
  }

  #expectKind(kind: TokenKind, what: string): Token {
    if (this.#next.kind !== kind) this.#unexpected(what)
    return this.#take()
  }

  #unexpected(expected?: string): never {
    const { kind, text, offset } = this.#next
    const found = kind === 'end' ? 'the end' : JSON.stringify(text)
    throw new CelError(`unexpected ${found}${expected === undefined ? '' : ` instead of ${expected}`}`, offset)
  }

  #expression(): Node {
    if (++this.#depth > DEEPEST) throw new CelError(`nests deeper than ${DEEPEST} levels`, this.#next.offset)
    let node = this.#operands()
    if (this.#takeIf('?')) {
      this.#operands()
      this.#expect(':')
      this.#expression()
      node = 'other'
    }
    this.#depth--
    return node
  }

  /** Precedence does not decide whether an expression is valid. */
  #operands(): Node {
    let node = this.#unary()
    while (this.#isBinary()) {
      this.#take()
      this.#unary()
      node = 'other'
    }
    return node
  }

  #isBinary(): boolean {
    const { kind, text } = this.#next
    return kind === 'operator' && (text === '||' || text === '&&' || RELATIONS.has(text) || CALCULATIONS.has(text))
  }

  #unary(): Node {
    const sign = this.#isNext('!') ? '!' : this.#isNext('-') ? '-' : undefined
    if (sign === undefined) return this.#member(false)
    while (this.#takeIf(sign)) {
      // One or more of the same sign.
    }
    this.#member(sign === '-')
    return 'other'
  }

  #member(isNegated: boolean): Node {
    let node = this.#primary(isNegated)
    for (;;) {
      if (this.#takeIf('.')) node = this.#selection()
      else if (this.#takeIf('[')) {
        this.#expression()
        this.#expect(']')
        node = 'other'
      } else return node
    }
  }

  /** A field or a method; optional fields are not part of the standard language. */
  #selection(): Node {
    const { text, offset } = this.#expectKind('identifier', 'a name')
    if (!this.#takeIf('(')) return 'selection'
    const kinds = this.#arguments()
    if (COMPREHENSIONS.get(text)?.includes(kinds.length) && kinds[0] !== 'identifier') {
      throw new CelError(`the first argument of ${text}() must be a name`, offset)
    }
    return 'other'
  }

  #primary(isNegated: boolean): Node {
    const { kind, text } = this.#next
    if (kind === 'literal') {
      const token = this.#take()
      if (/^[.\d]/.test(text)) checkNumber(token, isNegated)
      return 'other'
    }
    if (kind === 'identifier') return this.#name()
    if (this.#takeIf('(')) return this.#inParentheses()
    if (this.#takeIf('[')) return this.#elements(']', () => this.#expression())
    if (this.#takeIf('{')) return this.#elements('}', () => this.#entry())
    if (!this.#takeIf('.')) this.#unexpected()
    return this.#name()
  }

  #inParentheses(): Node {
    const node = this.#expression()
    this.#expect(')')
    return node
  }

  /** A name, a call of a function, or a message with its fields. */
  #name(): Node {
    if (this.#isMessage()) return this.#message()
    const { text, offset } = this.#expectKind('identifier', 'a name')
    if (RESERVED.has(text)) throw new CelError(`${text} is a reserved word`, offset)
    if (!this.#takeIf('(')) return 'identifier'
    const kinds = this.#arguments()
    if (text === 'has' && kinds.length === 1 && kinds[0] !== 'selection') {
      throw new CelError('the argument of has() must be a field, such as has(request.headers)', offset)
    }
    return 'other'
  }

  /** Whether names with dots are followed by a brace. */
  #isMessage(): boolean {
    let position = this.#position
    const at = (index: number): Token => this.#tokens[index] ?? END
    while (at(position).kind === 'identifier' && at(position + 1).text === '.') position += 2
    return at(position).kind === 'identifier' && at(position + 1).kind === 'operator' && at(position + 1).text === '{'
  }

  #message(): Node {
    this.#take()
    while (this.#takeIf('.')) this.#take()
    this.#expect('{')
    return this.#elements('}', () => {
      this.#expectKind('identifier', 'a field')
      this.#expect(':')
      this.#expression()
    })
  }

  #entry(): void {
    this.#expression()
    this.#expect(':')
    this.#expression()
  }

  /** A list that may end with a comma. */
  #elements(end: string, element: () => void): Node {
    while (!this.#isNext(end) && !this.#isNext(',')) {
      element()
      if (!this.#isNext(',')) break
      this.#take()
    }
    this.#takeIf(',')
    this.#expect(end)
    return 'other'
  }

  #arguments(): readonly Node[] {
    if (this.#takeIf(')')) return []
    const kinds = [this.#expression()]
    while (this.#takeIf(',')) kinds.push(this.#expression())
    this.#expect(')')
    return kinds
  }
}

/** @returns what is wrong with an expression and where, without a full stop; undefined when it is valid */
export function celProblem(expression: string): string | undefined {
  try {
    if (expression.length > LONGEST) throw new CelError(`longer than ${LONGEST} characters`, LONGEST)
    new Parser(expression).parse()
    return undefined
  } catch (error) {
    if (!(error instanceof CelError)) throw error
    const lines = expression.slice(0, error.offset).split('\n')
    return `${error.message} (line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1})`
  }
}
