/** Evaluates the rules of CRDs, which are expressions of CEL with the functions that Kubernetes adds. */
import { oncePerKey } from '../../common/once.ts'
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt } from '../../sources/mapping.ts'
import { type Token, tokensOf } from '../validation/values/cel/tokens.ts'
import { callFunction, methodOf, sizeOf } from './cel-functions.ts'
import { CelFailure, type CelValue, calculate, compare, fail, fieldName, isTrue, listOf } from './cel-values.ts'

/** The innermost variable, and those around it. */
interface Scope {
  readonly name: string
  readonly value: CelValue
  readonly outer: Scope | undefined
}

function valueIn(scope: Scope, name: string): CelValue {
  let at: Scope | undefined = scope
  while (at && at.name !== name) at = at.outer
  return at?.value
}

type Evaluate = (scope: Scope) => CelValue

/** The value of a side or a test; undefined when it fails. */
function attempt(evaluate: Evaluate, scope: Scope): boolean | undefined {
  try {
    const value = evaluate(scope)
    return typeof value === 'boolean' ? value : undefined
  } catch (error) {
    if (error instanceof CelFailure) return undefined
    throw error
  }
}

/** `(operand) => all(...)` and the other macros about the items of a list. */
function comprehension(name: string, items: Evaluate, variable: string, body: Evaluate): Evaluate {
  const bodyOf = (scope: Scope) => (item: CelValue) => isTrue(body({ name: variable, value: item, outer: scope }))
  /** One item decides, even if others fail. */
  const decides = (scope: Scope, decisive: boolean): boolean | undefined => {
    let result: boolean | undefined = !decisive
    for (const item of listOf(items(scope))) {
      const value = attempt(body, { name: variable, value: item, outer: scope })
      if (value === decisive) return decisive
      if (value === undefined) result = undefined
    }
    return result
  }
  if (name === 'all') return (scope) => decides(scope, false)
  if (name === 'exists') return (scope) => decides(scope, true)
  if (name === 'filter') return (scope) => listOf(items(scope)).filter(bodyOf(scope)) as JsonValue
  return (scope) => listOf(items(scope)).filter(bodyOf(scope)).length === 1
}

/** `||` (which true decides) and `&&` (false): one of the two sides decides, even if the other fails. */
function either(left: Evaluate, right: Evaluate, decisive: boolean): Evaluate {
  return (scope) => {
    const first = attempt(left, scope)
    if (first === decisive) return decisive
    const second = attempt(right, scope)
    if (second === decisive) return decisive
    return first === undefined || second === undefined ? undefined : !decisive
  }
}

const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter'])

/** Binary operators, those that bind weakest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['<', '<=', '>=', '>', '==', '!=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
]

function literal(text: string): CelValue {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  if (/^\d/.test(text)) return Number(text.replace(/u$/i, ''))
  const isRaw = /^[rR]/.test(text)
  const quoted = isRaw ? text.slice(1) : text
  const mark = /^("""|'''|"|')/.exec(quoted)?.[0].length ?? 0
  const inner = quoted.slice(mark, quoted.length - mark)
  return isRaw ? inner : inner.replace(/\\(.)/g, '$1')
}

const END: Token = { kind: 'end', text: '', offset: 0 }

/** The name of Kubernetes' formats, whose methods need no value. */
const FORMAT: Scope = { name: 'format', value: {}, outer: undefined }

class Compiler {
  readonly #tokens: readonly Token[]
  readonly #literals = new Set<Evaluate>()
  #at = 0

  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  expression(): Evaluate {
    const condition = this.#binary(0)
    if (!this.#takeIf('?')) return condition
    const yes = this.expression()
    this.#expect(':')
    const no = this.expression()
    return (scope) => (isTrue(condition(scope)) ? yes(scope) : no(scope))
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? END
  }

  #take(): Token {
    const token = this.#next
    this.#at++
    return token
  }

