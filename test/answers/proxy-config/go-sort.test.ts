import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { goSorted } from '../../../src/answers/proxy-config/go-sort.ts'

const indices = (length: number): number[] => [...Array(length).keys()]

/** Sorts items by a value that leaves ties, and returns their former positions. */
function places(length: number, valueAt: (index: number) => number, less = (a: number, b: number) => a < b): number[] {
  return goSorted(indices(length), (a, b) => less(valueAt(a), valueAt(b)))
}

/** The results of Go 1.26, for inputs that reach each step of its algorithm. */
describe("ties stand where Go's sort.Slice leaves them", () => {
  it('short lists keep their order', () => {
    expect(places(12, () => 7)).toEqual(indices(12))
  })

  it('few values, many times each', () => {
    expect(places(30, (i) => i % 3)).toEqual([
      12, 27, 24, 3, 21, 18, 6, 0, 15, 9, 7, 4, 10, 13, 28, 1, 16, 25, 22, 19, 8, 20, 5, 23, 2, 17, 26, 11, 14, 29,
    ])
  })

  it('pairs in reverse', () => {
    expect(places(26, (i) => Math.floor((26 - i) / 2))).toEqual([
      25, 24, 23, 21, 22, 20, 19, 18, 17, 16, 15, 13, 14, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
    ])
  })

  it('a long list, whose pivot is a median of medians', () => {
    expect(places(60, (i) => (i * 7) % 5)).toEqual([
      40, 25, 55, 30, 20, 5, 0, 10, 15, 45, 35, 50, 58, 13, 38, 8, 48, 33, 18, 43, 53, 3, 28, 23, 31, 36, 26, 1, 56, 51,
      21, 6, 46, 11, 41, 16, 49, 24, 14, 39, 59, 34, 54, 4, 44, 9, 29, 19, 47, 7, 37, 32, 52, 17, 42, 2, 22, 57, 27, 12,
    ])
  })

  it('more than a hundred lists of fixtures/go-sort', () => {
    const lines = readFileSync(new URL('../../../fixtures/go-sort/places.jsonl', import.meta.url), 'utf8').trimEnd()
    const lists = lines.split('\n').map((line) => JSON.parse(line) as { values: number[]; places: number[] })
    const found = lists.map(({ values }) => places(values.length, (i) => values[i] ?? 0))
    expect(found).toEqual(lists.map((list) => list.places))
  })

  it('a comparison that contradicts itself, as that of route names does', () => {
    const isName = (value: number) => value % 3 === 0
    const less = (a: number, b: number) => !isName(a) && !isName(b) && a < b
    expect(places(24, (i) => 24 - i, less)).toEqual([
      12, 6, 2, 3, 4, 5, 11, 7, 8, 9, 1, 10, 16, 13, 14, 15, 0, 17, 18, 19, 20, 21, 22, 23,
    ])
  })
})

describe('long lists', () => {
  it('are sorted and leave the given one alone', () => {
    const items = indices(5000).map((i) => (i * 7919) % 5003)
    const before = [...items]
    expect(goSorted(items, (a, b) => a < b)).toEqual([...items].sort((a, b) => a - b))
    expect(items).toEqual(before)
  })

  it('take few comparisons even when an adversary answers them, as many as in Go', () => {
    // McIlroy's "A killer adversary for quicksort": values are chosen as late and as badly as possible.
    const length = 5000
    const undecided = length + 1
    const values = Array<number>(length).fill(undecided)
    const valueOf = (item: number) => values[item] ?? undecided
    let decided = 0
    let candidate = 0
    let comparisons = 0
    const less = (a: number, b: number): boolean => {
      comparisons++
      if (valueOf(a) === undecided && valueOf(b) === undecided) values[a === candidate ? a : b] = decided++
      if (valueOf(a) === undecided) candidate = a
      else if (valueOf(b) === undecided) candidate = b
      return valueOf(a) < valueOf(b)
    }
    const sorted = goSorted(indices(length), less).map(valueOf)
    expect(sorted).toEqual([...sorted].sort((a, b) => a - b))
    expect(comparisons).toBe(35_280)
  })
})
