import { describe, expect, it } from 'vitest'
import { Memory } from '../../src/common/memory.ts'
import { parseManifests } from '../../src/index.ts'
import { Random } from '../fuzz/random.ts'

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

/** Parts of texts in which the borders of documents are easy to get wrong. */
const FINE = [
  ...['kind: Service\n', 'b: |\n  text\n', 'c: {d: 1}\n', '\n', '\r\n', '# c\n'],
  ...['---\n', '---\n', '---\n', '---\n', '--- \n', '...\n---\n', '...\r\n---\n'],
]
const PARTS = [
  ...FINE,
  ...['{"kind": "Service"}\n', '- x\n', 'a: [\n', 'x: 1\nx: 2\n', '...', '---', '-', '%YAML 1.1\n', ' ', '\uFEFF'],
]

describe('a file after random edits of its text', () => {
  const read = (text: string, memory?: Memory) => {
    const { documents, problems } = parseManifests([{ name: 'a.yaml', text }], '', memory)
    return {
      documents: documents.map(({ file, start, end, value }) => ({ text: file.text, start, end, value })),
      problems: problems.map(({ message, at }) => [message, at]),
    }
  }

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'has the documents that it has when read anew (seed %i)',
    (seed) => {
      const random = new Random(seed)
      const all = seed % 2 === 0 ? FINE : PARTS
      const some = (most: number) => Array.from({ length: random.below(most) }, () => random.pick(all))
      let parts = some(30)
      const memory = new Memory()
      for (let edit = 0; edit < 60; edit++) {
        const text = parts.join('')
        expect(read(text, memory), JSON.stringify(text)).toEqual(read(text))
        const at = random.below(parts.length + 1)
        parts = [...parts.slice(0, at), ...some(3), ...parts.slice(at + random.below(3))]
        if (parts.length > 60) parts = some(30)
      }
    },
  )
})
