/**
 * Keeps results from one computation of a mesh to the next, so that a change of one object computes again only what
 * depends on it. Without a memory nothing is kept, and nothing is slower.
 */

import { type Hunk, hunksBetween, LastHunks, withHunks } from './changes/hunks.ts'
import { isMap } from './collections.ts'

/** A result, and what it was computed from besides the object that it is kept for. */
interface Kept {
  readonly inputs: readonly unknown[]
  readonly result: unknown
}

type Results = WeakMap<object, Kept>

/** The same value; for a list, the same items. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

/** Whether two lists of inputs are the same; a list among them may be another one with the same items. */
export function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (!isSame(a[index], b[index])) return false
  return true
}

function equalMaps(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false
  // The order of a map is a fact too.
  const others = b.entries()
  for (const entry of a) if (!equalFacts(entry, others.next().value)) return false
  return true
}

/** Whether two values of plain data (lists, maps, sets, objects, primitives) are equal. */
export function equalFacts(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  if (isMap(a)) return equalMaps(a, b as ReadonlyMap<unknown, unknown>)
  if (a instanceof Set) return equalFacts([...a], [...(b as ReadonlySet<unknown>)])
  const keys = Object.keys(a)
  const values = b as Readonly<Record<string, unknown>>
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(values, key) && equalFacts((a as typeof values)[key], values[key]))
  )
}

/** The results for a list of objects. */
interface KeptList {
  readonly items: readonly unknown[]
  readonly besides: readonly unknown[]
  readonly inputs: readonly unknown[]
  readonly results: readonly unknown[]
}

const NONE: readonly unknown[] = []
const NOTHING: KeptList = { items: [], besides: [], inputs: [], results: [] }

/** How many places around the expected one are searched without an index. */
const NEAR = 2
/** How many items may be missing there before an index is made. */
const FEW_MISSING = 8

/** Finds the results of the last time. Most items have the same neighbours as then. */
class LastResults {
  readonly #last: KeptList
  #next = 0
  #missing = 0
  #indexes: ReadonlyMap<unknown, number> | undefined

  constructor(last: KeptList) {
    this.#last = last
  }

  /** @param index where the next item most likely was */
  expectAt(index: number): void {
    this.#next = index
  }

