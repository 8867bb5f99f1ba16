/** Where two values of JSON differ. */
import type { JsonValue, PathStep } from '../sources/document.ts'
import { isMapping, valueAt } from '../sources/mapping.ts'
import { sameData } from './same-data.ts'

/** One place at which two values differ. A side on which nothing stands there is undefined. */
export interface Difference {
  readonly path: readonly PathStep[]
  readonly expected: JsonValue | undefined
  readonly actual: JsonValue | undefined
}

type Container = JsonValue[] | { [key: string]: JsonValue }

const isContainer = (value: JsonValue | undefined): value is Container => Array.isArray(value) || isMapping(value)

const stepsOf = (value: Container): readonly PathStep[] =>
  Array.isArray(value) ? [...value.keys()] : Object.keys(value)

/**
 * The innermost places at which two values differ, in the order of `expected`, then what only `actual` has. Items of lists
 * are compared by index, and the order of keys does not matter.
 */
export function* differencesOf(
  expected: JsonValue | undefined,
  actual: JsonValue | undefined,
  path: readonly PathStep[] = [],
): Iterable<Difference> {
  if (sameData(expected, actual)) return
  if (!isContainer(expected) || !isContainer(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    yield { path, expected, actual }
    return
  }
  for (const step of new Set([...stepsOf(expected), ...stepsOf(actual)])) {
    yield* differencesOf(valueAt(expected, [step]), valueAt(actual, [step]), [...path, step])
  }
}
