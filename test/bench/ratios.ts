/** Compares whole commands with other programs, pair by pair: vipctl, the other, vipctl, the other, and so on. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROGRAM, ROOT, withMesh } from './commands.ts'
import { changedMeshText } from './mesh.ts'

/** Costs of vipctl and of another program for the same input, and how they relate. */
export interface Ratio {
  readonly command: string
  readonly other: string
  /** ServiceEntries of the input; 0 without or with a small one. */
  readonly size: number
  readonly pairs: number
  /** Medians of vipctl and the other program, and the median of the pairs' ratios. */
  readonly cpu: Compared
  readonly wall: Compared
  readonly peak: Compared
}

/** Milliseconds or bytes. */
interface Compared {
  readonly own: number
  readonly other: number
  readonly ratio: number
}

/** Milliseconds, and bytes. */
type Cost = Readonly<Record<'cpu' | 'wall' | 'peak', number>>

/** bash tells times in milliseconds, and only GNU time tells the peak memory of a program that is not Node. */
const TIMED = 'TIMEFORMAT="%U %S %R"; { time command time -q -f %M -o "$0" "$@" > /dev/null 2>&1; } 2>&1'

/** GNU time's exit code if there is no such program. */
const NOT_STARTED = 127

function runOnce(argv: readonly string[], folder: string): Cost {
  const memory = join(folder, 'memory')
  const { stdout, error, status } = spawnSync('bash', ['-c', TIMED, memory, ...argv], { cwd: ROOT, encoding: 'utf8' })
  const [user, system, wall] = (stdout ?? '').trim().split(' ').map(Number)
  if (error || user === undefined || system === undefined || wall === undefined)
    throw new Error('comparing programs needs bash and GNU time')
  if (status === NOT_STARTED) throw new Error(`${argv[0]} cannot be started`)
  return { cpu: (user + system) * 1000, wall: wall * 1000, peak: Number(readFileSync(memory, 'utf8')) * 1024 }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

const SHORT_PAIRS = 11
const PAIRS = 5

/** Changed objects of a comparison. */
const CHANGES = 100

function comparePrograms(own: readonly string[], other: readonly string[], pairs: number, folder: string) {
  const costs = Array.from({ length: pairs }, () => [runOnce(own, folder), runOnce(other, folder)] as const)
  const compared = (of: keyof Cost): Compared => ({
    own: median(costs.map(([cost]) => cost[of])),
    other: median(costs.map(([, cost]) => cost[of])),
    ratio: median(costs.map(([mine, others]) => mine[of] / others[of])),
  })
  return { pairs, cpu: compared('cpu'), wall: compared('wall'), peak: compared('peak') }
}

const vipctl = (...args: readonly string[]): readonly string[] => [process.execPath, PROGRAM, ...args]

const QUICKSTART = ['dig', 'orders.db.example.com', '-f', 'fixtures/quickstart']

/**
 * @param istioctl the path of istioctl; without it only starts, trace and diff are compared
 * @param sizes of meshes of ServiceEntries
 * @param say receives the next step
 */
export function measureRatios(
  istioctl: string | undefined,
  sizes: readonly number[],
  say: (what: string) => void,
): Ratio[] {
  return withMesh((file, write, folder) => {
    say('vipctl and an empty program')
    const empty = [process.execPath, '-e', '0']
    const starts = [['--version'], QUICKSTART].map((args) => ({
      command: `vipctl ${args.slice(0, 1).join(' ')}`,
      other: 'node -e 0',
      size: 0,
      ...comparePrograms(vipctl(...args), empty, SHORT_PAIRS, folder),
    }))
    const traces = sizes.map((size) => {
      say(`vipctl trace and vipctl dig on ${size} entries`)
      write(size)
      const trace = vipctl('trace', 'http://host-2.example.com/', '-f', file)
      const cost = comparePrograms(trace, vipctl('dig', 'host-5.example.com', '-f', file), PAIRS, folder)
      return { command: 'vipctl trace', other: 'vipctl dig', size, ...cost }
    })
    const diffs = sizes.map((size) => {
      say(`vipctl diff and two of vipctl dump on ${size} entries`)
      const changed = join(folder, 'changed.yaml')
      write(size)
      writeFileSync(changed, changedMeshText(size, CHANGES))
      const dumps = ['bash', '-c', '"$0" "$1" dump -q -f "$2" && "$0" "$1" dump -q -f "$3"', ...vipctl(file, changed)]
      const cost = comparePrograms(vipctl('diff', '-q', file, changed), dumps, PAIRS, folder)
      return { command: `vipctl diff, ${CHANGES} changes`, other: 'two of vipctl dump', size, ...cost }
    })
    const own = [...starts, ...traces, ...diffs]
    if (!istioctl) return own
    const lints = sizes.map((size) => {
      say(`vipctl lint and istioctl analyze on ${size} entries`)
      write(size)
      const analyze = [istioctl, 'analyze', '--use-kube=false', file]
      const cost = comparePrograms(vipctl('lint', file), analyze, PAIRS, folder)
      return { command: 'vipctl lint', other: 'istioctl analyze', size, ...cost }
    })
    return [...own, ...lints]
  })
}
