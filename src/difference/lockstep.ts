/** Walks two series of named items together, so that equal items are released as soon as both sides have had them. */
import type { Changed } from './model.ts'

/** Items of one side that the other side has not had yet. */
class Waiting<T> {
  readonly #items: Iterator<T>
  readonly #nameOf: (item: T) => string
  readonly #counts = new Map<string, number>()
  readonly byName = new Map<string, T>()

  constructor(items: Iterable<T>, nameOf: (item: T) => string) {
    this.#items = items[Symbol.iterator]()
    this.#nameOf = nameOf
  }

  /** The next item; items that share a name are told apart by their order: `name`, `name #2`. */
  next(): { readonly name: string; readonly item: T } | undefined {
    const { done, value } = this.#items.next()
    if (done) return undefined
    const name = this.#nameOf(value)
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    return { name: count === 1 ? name : `${name} #${count}`, item: value }
  }
}

/**
 * The items that differ, in the order of the first walk that has them, those of `after` last.
 * @param same whether two items of one name are equal
 */
export function changedItems<T>(
  before: Iterable<T>,
  after: Iterable<T>,
  nameOf: (item: T) => string,
  same: (before: T, after: T) => boolean,
): readonly Changed<T>[] {
  const old = new Waiting(before, nameOf)
  const now = new Waiting(after, nameOf)
  const changed: Changed<T>[] = []
  const add = (name: string, was: T, is: T): void => {
    if (!same(was, is)) changed.push({ name, before: was, after: is })
  }
  for (let was = old.next(), is = now.next(); was || is; was = old.next(), is = now.next()) {
    if (was && is && was.name === is.name) {
      add(was.name, was.item, is.item)
      continue
    }
    if (was) meet(was, old.byName, now.byName, (other, own) => add(was.name, own, other))
    if (is) meet(is, now.byName, old.byName, (other, own) => add(is.name, other, own))
  }
  for (const [name, item] of old.byName) changed.push({ name, before: item, after: undefined })
  for (const [name, item] of now.byName) changed.push({ name, before: undefined, after: item })
  return changed
}

/** Compares an item with the one of its name on the other side, if that was there before it; otherwise it waits. */
function meet<T>(
  { name, item }: { readonly name: string; readonly item: T },
  own: Map<string, T>,
  others: Map<string, T>,
  compare: (other: T, own: T) => void,
): void {
  const other = others.get(name)
  if (other === undefined) {
    own.set(name, item)
    return
  }
  others.delete(name)
  compare(other, item)
}
