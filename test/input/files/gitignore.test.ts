import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Exclusions } from '../../../src/input/files/layout/exclusions.ts'
import { folderOf } from '../../commands/cli.ts'
import { Random } from '../../fuzz/random.ts'

const PIECES = ['a', 'b', 'ab', '*', '?', '**', '[ab]', '[!a]', '\\a', 'a*', '*b', '[a', 'a**b']
const NAMES = ['a', 'b', 'ab', 'ba']

function randomPattern(random: Random): string {
  const parts = Array.from({ length: 1 + random.below(3) }, () => random.pick(PIECES))
  const [negation, start, end] = [random.chance(1 / 4), random.chance(1 / 3), random.chance(1 / 4)]
  return `${negation ? '!' : ''}${start ? '/' : ''}${parts.join('/')}${end ? '/' : ''}`
}

/** Every path of up to three names: the last one is a file. */
const PATHS = NAMES.flatMap((one) => [
  `${one}.yaml`,
  ...NAMES.flatMap((two) => [`${one}/${two}.x`, ...NAMES.map((three) => `${one}/${two}/${three}`)]),
])

function ignoredByGit(folder: string): readonly string[] {
  try {
    const args = ['check-ignore', '--no-index', '--stdin']
    return execFileSync('git', args, { cwd: folder, input: PATHS.join('\n'), encoding: 'utf8' })
      .trim()
      .split('\n')
  } catch (error) {
    // 1: none is ignored.
    if ((error as { status?: number }).status === 1) return []
    throw error
  }
}

function ignoredHere(folder: string): readonly string[] {
  const exclusions = new Exclusions({ patterns: [], gitignore: true }, folder)
  return PATHS.filter((path) => {
    const rules = exclusions.at(folder, true).inside(folder)
    return rules.excludes(join(folder, path), false)
  })
}

describe('.gitignore', () => {
  it('leaves out what git leaves out', () => {
    const folder = folderOf({})
    execFileSync('git', ['init', '-q'], { cwd: folder })
    for (const path of PATHS) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), '')
    }
    const random = new Random(15)
    for (let round = 0; round < 60; round++) {
      const lines = Array.from({ length: 1 + random.below(4) }, () => randomPattern(random))
      writeFileSync(join(folder, '.gitignore'), `${lines.join('\n')}\n`)
      expect({ lines, ignored: ignoredHere(folder) }).toEqual({ lines, ignored: ignoredByGit(folder) })
    }
  })
})
