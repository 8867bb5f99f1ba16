import { describe, expect, it } from 'vitest'
import { formatData } from '../../src/formats/data.ts'

async function textOf(format: 'json' | 'yaml', value: unknown, levels?: number): Promise<string> {
  return [...(await formatData(format, value, levels))].join('')
}

const plain = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

const NESTED = {
  empty: {},
  none: [],
  list: [1, 'two', null, [], {}, { deep: [{ deeper: ['x'] }] }],
  text: 'a "quoted" line\nand another',
  nothing: undefined,
  __proto: { toString: 1 },
}

function* counted(count: number, seen: number[] = []): Iterable<object> {
  for (let index = 0; index < count; index++) {
    seen.push(index)
    yield { index, parts: [index, { nothing: undefined }] }
  }
}

describe('JSON', () => {
  it.each([0, 1, 2, 3, 9])('is that of JSON.stringify, with %i levels in pieces', async (levels) => {
    expect(await textOf('json', NESTED, levels)).toBe(plain(NESTED))
    expect(await textOf('json', [NESTED, [NESTED]], levels)).toBe(plain([NESTED, [NESTED]]))
    expect(await textOf('json', 'text', levels)).toBe('"text"\n')
    expect(await textOf('json', [], levels)).toBe('[]\n')
  })

  it('writes what is computed on the way like a list', async () => {
    expect(await textOf('json', { some: counted(3), none: counted(0) })).toBe(
      plain({ some: [...counted(3)], none: [] }),
    )
    expect(await textOf('json', { a: { b: { c: [{ d: counted(2) }] } } }, 5)).toBe(
      plain({ a: { b: { c: [{ d: [...counted(2)] }] } } }),
    )
  })

  it('asks for an item when the one before is written', async () => {
    const seen: number[] = []
    const chunks = (await formatData('json', { list: counted(1000, seen) }))[Symbol.iterator]()
    while (seen.length < 3) chunks.next()
    expect(seen).toEqual([0, 1, 2])
  })

  it('cuts a long list wherever it stands', async () => {
    const listener = { name: 'inbound', state: { filterChains: [...counted(5000)] } }
    const chunks = [...(await formatData('json', { lds: [listener] }))]
    expect(chunks.join('')).toBe(plain({ lds: [listener] }))
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(1000)
  })

  it('escapes what a terminal acts on, and keeps other letters', async () => {
    expect(await textOf('json', ['\u001b[31m', '\u0085', '\u202e', '\u2028', 'öß 漢 😀'])).toBe(
      '[\n  "\\u001b[31m",\n  "\\u0085",\n  "\\u202e",\n  "\\u2028",\n  "öß 漢 😀"\n]\n',
    )
  })
})

describe('YAML', () => {
  it('writes what is computed on the way like a list', async () => {
    const lists = { some: [...counted(2)], none: [] }
    expect(await textOf('yaml', { some: counted(2), none: [] })).toBe(await textOf('yaml', lists))
    expect(await textOf('yaml', { a: { b: counted(2) } })).toBe(await textOf('yaml', { a: { b: [...counted(2)] } }))
    expect(await textOf('yaml', counted(2))).toBe(await textOf('yaml', [...counted(2)]))
  })

  it('writes an empty list that is computed as one', async () => {
    const { parse } = await import('yaml')
    expect(parse(await textOf('yaml', { some: counted(0), more: 1 }))).toEqual({ some: [], more: 1 })
  })
})
