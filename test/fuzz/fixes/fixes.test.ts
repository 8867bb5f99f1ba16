import { describe, expect, it } from 'vitest'
import { tryEdits } from './edits.ts'

/** `npm run fuzz:fixes` goes on from here. */
const EDITED_DOCUMENTS = 1_000

describe('random edits of random documents', () => {
  it('change nothing but what they are about', () => {
    const trials = Array.from({ length: EDITED_DOCUMENTS }, (_, index) => tryEdits(index + 1))
    expect(trials.filter(({ problem }) => problem !== undefined)).toEqual([])
    // What is refused tests nothing.
    expect(trials.filter(({ refused }) => refused).length).toBeLessThan(EDITED_DOCUMENTS / 20)
  })
})
