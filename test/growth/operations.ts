/**
 * Counts the operations of a piece of the program, without a clock: how often each block of src/ runs, as V8's precise
 * coverage has it, and how many elements the builtins of JavaScript visit on its behalf.
 */
import { Session } from 'node:inspector'

/** Where operations happen, `src/…:FUNCTION@OFFSET` or the name of a builtin, and how many. */
export type Operations = ReadonlyMap<string, number>

const session = new Session()

function post<T>(method: string, parameters: object = {}): T {
  let answer: { error: Error | null; result?: T } | undefined
  // The inspector of the own process answers before `post` returns.
  session.post(method, parameters, (error, result) => {
    answer = { error, result: result as T }
  })
  if (!answer || answer.error) throw answer?.error ?? new Error(`${method} has no answer`)
  return answer.result as T
}

interface Coverage {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly {
      readonly functionName: string
      readonly ranges: readonly { readonly startOffset: number; readonly count: number }[]
    }[]
  }[]
}

const builtins = new Map<string, number>()
let counting = false
let tracing = false

/** Whether the names of builtins tell who calls them, which takes long. */
export function traceCallers(): void {
  tracing = true
  Error.stackTraceLimit = 20
}

function callerOf(name: string): string {
  const line = new Error().stack?.split('\n').find((each) => each.includes('/src/'))
  return line === undefined ? name : `${name} in ${line.replace(/^.*\/(src\/.*?)\)?$/, '$1')}`
}

function countBuiltin(name: string, operations: number): void {
  counting = false
  const key = tracing && operations > 0 ? callerOf(name) : name
  builtins.set(key, (builtins.get(key) ?? 0) + operations)
  counting = true
}

type Method = (this: unknown, ...values: unknown[]) => unknown

/** Replaces a method by one that counts what a call costs. */
function wrap(
  owner: object,
  name: string,
  label: string,
  costOf: (self: unknown, values: readonly unknown[], result: unknown) => number,
): void {
  const original = Reflect.get(owner, name) as Method
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value(this: unknown, ...values: unknown[]): unknown {
      const result = original.apply(this, values)
      if (counting) countBuiltin(label, costOf(this, values, result))
      return result
    },
  })
}

const lengthOf = (value: unknown): number => (value as { readonly length: number }).length

/** Methods that visit every element, apart from those whose callbacks are counted. */
const ARRAY_METHODS = ['fill', 'flat', 'includes', 'indexOf', 'join', 'lastIndexOf', 'reverse', 'shift', 'unshift']
/** Methods whose cost is the length of what they return. */
const COPYING_METHODS = ['concat', 'slice', 'toReversed', 'toSorted', 'with']
const STRING_METHODS = ['includes', 'lastIndexOf', 'match', 'matchAll', 'replace', 'replaceAll', 'split']
/** A character costs less than an element. */
const CHARACTERS = 1 / 16

function wrapBuiltins(): void {
  for (const name of ARRAY_METHODS) wrap(Array.prototype, name, `Array.${name}`, lengthOf)
  for (const name of COPYING_METHODS) wrap(Array.prototype, name, `Array.${name}`, (_, __, copy) => lengthOf(copy))
  wrap(Array.prototype, 'splice', 'Array.splice', (self, [start], removed) => {
    return Math.max(0, lengthOf(self) - (start as number)) + lengthOf(removed)
  })
  wrap(Array.prototype, 'push', 'Array.push', (_, values) => values.length)
  for (const name of STRING_METHODS)
    wrap(String.prototype, name, `String.${name}`, (self) => lengthOf(self) * CHARACTERS)
  wrap(String.prototype, 'indexOf', 'String.indexOf', (self, [, from = 0], found) => {
    const end = (found as number) < 0 ? lengthOf(self) : (found as number)
    return Math.max(0, end - (from as number)) * CHARACTERS
  })
  for (const name of ['keys', 'values', 'entries', 'fromEntries'] as const) {
    wrap(Object, name, `Object.${name}`, (_, [value]) => (Array.isArray(value) ? value.length : 1))
  }
  // Loops, spreads, and what makes collections of other ones.
  const iterators: readonly [string, Iterator<unknown>][] = [
    ['Array', [][Symbol.iterator]()],
    ['Map', new Map()[Symbol.iterator]()],
    ['Set', new Set()[Symbol.iterator]()],
  ]
  for (const [name, iterator] of iterators) {
    wrap(Object.getPrototypeOf(iterator) as object, 'next', `${name} iterator`, () => 1)
  }
}

let isPrepared = false

function prepare(): void {
  if (isPrepared) return
  isPrepared = true
  wrapBuiltins()
  session.connect()
  post('Profiler.enable')
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
}

const SOURCE = /\/(src\/.+)$/

/** Runs something and counts its operations. The counters are of the whole process. */
export async function countOperations(run: () => Promise<unknown>): Promise<Operations> {
  prepare()
  builtins.clear()
  post('Profiler.takePreciseCoverage')
  counting = true
  try {
    await run()
  } finally {
    counting = false
  }
  const { result } = post<Coverage>('Profiler.takePreciseCoverage')
  const counts = new Map(builtins)
  for (const { url, functions } of result) {
    const file = SOURCE.exec(url)?.[1]
    if (file === undefined || url.includes('/node_modules/')) continue
    for (const { functionName, ranges } of functions) {
      const [first] = ranges
      const key = `${file}:${functionName}@${first?.startOffset}`
      const sum = ranges.reduce((total, { count }) => total + count, 0)
      counts.set(key, (counts.get(key) ?? 0) + sum)
    }
  }
  return counts
}
