import { describe, expect, it } from 'vitest'
import { countChanges, markChanges } from '../../src/findings/changes/index.ts'

interface Item {
  readonly name: string
  readonly value?: number
}

const marks = (before: readonly Item[], after: readonly Item[]): readonly string[] =>
  markChanges(before, after, { keyOf: ({ name }) => name, same: (a, b) => a.value === b.value }).map(
    ({ mark, item }) => `${mark ?? ' '}${item.name}`,
  )

const named = (names: string): readonly Item[] => [...names].map((name) => ({ name }))

describe('marks', () => {
  it('keep the order of what is there, with what is gone behind its old neighbour', () => {
    expect(marks(named('abcde'), named('ceaf'))).toEqual([' c', '-d', ' e', ' a', '-b', '+f'])
    expect(marks(named('ab'), named('b'))).toEqual(['-a', ' b'])
    expect(marks(named('ab'), [])).toEqual(['-a', '-b'])
  })

  it('tell items of one name apart by their order', () => {
    expect(marks(named('aab'), named('aaab'))).toEqual([' a', ' a', '+a', ' b'])
    expect(
      marks(
        [
          { name: 'a', value: 1 },
          { name: 'a', value: 2 },
        ],
        [{ name: 'a', value: 1 }],
      ),
    ).toEqual([' a', '-a'])
    expect(marks([{ name: 'a', value: 1 }], [{ name: 'a', value: 2 }])).toEqual(['~a'])
  })

  it('are counted', () => {
    const items = markChanges(named('ab'), named('bcd'), { keyOf: ({ name }) => name, same: () => false })
    expect(countChanges(items)).toEqual({ added: 2, changed: 1, gone: 1 })
  })
})
