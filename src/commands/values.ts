/** Parsers of flag values. They throw errors that commander reports with the flag's name. */
import { InvalidArgumentError } from 'commander'
import { nearest } from '../common/nearest.ts'

const asList = (words: readonly string[]): string => words.join(', ')

/** One of several words. */
export function choice<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text)
    if (found !== undefined) return found
    const close = nearest(text, words)
    throw new InvalidArgumentError(close ? `Did you mean ${close}?` : `Allowed are ${asList(words)}.`)
  }
}

/** A repeatable flag. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text]
}

export function checkPath(text: string): void {
  if (text === '') throw new InvalidArgumentError('The path is empty.')
}

export type Pair = readonly [key: string, value: string]

/** `KEY=VALUE`, repeatable. The last value of a key applies. */
export function collectPairs(form: string, check?: (pair: Pair) => string | undefined) {
  return (text: string, before: readonly Pair[] | undefined): readonly Pair[] => {
    const equals = text.indexOf('=')
    if (equals <= 0) throw new InvalidArgumentError(`The form is ${form}.`)
    const pair: Pair = [text.slice(0, equals), text.slice(equals + 1)]
    const problem = check?.(pair)
    if (problem) throw new InvalidArgumentError(problem)
    return [...(before ?? []), pair]
  }
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
])

/** A time limit in kubectl's notation: `30s`, `1m30s`, or whole seconds. @returns milliseconds; 0 for none */
export function parseTimeout(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  if (!/^(\d{1,9}(\.\d{1,9})?(ms|s|m|h))+$/.test(text)) {
    throw new InvalidArgumentError('Allowed are durations such as 30s and 1m30s, and 0 for none.')
  }
  let total = 0
  for (const [, count, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    total += Number(count) * (UNITS.get(unit as string) as number)
  }
  return total
}

const HIGHEST_PORT = 65535

/** A port; 0 means every port, as in istioctl. */
export function parseFilterPort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (port <= HIGHEST_PORT) return port
  throw new InvalidArgumentError(`A port is a number from 0 to ${HIGHEST_PORT}.`)
}

/** A port. */
export function parsePort(text: string): number {
  const port = parseFilterPort(text)
  if (port > 0) return port
  throw new InvalidArgumentError(`A port is a number from 1 to ${HIGHEST_PORT}.`)
}
