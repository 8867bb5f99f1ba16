import { describe, expect, it } from 'vitest'
import { tryEdits } from './edits.ts'
import { FILES_OF_A_SEED, tryFixes } from './files.ts'

/** `npm run fuzz:fixes` takes other seeds, and more. */
const EDITED_DOCUMENTS = 800
const FIXED_FOLDERS = 10

describe('random edits of random documents', () => {
  it('change nothing but what they are about', () => {
    const trials = Array.from({ length: EDITED_DOCUMENTS }, (_, index) => tryEdits(index + 1))
    expect(trials.filter(({ problem }) => problem !== undefined)).toEqual([])
    // What is refused tests nothing.
    expect(trials.filter(({ refused }) => refused).length).toBeLessThan(EDITED_DOCUMENTS / 20)
  })
})

describe('lint --fix', () => {
  it('changes only what it fixes in files of any layout and encoding, once, and shows the same as a diff', async () => {
    let fixed = 0
    for (let seed = 1; seed <= FIXED_FOLDERS; seed++) {
      const trial = await tryFixes(seed)
      expect(trial.problems).toEqual([])
      fixed += trial.fixed
    }
    expect(fixed).toBeGreaterThan((FIXED_FOLDERS * FILES_OF_A_SEED) / 2)
  })
})