  #takeIf(text: string): boolean {
    const found = this.#next.kind !== 'literal' && this.#next.text === text
    if (found) this.#at++
    return found
  }

  #expect(text: string): void {
    if (!this.#takeIf(text)) fail()
  }

  #binary(level: number): Evaluate {
    const operators = LEVELS[level]
    if (!operators) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const { text, kind } = this.#next
      if (kind === 'literal' || !operators.includes(text)) return left
      this.#take()
      left = this.#operation(text, left, this.#binary(level + 1))
    }
  }

  #operation(operator: string, left: Evaluate, right: Evaluate): Evaluate {
    if (operator === '||' || operator === '&&') return either(left, right, operator === '||')
    const isComparison = LEVELS[2]?.includes(operator)
    if (isComparison) return (scope) => compare(operator, left(scope), right(scope))
    return (scope) => calculate(operator, left(scope), right(scope))
  }

  #unary(): Evaluate {
    if (!this.#takeIf('!')) return this.#member()
    const operand = this.#unary()
    return (scope) => !isTrue(operand(scope))
  }

  #member(): Evaluate {
    let value = this.#primary()
    for (;;) {
      if (this.#takeIf('.')) value = this.#selection(value)
      else if (this.#takeIf('[')) {
        const [of, index] = [value, this.expression()]
        this.#expect(']')
        value = (scope) => listOf(of(scope))[Number(index(scope))] ?? fail()
      } else return value
    }
  }

  #selection(of: Evaluate): Evaluate {
    const name = this.#take().text
    if (!this.#takeIf('(')) {
      const field = fieldName(name)
      return (scope) => fieldAt(of(scope) as JsonValue | undefined, field)
    }
    if (MACROS.has(name)) {
      const variable = this.#take().text
      this.#expect(',')
      const body = this.expression()
      this.#expect(')')
      return comprehension(name, of, variable, body)
    }
    const [method, parameters] = [methodOf(name), this.#parameters()]
    if (parameters.length === 0) return (scope) => method(of(scope), [])
    return (scope) =>
      method(
        of(scope),
        parameters.map((each) => each(scope)),
      )
  }

  #parameters(): readonly Evaluate[] {
    const out: Evaluate[] = []
    while (!this.#takeIf(')')) {
      out.push(this.expression())
      this.#takeIf(',')
    }
    return out
  }

  #primary(): Evaluate {
    const { kind, text } = this.#take()
    if (kind === 'literal' || text === 'true' || text === 'false' || text === 'null') {
      const value = literal(text)
      const evaluate = (): CelValue => value
      this.#literals.add(evaluate)
      return evaluate
    }
    if (text === '(') {
      const inner = this.expression()
      this.#expect(')')
      return inner
    }
    if (text === '[') return this.#list()
    return this.#takeIf('(') ? this.#call(text) : (scope) => valueIn(scope, text)
  }

  #list(): Evaluate {
    const items: Evaluate[] = []
    while (!this.#takeIf(']')) {
      items.push(this.expression())
      this.#takeIf(',')
    }
    const evaluate: Evaluate = (scope) => items.map((item) => item(scope)) as JsonValue
    if (!items.every((item) => this.#literals.has(item))) return evaluate
    const list = evaluate(FORMAT)
    return () => list
  }

  #call(name: string): Evaluate {
    const parameters = this.#parameters()
    const [first] = parameters
    if (name === 'has') return (scope) => first?.(scope) !== undefined
    if (name === 'size') return (scope) => sizeOf(first?.(scope))
    return (scope) =>
      callFunction(
        name,
        parameters.map((each) => each(scope)),
      )
  }
}

const compiled = oncePerKey((rule: string) => new Compiler(rule).expression())

/** Whether a rule holds for a value; a rule that cannot be evaluated does not hold. */
export function holds(rule: string, self: JsonValue): boolean {
  const evaluate = compiled(rule)
  try {
    return evaluate({ name: 'self', value: self, outer: FORMAT }) === true
  } catch (error) {
    if (error instanceof CelFailure) return false
    throw error
  }
}
