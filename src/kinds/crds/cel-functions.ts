/** The functions of CEL, and those that Kubernetes adds, as far as rules of the Gateway API call them. */
import { ipFamily } from '../../common/addresses.ts'
import { oncePerKey } from '../../common/once.ts'
import { durationNanos, parseDuration } from '../schema/duration.ts'
import { type CelValue, fail } from './cel-values.ts'

const SURROGATES = /[\ud800-\udfff]/

/** How many characters (code points) a text has. */
export const characters = (text: string): number => (SURROGATES.test(text) ? [...text].length : text.length)

/** Characters of a text, items of a list, fields of a mapping. */
export function sizeOf(value: CelValue): number {
  if (typeof value === 'string') return characters(value)
  if (Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : fail()
}

const text = (value: CelValue): string => (typeof value === 'string' ? value : fail())

/** The patterns of the rules mean the same to JavaScript, except for a flag in the middle. */
const expressionOf = oncePerKey((pattern: string) => {
  const plain = pattern.replace('(?i)', '')
  return new RegExp(plain, plain === pattern ? 'u' : 'iu')
})

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const LONGEST_LABEL = 63

/** Nothing for a valid label, as Kubernetes' formats say it. */
const labelProblem = (value: string): CelValue =>
  LABEL.test(value) && value.length <= LONGEST_LABEL ? null : ['not a DNS label']

type Method = (value: CelValue, parameters: readonly CelValue[]) => CelValue

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['size', (value) => sizeOf(value)],
  ['contains', (value, [part]) => text(value).includes(text(part))],
  ['startsWith', (value, [part]) => text(value).startsWith(text(part))],
  ['endsWith', (value, [part]) => text(value).endsWith(text(part))],
  ['substring', (value, [start]) => text(value).slice(Number(start))],
  ['split', (value, [separator]) => text(value).split(text(separator))],
  ['matches', (value, [pattern]) => expressionOf(text(pattern)).test(text(value))],
  ['dns1123Label', () => ({})],
  ['validate', (_, [value]) => labelProblem(text(value))],
])

/** What a method does; one that is not known fails. Methods throw CelFailure when the value has another type. */
export const methodOf = (name: string): Method => METHODS.get(name) ?? fail

/** @throws CelFailure when a parameter cannot be read */
export function callFunction(name: string, [value]: readonly CelValue[]): CelValue {
  if (name === 'isIP') return ipFamily(text(value)) !== 0
  if (name !== 'duration') return fail()
  const duration = parseDuration(text(value))
  return duration ? durationNanos(duration) : fail()
}
