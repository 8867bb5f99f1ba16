/** How one list differs from another. */

import { once } from '../once.ts'

/** A place where a list has something else than another list. Several are in order, and between them both are the same. */
export interface Hunk<T> {
  /** The index in the other list. */
  readonly at: number
  /** The index in this list. */
  readonly to: number
  /** What only the other list has there. */
  readonly gone: readonly T[]
  /** What only this list has there. */
  readonly come: readonly T[]
}

/** How many items are searched for the next one that is the same, before an index is made. */
const WINDOW = 12

/** Whether the items at two indexes are the same. */
type AreSame = (before: number, now: number) => boolean

/** Finds where two lists are the same again. */
class Search<T> {
  readonly #before: readonly T[]
  readonly #now: readonly T[]
  readonly #areSame: AreSame
  readonly #indexes: () => ReadonlyMap<T, number>

  constructor(before: readonly T[], now: readonly T[], areSame: AreSame) {
    this.#before = before
    this.#now = now
    this.#areSame = areSame
    this.#indexes = once(() => new Map(before.map((item, index) => [item, index])))
  }

  /** The next indexes of the same item; the ends if there is none. */
  from(at: number, to: number, end: number, endNow: number): readonly [before: number, now: number] {
    for (let sum = 1; sum <= WINDOW; sum++) {
      for (let step = Math.max(0, sum - (end - at) + 1); step <= sum && to + step < endNow; step++) {
        if (this.#areSame(at + sum - step, to + step)) return [at + sum - step, to + step]
      }
    }
    const isShort = Math.max(end - at, endNow - to) <= WINDOW
    return (isShort ? undefined : this.#byIndex(at, to, end, endNow)) ?? [end, endNow]
  }

  #byIndex(at: number, to: number, end: number, endNow: number): readonly [before: number, now: number] | undefined {
    if (this.#before.length === 0) return undefined
    for (let next = to; next < endNow; next++) {
      const index = this.#indexes().get(this.#now[next] as T)
      if (index !== undefined && index >= at && index < end && this.#areSame(index, next)) return [index, next]
    }
    return undefined
  }
}

/**
 * What changed from one list to another. Something that has moved is gone in one place and has come in another.
 * @param isSameAt whether what belongs to an item before and now, by index, is the same; asked about identical items
 */
export function hunksBetween<T>(before: readonly T[], now: readonly T[], isSameAt?: AreSame): readonly Hunk<T>[] {
  const areSame: AreSame = (a, b) => before[a] === now[b] && (isSameAt === undefined || isSameAt(a, b))
  let [end, endNow] = [before.length, now.length]
  while (end > 0 && endNow > 0 && areSame(end - 1, endNow - 1)) {
    end--
    endNow--
  }
  const search = new Search(before, now, areSame)
  const hunks: Hunk<T>[] = []
  let [at, to] = [0, 0]
  while (at < end || to < endNow) {
    if (at < end && to < endNow && areSame(at, to)) {
      at++
      to++
      continue
    }
    const [next, nextNow] = search.from(at, to, end, endNow)
    hunks.push({ at, to, gone: before.slice(at, next), come: now.slice(to, nextNow) })
    at = next
    to = nextNow
  }
  return hunks
}

/** How many pairs of lists are kept. */
const MOST_PAIRS = 8

interface Pair {
  readonly before: readonly unknown[]
  readonly now: readonly unknown[]
  readonly hunks: readonly Hunk<unknown>[]
}

/** What changed between lists, kept for the last ones: several stages ask about the same two. */
export class LastHunks {
  #pairs: readonly Pair[] = []

  between<T>(before: readonly T[], now: readonly T[]): readonly Hunk<T>[] {
    if (before === now) return []
    const known = this.#pairs.find((pair) => pair.before === before && pair.now === now)
    if (known) return known.hunks as readonly Hunk<T>[]
    const hunks = hunksBetween(before, now)
    this.#pairs = [{ before, now, hunks }, ...this.#pairs.slice(0, MOST_PAIRS - 1)]
    return hunks
  }
}

/** More changes than this are not worth it. */
const FEW = 64

/** Whether so few items have changed that changing an index or an order is cheaper than rebuilding it. */
export const areFew = (hunks: readonly Pick<Hunk<unknown>, 'gone' | 'come'>[]): boolean =>
  hunks.reduce((sum, { gone, come }) => sum + gone.length + come.length, 0) <= FEW

/** A list with other items in some places; the same list if these are no others. */
export function withHunks<T>(
  list: readonly T[],
  hunks: readonly { readonly at: number; readonly gone: readonly unknown[]; readonly come: readonly T[] }[],
): readonly T[] {
  const isSame = hunks.every(
    ({ at, gone, come }) => gone.length === come.length && come.every((item, index) => list[at + index] === item),
  )
  if (isSame) return list
  const parts: (readonly T[])[] = []
  let from = 0
  for (const { at, gone, come } of hunks) {
    parts.push(list.slice(from, at), come)
    from = at + gone.length
  }
  parts.push(list.slice(from))
  // Copying whole parts is faster, but that many arguments would fill the stack.
  return areFew(hunks) ? ([] as T[]).concat(...parts) : (parts.flat(1) as T[])
}

export const goneOf = <T>(hunks: readonly Hunk<T>[]): readonly T[] => hunks.flatMap(({ gone }) => gone)
export const comeOf = <T>(hunks: readonly Hunk<T>[]): readonly T[] => hunks.flatMap(({ come }) => come)
/** Everything that is not the same in both. */
export const changedIn = <T>(hunks: readonly Hunk<T>[]): readonly T[] => [...goneOf(hunks), ...comeOf(hunks)]
