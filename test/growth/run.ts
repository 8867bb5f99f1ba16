/**
 * Prints how the operations of commands grow with the dimensions of a mesh.
 *
 * usage: npx tsx test/growth/run.ts [--only REGEX] [--command REGEX] [--size N] [--functions] [--json]
 *
 * A growth of 1 is linear, and of 2 quadratic. --functions lists the functions that grow most.
 */
import { parseArgs } from 'node:util'
import { run } from '../../src/cli.ts'
import type { OutputStream } from '../../src/commands/io.ts'
import { MESHES } from './meshes.ts'
import { countOperations, type Operations, traceCallers } from './operations.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    command: { type: 'string', default: '' },
    size: { type: 'string', default: '64' },
    functions: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

const COMMANDS = [
  'lint --fixes none -',
  'nametable -f -',
  'allocate -f -',
  'conflicts --fix none -f -',
  'dump -o json -f -',
  'proxies -f -',
  'gateways -f -',
  'clusters -f -',
  'trace http://db.example.com/a -f -',
]

const NOWHERE: OutputStream = { isTTY: false, columns: undefined, write: () => undefined }

async function operationsOf(command: string, text: string): Promise<Operations> {
  const stdin = async () => Buffer.from(text)
  let failure = ''
  const stderr: OutputStream = {
    ...NOWHERE,
    write: (written) => {
      if (written.includes('internal error')) failure = written
    },
  }
  const io = { stdout: NOWHERE, stderr, stdin, env: {}, cwd: '/' }
  const counted = await countOperations(() => run(command.split(' '), io))
  if (failure) throw new Error(`${command}: ${failure}`)
  return counted
}

const sumOf = (counts: Iterable<number>): number => [...counts].reduce((sum, count) => sum + count, 0)

/** The exponent of the growth over three sizes, each twice the one before; operations that do not grow have 0. */
function exponentOf([small, middle, large]: readonly [number, number, number]): number {
  const first = middle - small
  const second = large - middle
  return first <= 0 || second <= 0 ? 0 : Math.log2(second / first)
}

type Three<T> = readonly [T, T, T]

/** Functions of which most of the growth comes. */
function growing(counts: Three<Operations>): readonly string[] {
  const [small, middle, large] = counts
  const rows = [...large.keys()].map((key) => {
    const three: Three<number> = [small.get(key) ?? 0, middle.get(key) ?? 0, large.get(key) ?? 0]
    return { key, three, curve: three[2] - 3 * three[1] + 2 * three[0] }
  })
  rows.sort((a, b) => b.curve - a.curve)
  return rows.slice(0, 8).map(({ key, three }) => `      ${three.map(Math.round).join(' ')}  ${key}`)
}

interface Row {
  readonly mesh: string
  readonly command: string
  readonly operations: Three<number>
  readonly exponent: number
}

if (values.functions) traceCallers()
const rows: Row[] = []
const size = Number(values.size)
const chosen = COMMANDS.filter((command) => new RegExp(values.command).test(command))
const [anyMesh] = MESHES.values()
for (const command of chosen) if (anyMesh) await operationsOf(command, anyMesh(2))
for (const [mesh, textOf] of MESHES) {
  if (!new RegExp(values.only).test(mesh)) continue
  for (const command of chosen) {
    const small = await operationsOf(command, textOf(size))
    const middle = await operationsOf(command, textOf(size * 2))
    const large = await operationsOf(command, textOf(size * 4))
    const sums: Three<number> = [sumOf(small.values()), sumOf(middle.values()), sumOf(large.values())]
    const exponent = exponentOf(sums)
    rows.push({ mesh, command, operations: sums, exponent })
    if (values.json) continue
    console.log(`${exponent.toFixed(2)}  ${mesh}: ${command}  ${sums.map(Math.round).join(' ')}`)
    if (values.functions && exponent > 1.2) console.log(growing([small, middle, large]).join('\n'))
  }
}
if (values.json) console.log(JSON.stringify(rows))
