import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MOST_FILES = 20

const entries = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true }).filter((entry) =>
  entry.isFile(),
)
const files = entries.map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length).replaceAll('\\', '/'))
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'))
const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*/g
const REEXPORTS = /export (?:type )?(?:\{[^}]*\}|\*) from '[^']+'/g

/** Limits that keep a folder readable. Those of files and functions are rules of biome. */
describe('src', () => {
  it(`has at most ${MOST_FILES} files in a folder`, () => {
    const counts = new Map<string, number>()
    for (const file of files) counts.set(folderOf(file), (counts.get(folderOf(file)) ?? 0) + 1)
    expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([])
  })

  it('has index files that only re-export', () => {
    const others = files
      .filter((file) => file.endsWith('/index.ts'))
      .filter((file) => textOf(file).replace(COMMENTS, '').replace(REEXPORTS, '').trim() !== '')
    expect(others).toEqual([])
  })

  it('has members that are private at run time too; only a constructor can be private in no other way', () => {
    const keyword = /^\s+(?:private|protected) (?!constructor\b)/m
    expect(files.filter((file) => keyword.test(textOf(file)))).toEqual([])
  })
})
