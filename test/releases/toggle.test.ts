import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { BEHAVIOUR_NAMES, BEHAVIOURS } from '../../src/releases/behaviours/table.ts'
import { shownBy } from './shown-by.ts'
import { changedBy } from './toggle.ts'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))

/** The program's source except the table itself. */
const SOURCES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('releases'))
  .map((path) => readFileSync(join(SRC, path), 'utf8'))
  .join('\n')

describe.each(BEHAVIOUR_NAMES)('%s', (name) => {
  it('is asked for by the program', () => {
    expect(SOURCES).toContain(`has('${name}')`)
  })

  it('changes what it says it changes, and nothing else, in the mesh that shows it', () => {
    const { folder, name: caseName } = shownBy(name)
    const changed = changedBy(name, folder, caseName)
    expect(changed).not.toEqual([])
    // An object that admission rejects is missing from all answers.
    const { touches } = BEHAVIOURS[name]
    if (!touches.includes('validation')) expect(touches).toEqual(expect.arrayContaining([...changed]))
  })
})
