import { describe, expect, it } from 'vitest'
import { tail, wrongShare } from './binomial.ts'

describe('tail', () => {
  it('is the probability of a count and all that are farther away', () => {
    expect(tail(0, 4, 0.5)).toBeCloseTo(1 / 16)
    expect(tail(1, 4, 0.5)).toBeCloseTo(5 / 16)
    expect(tail(4, 4, 0.25)).toBeCloseTo(1 / 256)
    expect(tail(2, 4, 0.5)).toBeCloseTo(11 / 16)
  })

  it('allows no exception from nothing and all', () => {
    expect([tail(0, 9, 0), tail(1, 9, 0), tail(9, 9, 1), tail(8, 9, 1)]).toEqual([1, 0, 1, 0])
  })
})

describe('wrongShare', () => {
  const counted = (a: number, b: number) =>
    new Map([
      ['a', a],
      ['b', b],
    ])
  const shares = new Map([
    ['a', 0.7],
    ['b', 0.3],
  ])

  it('allows what chance does', () => {
    expect(wrongShare(counted(2800, 1200), shares)).toBeUndefined()
    expect(wrongShare(counted(2740, 1260), shares)).toBeUndefined()
  })

  it('finds weights that are wrong', () => {
    expect(wrongShare(counted(2600, 1400), shares)).toBe('a gets 2600 of 4000, in the simulation 0.7')
    expect(wrongShare(counted(1200, 2800), shares)).toBeDefined()
    expect(wrongShare(new Map([['c', 1]]), shares)).toBeDefined()
  })
})
