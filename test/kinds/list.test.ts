/** Checks that the list of kinds is complete and the derived tables are unambiguous. */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ApiKind } from '../../src/kinds/index.ts'
import { MODELLED_KINDS, UNMODELLED_KINDS } from '../../src/kinds/list.ts'

const KINDS = new URL('../../src/kinds/', import.meta.url)
const ALL: readonly ApiKind[] = [...MODELLED_KINDS, ...UNMODELLED_KINDS]
/** Not read as an object of the mesh. */
const APART = new Set(['SECRET'])

const isKind = (value: unknown): value is ApiKind => typeof value === 'object' && value !== null && 'plural' in value

/** The exported definitions in the files of a folder. */
async function definitionsIn(folder: string): Promise<[string, ApiKind][]> {
  const files = readdirSync(new URL(folder, KINDS)).filter((name) => name.endsWith('.ts'))
  const modules = await Promise.all(files.map((name) => import(new URL(`${folder}/${name}`, KINDS).pathname)))
  return modules
    .flatMap((exports) => Object.entries<unknown>(exports))
    .filter((each): each is [string, ApiKind] => {
      return isKind(each[1]) && !APART.has(each[0])
    })
}

describe('the list of kinds', () => {
  it.each(['istio', 'kubernetes', 'unmodelled'])('has every kind that is defined in %s', async (folder) => {
    const definitions = await definitionsIn(folder)
    expect(definitions.length).toBeGreaterThan(0)
    expect(definitions.filter(([, definition]) => !ALL.includes(definition)).map(([name]) => name)).toEqual([])
  })

  it('has no two kinds of one group and name, or of one place in the API', () => {
    for (const text of [
      (each: ApiKind) => `${each.group}/${each.kind}`,
      (each: ApiKind) => `${each.group}/${each.plural}`,
    ]) {
      expect(new Set(ALL.map(text)).size).toBe(ALL.length)
    }
  })
})
