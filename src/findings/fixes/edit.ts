/** Edits of JSON values. */

import type { JsonValue, PathStep } from '../../sources/document.ts'
import { isMapping, valueAt } from '../../sources/mapping.ts'
import { type Edit, isRemoval } from './change.ts'

type Path = readonly PathStep[]

/** Copies lists and mappings on the first edit in them, so many edits in one of them do not copy it many times. */
class Copies {
  readonly #made = new Set<JsonValue>()

  #keep<T extends JsonValue>(copy: T): T {
    this.#made.add(copy)
    return copy
  }

  #mapping(value: JsonValue | undefined): { [key: string]: JsonValue } {
    if (isMapping(value) && this.#made.has(value)) return value
    const copy: { [key: string]: JsonValue } = Object.create(null)
    if (isMapping(value)) for (const [key, item] of Object.entries(value)) copy[key] = item
    return this.#keep(copy)
  }

  #withItem(list: JsonValue[], index: number, item: JsonValue | undefined): JsonValue[] {
    if (item === undefined) return this.#keep(list.filter((_, at) => at !== index))
    const copy = this.#made.has(list) ? list : this.#keep([...list])
    copy[index] = item
    return copy
  }

  /** Sets the value at the end of a path to `leaf`; `undefined` removes it. */
  changed(value: JsonValue | undefined, path: Path, leaf: JsonValue | undefined): JsonValue | undefined {
    const [step, ...rest] = path
    if (step === undefined) return leaf
    if (Array.isArray(value)) {
      return this.#withItem(value, Number(step), this.changed(value[Number(step)], rest, leaf))
    }
    const copy = this.#mapping(value)
    const item = this.changed(copy[String(step)], rest, leaf)
    if (item === undefined) delete copy[String(step)]
    else copy[String(step)] = item
    return copy
  }
}

export const startsWith = (path: Path, start: Path): boolean => start.every((step, index) => path[index] === step)

/** Later items of lists first, and inner values before outer ones. */
function fromTheEnd(a: Path, b: Path): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const [left, right] = [a[index], b[index]]
    if (left === right) continue
    if (typeof left === 'number' && typeof right === 'number') return right - left
    return String(left) < String(right) ? 1 : -1
  }
  return b.length - a.length
}

/**
 * The distinct paths to remove, from the end, so that no removal shifts a later one.
 * @param value the value to edit; paths that it does not have are skipped
 */
function removalsOf(value: JsonValue, edits: readonly Edit[]): readonly Path[] {
  const paths = edits.filter(isRemoval).map(({ path }) => path)
  const present = paths.filter((path) => path.length > 0 && valueAt(value, path) !== undefined).sort(fromTheEnd)
  return present.filter((path, index) => {
    const before = present[index - 1]
    return before === undefined || before.length !== path.length || !startsWith(path, before)
  })
}

/** Returns a copy of a value with the edits made; missing mappings on a path are created. */
export function withEdits(value: JsonValue, edits: readonly Edit[]): JsonValue {
  const copies = new Copies()
  let edited: JsonValue | undefined = value
  for (const edit of edits) if (!isRemoval(edit)) edited = copies.changed(edited, edit.path, edit.value)
  for (const path of removalsOf(edited ?? null, edits)) edited = copies.changed(edited, path, undefined)
  return edited ?? null
}
