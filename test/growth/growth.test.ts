/** Steps take operations in proportion to the input, counted and not timed. `npm run growth` prints all of them. */
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { ROOT } from '../commands/cli.ts'
import { MESHES } from './meshes.ts'

/** A growth of 1 is linear, and of 2 quadratic; sorting and buffers that double add a little. */
const MOST = 1.3

/** These are long in the dimensions that every command reads. */
const LINEAR =
  'hosts|exportTo|hosts and exportTo|ports|endpoints|entries|private entries|Services|Pods of a Service'.split('|')

/** What lint needs more for, and why. */
const MORE_FOR_LINT = {
  'VirtualServices of other hosts': 'unknown hosts get suggestions, up to a limit that this size does not reach',
  'entries of one host in other namespaces': 'each namespace has its own proxies, which choose among all of them',
  'matches of a route and of its delegate': 'istiod combines each with each',
  'routes with delegates of other paths': 'istiod compares each with each',
  'DestinationRules of a host with selectors': 'istiod compares each with each',
}

interface Row {
  readonly mesh: string
  readonly command: string
  readonly exponent: number
}

function growthOf(commands: string, meshes: readonly string[]): readonly Row[] {
  const args = ['--import', 'tsx', 'test/growth/run.ts', '--json', '--size', '40', '--only', `^(${meshes.join('|')})$`]
  const { stdout } = spawnSync(process.execPath, [...args, '--command', `^(${commands})`], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return JSON.parse(stdout) as readonly Row[]
}

it.each([
  ['nametable|allocate', LINEAR],
  ['lint', [...MESHES.keys()].filter((mesh) => !(mesh in MORE_FOR_LINT))],
])(
  'of %s about meshes that are long in one dimension',
  (commands, meshes) => {
    const rows = growthOf(commands, meshes)
    expect(rows.length).toBe(meshes.length * commands.split('|').length)
    expect(rows.filter(({ exponent }) => exponent > MOST)).toEqual([])
  },
  300_000,
)
