import { describe, expect, it } from 'vitest'
import { checkInput, runInChild } from './check.ts'
import { readCorpus } from './corpus.ts'
import { inputOf } from './input.ts'

const corpus = readCorpus()

const SEEDS = 300
const GROUP = 50
const starts = Array.from({ length: SEEDS / GROUP }, (_, index) => 1 + index * GROUP)

describe('hostile input', () => {
  it.each(starts)('is answered or refused, seeds from %i', async (start) => {
    let answered = 0
    for (let seed = start; seed < start + GROUP; seed++) {
      const checked = await checkInput(inputOf(seed, corpus))
      expect(checked.failures).toEqual([])
      if (checked.answered) answered++
    }
    // What is refused as a whole tests little.
    expect(answered).toBeGreaterThan(GROUP / 2)
  })

  it('is answered or refused by the program itself', async () => {
    expect((await checkInput(inputOf(SEEDS + 1, corpus), runInChild)).failures).toEqual([])
  })
})
