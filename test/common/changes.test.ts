import { describe, expect, it } from 'vitest'
import { hunksBetween, withHunks } from '../../src/common/changes/hunks.ts'
import { filteredAfter, groupsAfter, sortedAfter } from '../../src/common/changes/lists.ts'
import { groupBy } from '../../src/common/collections.ts'
import { Random } from '../fuzz/random.ts'

interface Item {
  readonly key: number
}

const keyOf = ({ key }: Item): number => key
const compare = (a: Item, b: Item): number => a.key - b.key
const isEven = ({ key }: Item): boolean => key % 2 === 0

/** Removes, adds, moves and replaces items in some places. */
function edited(list: readonly Item[], random: Random): readonly Item[] {
  const out = [...list]
  const item = (): Item => ({ key: random.below(random.chance(0.5) ? 8 : 10_000) })
  for (let count = random.below(4); count >= 0; count--) {
    const at = random.below(out.length + 1)
    const gone = out.splice(at, random.below(4))
    if (random.chance(0.3)) out.splice(random.below(out.length + 1), 0, ...gone)
    if (random.chance(0.7)) out.splice(at, 0, ...Array.from({ length: random.below(4) }, item))
  }
  return out
}

describe('after changes of a list', () => {
  it.each(Array.from({ length: 8 }, (_, seed) => seed))('is what is made of it anew (seed %i)', (seed) => {
    const random = new Random(seed)
    let list = edited([], random)
    let sorted: readonly Item[] = [...list].sort(compare)
    let part = list.filter(isEven)
    let groups: ReadonlyMap<number, readonly Item[]> = groupBy(list, keyOf)
    const changed = { sorted: 0, part: 0, groups: 0 }
    for (let edit = 0; edit < 60; edit++) {
      const next = edited(list, random)
      const hunks = hunksBetween(list, next)
      expect(withHunks(list, hunks)).toEqual(next)
      const anew = { sorted: [...next].sort(compare), part: next.filter(isEven), groups: groupBy(next, keyOf) }
      const earlier = [...groups]
      const later = {
        sorted: sortedAfter(sorted, hunks, compare),
        part: filteredAfter(part, hunks, next, isEven),
        groups: groupsAfter(groups, hunks, next, keyOf),
      }
      if (later.sorted) expect(later.sorted.every((item, index) => item === anew.sorted[index])).toBe(true)
      if (later.part) expect(later.part).toEqual(anew.part)
      for (const key of later.groups ? [...anew.groups.keys(), ...groups.keys()] : []) {
        expect(later.groups?.get(key)).toEqual(anew.groups.get(key))
        expect(later.groups?.has(key)).toBe(anew.groups.has(key))
      }
      expect([...(later.groups ?? anew.groups)]).toEqual([...anew.groups])
      expect(later.groups?.size ?? anew.groups.size).toBe(anew.groups.size)
      expect([...groups]).toEqual(earlier)
      for (const name of ['sorted', 'part', 'groups'] as const) if (later[name]) changed[name]++
      list = next
      sorted = later.sorted ?? anew.sorted
      part = [...(later.part ?? anew.part)]
      groups = later.groups ?? anew.groups
    }
    expect(Math.min(...Object.values(changed))).toBeGreaterThan(5)
  })

  it('has what came in very many places', () => {
    const list = Array.from({ length: 400_000 }, (_, key) => ({ key }))
    const next = list.map((item) => (isEven(item) ? { ...item } : item))
    const later = withHunks(list, hunksBetween(list, next))
    expect(later).toHaveLength(next.length)
    expect(later.every((item, index) => item === next[index])).toBe(true)
  })
})
