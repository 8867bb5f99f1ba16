/** The values of CEL, and its operators. */
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'

/** A value of an expression: JSON, or what functions return. */
export type CelValue = JsonValue | object | undefined

/** An expression cannot be evaluated: a field is absent (its value is undefined), or a value has another type. */
export class CelFailure extends Error {}

/** One for all: to make an error takes longer than to evaluate a rule. */
const FAILURE = new CelFailure('the rule cannot be evaluated')

/** @throws CelFailure */
export function fail(): never {
  throw FAILURE
}

export const isTrue = (value: CelValue): boolean => (typeof value === 'boolean' ? value : fail())

/** Names that are keywords of CEL are escaped in field names. */
export const fieldName = (text: string): string => text.replace(/^__(\w+)__$/, '$1')

export const listOf = (value: CelValue): readonly CelValue[] => {
  if (Array.isArray(value)) return value
  return typeof value === 'object' && value !== null ? Object.keys(value) : fail()
}

function isEqual(a: CelValue, b: CelValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]))
  if (!isMapping(a as JsonValue) || !isMapping(b as JsonValue)) return a === b
  const [one, other] = [Object.entries(a as JsonMapping), b as JsonMapping]
  return one.length === Object.keys(other).length && one.every(([key, value]) => isEqual(value, fieldAt(other, key)))
}

/** @returns undefined, which no operator takes, for an absent field: rules ask for many, and to throw takes long */
export function compare(operator: string, a: CelValue, b: CelValue): boolean | undefined {
  if (a === undefined || b === undefined) return undefined
  if (operator === '==') return isEqual(a, b)
  if (operator === '!=') return !isEqual(a, b)
  if (operator === 'in') {
    if (Array.isArray(b)) return b.some((item) => isEqual(item as CelValue, a))
    return isMapping(b as JsonValue) ? fieldAt(b as JsonValue, String(a)) !== undefined : fail()
  }
  const isComparable = typeof a === typeof b && (typeof a === 'number' || typeof a === 'string')
  if (!isComparable) return fail()
  const [left, right] = [a as number, b as number]
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  return operator === '>' ? left > right : left >= right
}

export function calculate(operator: string, a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'string' && typeof b === 'string' && operator === '+') return a + b
  if (typeof a !== 'number' || typeof b !== 'number') return fail()
  if (operator === '+') return a + b
  if (operator === '-') return a - b
  if (operator === '*') return a * b
  return operator === '/' ? Math.trunc(a / b) : a % b
}
