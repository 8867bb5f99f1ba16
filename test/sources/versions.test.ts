import { describe, expect, it } from 'vitest'
import { Memory } from '../../src/common/memory.ts'
import { parseManifests } from '../../src/index.ts'

const document = (name: string): string => `kind: Service\nmetadata: {name: ${name}}\n`
const textOf = (names: readonly string[]): string => names.map(document).join('---\n')

const AFTER = ['a', 'new', 'c', 'd', 'longer-than-before', 'f']

/** The documents of two versions of a file. */
function versions(before: readonly string[], after: readonly string[]) {
  const memory = new Memory()
  const [first, second] = [before, after].map(
    (names) => parseManifests([{ name: 'a.yaml', text: textOf(names) }], '', memory).documents,
  )
  return { first: first ?? [], second: second ?? [] }
}

describe('documents of a later version of a file', () => {
  it('stay the same objects between changes of others, and move with the text', () => {
    const { first, second } = versions(
      ['a', 'b', 'c', 'd', 'e', 'f'],
      ['a', 'new', 'c', 'd', 'longer-than-before', 'f'],
    )
    for (const index of [0, 2, 3, 5]) expect(second[index]).toBe(first[index])
    for (const index of [1, 4]) expect(first).not.toContain(second[index])
    const texts = second.map(({ file, start, end }) => file.text.slice(start, end).replace('---\n', ''))
    expect(texts).toEqual(AFTER.map(document))
  })

  it('are one each, also if several have the same text', () => {
    const { first, second } = versions(['a', 'x', 'x', 'b', 'c'], ['new', 'x', 'x', 'x', 'c', 'b'])
    expect(new Set(second).size).toBe(6)
    expect(second.slice(1, 3)).toEqual(first.slice(1, 3))
    expect(second[5]).toBe(first[3])
  })
})
