/** Steps take operations in proportion to the input, counted and not timed. */
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { ROOT } from '../commands/cli.ts'

/** A growth of 1 is linear, and of 2 quadratic; sorting and buffers that double add a little. */
const MOST = 1.3

const LINEAR = 'hosts|exportTo|hosts and exportTo|ports|endpoints|entries|private entries|Services|Pods of a Service'

interface Row {
  readonly mesh: string
  readonly command: string
  readonly exponent: number
}

it('of commands about meshes that are long in one dimension', () => {
  const args = ['--import', 'tsx', 'test/growth/run.ts', '--json', '--size', '40', '--only', `^(${LINEAR})$`]
  const { stdout } = spawnSync(process.execPath, [...args, '--command', '^(lint|nametable|allocate)'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const rows = JSON.parse(stdout) as readonly Row[]
  expect(rows.length).toBe(LINEAR.split('|').length * 3)
  expect(rows.filter(({ exponent }) => exponent > MOST)).toEqual([])
})
