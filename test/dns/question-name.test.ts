import { describe, expect, it } from 'vitest'
import { nameProblem } from '../../src/dns/question-name.ts'

/** A name of this many bytes, of labels that are as long as may be. */
const nameOf = (bytes: number): string => `${'x'.repeat(63)}.`.repeat(4).slice(0, bytes)

describe('a name in a question', () => {
  it.each(['.', 'web', 'db.example.com.', 'a..b', nameOf(253), `${nameOf(253)}.`, 'x'.repeat(63)])(
    'may be %j',
    (name) => {
      expect(nameProblem(name)).toBeUndefined()
    },
  )

  it.each([
    ['', 'the name is empty'],
    ['a b', 'a name has no white space'],
    [nameOf(254), 'a name has at most 253 bytes'],
    [`${'é'.repeat(31)}x.`.repeat(4), 'a name has at most 253 bytes'],
    ['x'.repeat(64), 'a label has at most 63 bytes'],
    [`${'é'.repeat(32)}.example.com`, 'a label has at most 63 bytes'],
  ])('cannot be %j', (name, problem) => {
    expect(nameProblem(name)).toBe(problem)
  })
})