  /** The index of the result for an item; undefined if there is none. */
  indexOf(item: unknown, beside: unknown): number | undefined {
    const { items, besides } = this.#last
    const index = items[this.#next] === item ? this.#next : this.#search(item)
    // A new item most likely replaces the one that was here.
    this.#next = (index ?? this.#next) + 1
    return index !== undefined && besides[index] === beside ? index : undefined
  }

  #search(item: unknown): number | undefined {
    const { items } = this.#last
    for (let index = Math.max(0, this.#next - NEAR); index <= this.#next + NEAR; index++) {
      if (items[index] === item) return index
    }
    this.#missing++
    if (this.#missing <= FEW_MISSING) return undefined
    this.#indexes ??= new Map(items.map((each, index) => [each, index]))
    return this.#indexes.get(item)
  }
}

/** Lists of different proxies are kept separately: this many per stage, those that were used last. */
const MOST_LISTS = 32

function keepList(lists: Map<unknown, KeptList>, name: unknown, list: KeptList): void {
  lists.delete(name)
  lists.set(name, list)
  if (lists.size > MOST_LISTS) lists.delete(lists.keys().next().value)
}

/** How a result for a whole list is made. */
interface Whole<T, V> {
  readonly compute: (items: readonly T[]) => V
  /** @param items the list now */
  readonly change: (before: V, hunks: readonly Hunk<T>[], items: readonly T[]) => V | undefined
}

/** What one user of the stages keeps, such as a watch or an editor. */
export class Memory {
  readonly #results = new Map<unknown, Results>()
  readonly #lists = new Map<unknown, Map<unknown, KeptList>>()
  readonly #facts = new Map<string, { readonly facts: unknown; readonly value: unknown }>()
  readonly #own = new Map<unknown, unknown>()
  readonly #hunks = new LastHunks()

  /**
   * The result of `compute`, or that of the last time, if the inputs are the same as then.
   * @param stage identifies what is computed
   * @param object what it is computed for; the result lives as long as this object
   * @param inputs everything else that it is computed from: identical values, or lists of identical values
   */
  recall<V>(stage: unknown, object: object, inputs: readonly unknown[], compute: () => V): V {
    let results = this.#results.get(stage)
    if (!results) {
      results = new WeakMap()
      this.#results.set(stage, results)
    }
    const known = results.get(object)
    if (known && areSame(known.inputs, inputs)) return known.result as V
    const result = compute()
    results.set(object, { inputs, result })
    return result
  }

  /**
   * The results of `compute` for each item of a list, or those of the last time for items that have the same inputs.
   * @param stage identifies what is computed
   * @param name distinguishes the lists of a stage
   * @param besides a second input for each item
   * @param inputs further inputs, the same for all items
   */
  recallEach<T, B, V>(
    stage: unknown,
    name: unknown,
    items: readonly T[],
    besides: readonly B[],
    inputs: readonly unknown[],
    compute: (item: T, beside: B) => V,
  ): readonly V[] {
    const lists = this.#lists.get(stage) ?? new Map<unknown, KeptList>()
    this.#lists.set(stage, lists)
    const kept = lists.get(name)
    const last = kept && areSame(kept.inputs, inputs) ? kept : NOTHING
    const isSameAt = (before: number, now: number): boolean => last.besides[before] === besides[now]
    const isAlone = last.besides.length === 0 && besides.length === 0
    const before = last.items as readonly T[]
    const found = new LastResults(last)
    const changes = isAlone ? this.#hunks.between(before, items) : hunksBetween(before, items, isSameAt)
    const hunks = changes.map(({ at, to, gone, come }) => {
      found.expectAt(at)
      const computed = come.map((item, index) => {
        const beside = besides[to + index] as B
        const known = found.indexOf(item, beside)
        return known === undefined ? compute(item, beside) : (last.results[known] as V)
      })
      return { at, gone, come: computed }
    })
    const results = withHunks(last.results as readonly V[], hunks)
    keepList(lists, name, { items, besides, inputs, results })
    return results
  }

  /**
   * The result of `compute` for a whole list, such as an index of its items, or that of the last time, changed by what
   * has changed in the list. The results of earlier times stay as they are.
   * @param stage identifies what is computed
   * @param name distinguishes the lists of a stage
   * @param inputs everything else that it is computed from
   * @param change makes the result for the list from the result before; undefined if it must be computed
   */
  recallWhole<T, V>(
    stage: unknown,
    name: unknown,
    items: readonly T[],
    inputs: readonly unknown[],
    { compute, change }: Whole<T, V>,
  ): V {
    const lists = this.#lists.get(stage) ?? new Map<unknown, KeptList>()
    this.#lists.set(stage, lists)
    const known = lists.get(name)
    const last = known && areSame(known.inputs, inputs) ? known : undefined
    const result = (last && this.#changed(last, items, change)) ?? compute(items)
    keepList(lists, name, { items, besides: NONE, inputs, results: [result] })
    return result
  }

  /** The only result of a list, changed by what has changed in the list. */
  #changed<T, V>(known: KeptList, items: readonly T[], change: Whole<T, V>['change']): V | undefined {
    const [before] = known.results as readonly [V]
    const hunks = this.#hunks.between(known.items as readonly T[], items)
    return hunks.length === 0 ? before : change(before, hunks, items)
  }

  /**
   * The value of the last time if the facts are equal to those of then, so that what depends on it is kept.
   * @param name identifies the value; there is one per memory
   * @param facts plain data that determines the value
   */
  unlessChanged<V>(name: string, value: V, facts: unknown = value): V {
    const known = this.#facts.get(name)
    if (known && equalFacts(known.facts, facts)) return known.value as V
    this.#facts.set(name, { facts, value })
    return value
  }

  /** The memory's only object of a class, for a stage that keeps more than results by object. */
  own<T>(type: new () => T): T {
    const known = this.#own.get(type)
    if (known) return known as T
    const made = new type()
    this.#own.set(type, made)
    return made
  }
}

/**
 * A function whose results a memory keeps.
 * @param compute must depend on nothing but its arguments, compared as in `recall`
 * @returns the function with the memory as its first argument; without one, every call computes
 */
export function keeping<K extends object, A extends readonly unknown[], V>(
  compute: (object: K, ...inputs: A) => V,
): (memory: Memory | undefined, object: K, ...inputs: A) => V {
  return (memory, object, ...inputs) =>
    memory ? memory.recall(compute, object, inputs, () => compute(object, ...inputs)) : compute(object, ...inputs)
}

/**
 * The same for the items of a list, which is faster for thousands of them.
 * @param compute gets an item and what is beside it, and inputs that are the same for all items
 * @returns the function with the memory, the name of the list, the items and what is beside each of them
 */
export function keepingEach<T, B, A extends readonly unknown[], V>(
  compute: (item: T, beside: B, ...inputs: A) => V,
): (
  memory: Memory | undefined,
  name: unknown,
  items: readonly T[],
  besides: readonly B[],
  ...inputs: A
) => readonly V[] {
  return (memory, name, items, besides, ...inputs) =>
    memory
      ? memory.recallEach(compute, name, items, besides, inputs, (item, beside) => compute(item, beside, ...inputs))
      : items.map((item, index) => compute(item, besides[index] as B, ...inputs))
}

/**
 * A function of a whole list, such as an index of its items. With a memory, its last result is changed by what has
 * changed in the list. Earlier results stay as they are.
 * @param compute must depend on nothing but the list and the inputs, compared as in `recall`
 * @param change makes the result of the result before; undefined if it must be computed
 * @returns the function with the memory, the name of the list, the list and the inputs
 */
export function keepingWhole<T, A extends readonly unknown[], V>(
  compute: (items: readonly T[], ...inputs: A) => V,
  change: (before: V, hunks: readonly Hunk<T>[], items: readonly T[], ...inputs: A) => V | undefined,
): (memory: Memory | undefined, name: unknown, items: readonly T[], ...inputs: A) => V {
  return (memory, name, items, ...inputs) =>
    memory
      ? memory.recallWhole(compute, name, items, inputs, {
          compute: (list) => compute(list, ...inputs),
          change: (before, hunks, list) => change(before, hunks, list, ...inputs),
        })
      : compute(items, ...inputs)
}
