/** Which items of two lists belong together. */
import { commonEnd, commonStart } from '../common/common-ends.ts'
import type { JsonValue } from '../sources/document.ts'
import { fieldAt, isMapping, valueAt } from '../sources/mapping.ts'
import { hostAddress } from './assignment.ts'
import { sameMessage } from './same.ts'

type Item = JsonValue | undefined

/** Two items at one place of a list; undefined on the side that does not have it. */
export interface Pair {
  /**
   * The item's own name, or its place in the list of what was expected, otherwise in the other; '' for a text or number
   * that one list does not have.
   */
  readonly step: string
  readonly expected: Item
  readonly actual: Item
}

export interface Aligned {
  readonly pairs: readonly Pair[]
  /** Items that both lists have, by name, if they are in another order. */
  readonly order: { readonly expected: readonly string[]; readonly actual: readonly string[] } | undefined
}

const textOf = (value: Item): string => (typeof value === 'string' ? value : '')

function localityText(group: Item): string {
  const part = (name: string): string => textOf(valueAt(group, ['locality', name]))
  const locality = [part('region'), part('zone'), part('subZone')].filter((text) => text !== '').join('/')
  return `priority ${fieldAt(group, 'priority') ?? 0}${locality === '' ? '' : ` ${locality}`}`
}

/** What an item is called, if its message has something like a name. */
function identityOf(item: Item): string | undefined {
  if (!isMapping(item)) return undefined
  const { name } = item
  if (typeof name === 'string' && name !== '') return name
  const address = hostAddress(item)
  if (address !== undefined) return address
  return Array.isArray(fieldAt(item, 'lbEndpoints')) ? localityText(item) : undefined
}

/** Items by their names; undefined if one has no name, or two have the same. */
function identified(items: readonly Item[]): ReadonlyMap<string, Item> | undefined {
  const out = new Map<string, Item>()
  for (const item of items) {
    const name = identityOf(item)
    if (name === undefined || out.has(name)) return undefined
    out.set(name, item)
  }
  return out
}

function alignNamed(expected: ReadonlyMap<string, Item>, actual: ReadonlyMap<string, Item>): Aligned {
  const pairs = [...new Set([...expected.keys(), ...actual.keys()])].map((step) => ({
    step,
    expected: expected.get(step),
    actual: actual.get(step),
  }))
  const [was, is] = [
    [...expected.keys()].filter((name) => actual.has(name)),
    [...actual.keys()].filter((name) => expected.has(name)),
  ]
  const moved = was.some((name, at) => name !== is[at])
  return { pairs, order: moved ? { expected: was, actual: is } : undefined }
}

/** Larger parts of lists are compared item by item. */
const MOST_COMPARISONS = 40_000

/** The longest common subsequence: pairs of places with the same content. */
function commonPlaces(
  expected: readonly Item[],
  actual: readonly Item[],
  isSame: (a: Item, b: Item) => boolean,
): readonly (readonly [number, number])[] {
  const [rows, columns] = [expected.length, actual.length]
  const width = columns + 1
  const lengths = new Uint32Array((rows + 1) * width)
  const same = new Uint8Array(rows * columns)
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const equal = isSame(expected[row], actual[column])
      same[row * columns + column] = equal ? 1 : 0
      lengths[row * width + column] = equal
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  const out: (readonly [number, number])[] = []
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    if (same[row * columns + column] === 1) out.push([row++, column++])
    else if (at(row + 1, column) >= at(row, column + 1)) row++
    else column++
  }
  return out
}

/** Pairs what stands between common items in order. */
function pairsBetween(
  expected: readonly Item[],
  actual: readonly Item[],
  [row, column]: readonly [number, number],
  [endRow, endColumn]: readonly [number, number],
): Pair[] {
  const count = Math.max(endRow - row, endColumn - column)
  return Array.from({ length: count }, (_, index) => {
    const was = row + index < endRow ? expected[row + index] : undefined
    const is = column + index < endColumn ? actual[column + index] : undefined
    const isAlone = (was === undefined && typeof is !== 'object') || (is === undefined && typeof was !== 'object')
    const step = isAlone ? '' : String(was === undefined ? column + index : row + index)
    return { step, expected: was, actual: is }
  })
}

function alignByContent(expected: readonly Item[], actual: readonly Item[], field: string): Aligned {
  const isSame = (a: Item, b: Item): boolean => sameMessage(a, b, field)
  const start = commonStart<Item>(expected, actual, isSame)
  const end = commonEnd<Item>(expected, actual, start, isSame)
  const [rows, columns] = [expected.length - start - end, actual.length - start - end]
  const common =
    rows * columns > MOST_COMPARISONS
      ? []
      : commonPlaces(expected.slice(start, start + rows), actual.slice(start, start + columns), isSame)
  const places = common.map(([row, column]): [number, number] => [start + row, start + column])
  const pairs: Pair[] = []
  let [row, column] = [start, start]
  for (const [nextRow, nextColumn] of [...places, [start + rows, start + columns] as [number, number]]) {
    for (const pair of pairsBetween(expected, actual, [row, column], [nextRow, nextColumn])) pairs.push(pair)
    ;[row, column] = [nextRow + 1, nextColumn + 1]
  }
  return { pairs, order: undefined }
}

/** Pairs the items of two lists, by their names if all of them have one, otherwise by what they have in common. */
export function align(expected: readonly JsonValue[], actual: readonly JsonValue[], field: string): Aligned {
  const [was, is] = [identified(expected), identified(actual)]
  return was && is ? alignNamed(was, is) : alignByContent(expected, actual, field)
}
