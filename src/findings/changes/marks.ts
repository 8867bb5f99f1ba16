/** What is new, changed and gone between two computations, for rows and resources by identity. */
import { append } from '../../common/collections.ts'

/** `+` new, `~` changed, `-` gone. */
export type Mark = '+' | '~' | '-'

/** An item of either side; `mark` is undefined if it did not change. */
export interface Marked<T> {
  readonly mark: Mark | undefined
  /** The current value, or the former one of a removed item. */
  readonly item: T
  /** The former value; undefined for a new item. */
  readonly before: T | undefined
}

export interface Comparison<T> {
  /** The identity of an item, which several items of one side may share. */
  readonly keyOf: (item: T) => string
  readonly same: (before: T, after: T) => boolean
}

/** The number of items per mark. */
export interface ChangeCount {
  readonly added: number
  readonly changed: number
  readonly gone: number
}

/** Items by key, numbered because several may share a key. */
function keyed<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T> {
  const counts = new Map<string, number>()
  const out = new Map<string, T>()
  for (const item of items) {
    const key = keyOf(item)
    const count = counts.get(key) ?? 0
    counts.set(key, count + 1)
    out.set(`${count} ${key}`, item)
  }
  return out
}

/** Removed items by the key of the remaining item before them; '' for those at the start. */
function goneAfter<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): ReadonlyMap<string, readonly T[]> {
  const out = new Map<string, T[]>()
  let last = ''
  for (const [key, item] of before) {
    if (after.has(key)) {
      last = key
      continue
    }
    append(out, last, item)
  }
  return out
}

/**
 * Marks every item of two sides.
 * @returns the items of `after` in their order; removed items follow the one that they followed before
 */
export function markChanges<T>(
  before: Iterable<T>,
  after: Iterable<T>,
  { keyOf, same }: Comparison<T>,
): readonly Marked<T>[] {
  const old = keyed(before, keyOf)
  const now = keyed(after, keyOf)
  const gone = goneAfter(old, now)
  const marked: Marked<T>[] = []
  const addGone = (key: string): void => {
    for (const item of gone.get(key) ?? []) marked.push({ mark: '-', item, before: item })
  }
  addGone('')
  for (const [key, item] of now) {
    const was = old.get(key)
    if (was === undefined) marked.push({ mark: '+', item, before: undefined })
    else marked.push({ mark: same(was, item) ? undefined : '~', item, before: was })
    addGone(key)
  }
  return marked
}

export function countChanges(marked: Iterable<{ readonly mark: Mark | undefined }>): ChangeCount {
  const count = { added: 0, changed: 0, gone: 0 }
  for (const { mark } of marked) {
    if (mark === '+') count.added++
    else if (mark === '~') count.changed++
    else if (mark === '-') count.gone++
  }
  return count
}

export const isChange = ({ mark }: { readonly mark: Mark | undefined }): boolean => mark !== undefined

/** `2 new, 1 gone`, or `nothing changes`. */
export function countText({ added, changed, gone }: ChangeCount): string {
  const parts = [
    [added, 'new'],
    [changed, 'changed'],
    [gone, 'gone'],
  ] as const
  const some = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  return some.join(', ') || 'nothing changes'
}
