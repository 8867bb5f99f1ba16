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

  it.each([
    ['a control character', { code: 0, stdout: '\u001b[2J', stderr: '' }],
    ['output that is no JSON', { code: 0, stdout: '{', stderr: '' }],
    ['an internal error', { code: 2, stdout: '', stderr: 'vipctl: internal error: x\n' }],
    ['a stack', { code: 2, stdout: '', stderr: 'x\n    at f (file:///a/b.js:1:2)\n' }],
    ['another exit code', { code: 7, stdout: '', stderr: 'x\n' }],
    ['an error without a message', { code: 2, stdout: '', stderr: '' }],
  ])('is not passed over when it gives %s', async (_, ran) => {
    expect(
      (await checkInput(inputOf(1, corpus), async () => ({ ...ran, length: ran.stdout.length }))).failures,
    ).not.toEqual([])
  })

  it('is not passed over when it gives different answers', async () => {
    let calls = 0
    const runner = async () => ({ code: 0, stdout: `"${calls++}"\n`, length: 4, stderr: '' })
    const { failures } = await checkInput(inputOf(1, corpus), runner)
    expect(failures).toContainEqual(expect.objectContaining({ problem: expect.stringMatching(/^differs/) }))
  })

  it('is answered or refused by the program itself', async () => {
    expect((await checkInput(inputOf(SEEDS + 1, corpus), runInChild)).failures).toEqual([])
  })
})
