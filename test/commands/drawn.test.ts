/** Commands that draw tables in a terminal, and print columns and plain lines for everything else. */
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../src/formats/width.ts'
import { vipctl } from './cli.ts'

const DATABASES = 'fixtures/scenarios/06-two-databases'
const NETWORKS = 'fixtures/scenarios/13-two-networks'

const COMMANDS = [
  `conflicts -q -f ${DATABASES} -f ${DATABASES}/same-port --proxy client --fix none`,
  'conflicts -A -q --fix none fixtures/conflicts/namespaces',
  'gateways -q -f fixtures/gateways/mistakes',
  `clusters -q -f ${NETWORKS}/east --cluster-id east --remote west=${NETWORKS}/west`,
  'diff -q fixtures/difference/before.yaml fixtures/difference/after.yaml',
  'verify -q --config-dump fixtures/verify/web.json -f fixtures/verify/mesh --before fixtures/verify/earlier',
  `trace -q mysql-instance1.us-east-1.rds.amazonaws.com:3306 -f ${DATABASES} -f ${DATABASES}/same-port --proxy client`,
]

describe.each(COMMANDS)('vipctl %s', (argv) => {
  it('draws tables that fit the terminal', async () => {
    for (const columns of [80, 200]) {
      const { stdout } = await vipctl(argv, { columns, env: { NO_COLOR: '1' } })
      expect(stdout).toMatch(/^┌─.*┐$/m)
      const drawn = stdout.split('\n').filter((line) => /^[│┌├└]/.test(line))
      expect(Math.max(...drawn.map(displayWidth))).toBeLessThanOrEqual(columns)
    }
  })

  it('prints no borders into a pipe', async () => {
    const { stdout } = await vipctl(argv)
    expect(stdout).not.toMatch(/[│┌┐└┘┬┴┼]/)
  })
})

it('the tables of many rows have no borders in a terminal either', async () => {
  const { stdout } = await vipctl('nametable -q -f fixtures/quickstart', { columns: 200 })
  expect(stdout).not.toContain('│')
})
