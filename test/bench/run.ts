/**
 * Times each stage over meshes of several shapes and sizes, and whole commands over meshes of ServiceEntries.
 *
 * usage: npm run bench -- [--sizes 1000,10000,100000] [--shapes entries,pods|all] [--no-stages] [--no-commands]
 *                         [--no-serving] [--no-following] [-o text|json] [--compare EARLIER.json]
 *
 * `vipctl serve` is compared with CoreDNS (COREDNS may name its binary) and dnsmasq, where dnsperf is installed. If
 * ISTIOCTL names a binary of istioctl, lint is compared with its analyze, of 100,000 entries only if --sizes asks.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { type CommandResult, measureCommands } from './commands.ts'
import type { Following } from './following.ts'
import type { Measurement, Result } from './measure.ts'
import { measureRatios, type Ratio } from './ratios.ts'
import { measureServing, type ServingReport } from './serving.ts'
import { SHAPE_NAMES } from './shapes.ts'

const HERE = dirname(fileURLToPath(import.meta.url))
const TSX = import.meta.resolve('tsx')

/** A mesh in one file or in one per object. */
type Files = 'one' | 'many'

interface FollowingResult {
  readonly size: number
  readonly files: Files
  readonly answers: readonly Following[]
}

interface Report {
  readonly node: string
  readonly processor: string
  readonly results: readonly Result[]
  readonly commands: readonly CommandResult[]
  readonly ratios: readonly Ratio[]
  readonly serving: ServingReport
  readonly following: readonly FollowingResult[]
}

const say = (what: string): void => void process.stderr.write(`measuring ${what}\n`)

/** Runs a program of this folder in a process of its own. */
function runProgram(program: string, args: readonly string[], flags: readonly string[] = []): unknown {
  const run = spawnSync(process.execPath, [...flags, '--import', TSX, join(HERE, program), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout)
}

function measure(shape: string, size: string): Result {
  say(`${shape}, ${size}`)
  return runProgram('measure.ts', [shape, size], ['--expose-gc']) as Result
}

function measureFollowing(size: number, files: Files): FollowingResult {
  say(`answers after a change, ${size} entries in ${files === 'one' ? 'one file' : 'a file each'}`)
  return { size, files, answers: runProgram('following.ts', [String(size), files]) as readonly Following[] }
}

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
const times = (value: number, of: number | undefined, digits: number): string =>
  of === undefined ? '' : `${(value / of).toFixed(digits)}x`

/** Shorter times vary too much to show how they grow. */
const SHORTEST = 5

const growth = (cpu: number, smaller: number | undefined): string =>
  times(cpu, smaller !== undefined && smaller >= SHORTEST ? smaller : undefined, 1)

function rate({ amount, unit, cpu }: Measurement): string {
  const perSecond = amount / (cpu / 1000)
  return unit === 'bytes' ? `${(perSecond / 1e6).toFixed(1)} MB/s` : `${Math.round(perSecond / 1000)} k/s`
}

function findStage(results: readonly Result[], { shape, size }: Pick<Result, 'shape' | 'size'>, stage: string) {
  const result = results.find((candidate) => candidate.shape === shape && candidate.size === size)
  return result?.measurements.find((item) => item.stage === stage)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const out = new Table({ head: [...head], style: { head: [], border: [], compact: true } })
  out.push(...rows.map((row) => [...row]))
  return out.toString()
}

/** A shape and size on a line above the table, so that rows stay short. */
const caption = ({ shape, size, bytes }: Result): string => `${shape}, ${size} (${(bytes / 1e6).toFixed(1)} MB)`

function stageRows(result: Result, smaller: Result | undefined, earlier: Report | undefined): string[][] {
  return result.measurements.map((item) => {
    const before = smaller && findStage([smaller], smaller, item.stage)
    const then = earlier && findStage(earlier.results, result, item.stage)
    return [
      item.stage,
      ms(item.cpu),
      ms(item.wall),
      rate(item),
      mb(item.peak),
      growth(item.cpu, before?.cpu),
      ...(earlier ? [times(item.cpu, then?.cpu, 2)] : []),
    ]
  })
}

function stageTables({ results }: Report, earlier: Report | undefined, last: readonly string[]): string[] {
  return results.flatMap((result, index) => {
    const before = results[index - 1]
    const smaller = before?.shape === result.shape ? before : undefined
    const head = ['STAGE', 'CPU', 'WALL', 'RATE', 'PEAK', 'GROWTH', ...last]
    return [caption(result), table(head, stageRows(result, smaller, earlier))]
  })
}

function commandRows({ commands }: Report, earlier: Report | undefined): string[][] {
  return commands.map((item, index) => {
    const same = ({ command }: CommandResult) => command === item.command
    const smaller = commands.slice(0, index).findLast(same)
    const then = earlier?.commands.find((candidate) => same(candidate) && candidate.size === item.size)
    return [
      item.command,
      item.size === 0 ? 'small' : String(item.size),
      ms(item.cpu),
      ms(item.wall),
      mb(item.peak),
      smaller && smaller.size > 0 ? growth(item.cpu, smaller.cpu) : '',
      ...(earlier ? [times(item.cpu, then?.cpu, 2)] : []),
    ]
  })
}

function ratioRows({ ratios }: Report): string[][] {
  return ratios.map(({ command, other, size, cpu, wall, peak }) => [
    `${command} / ${other}`,
    size === 0 ? 'small' : String(size),
    times(cpu.ratio, 1, 2),
    times(wall.ratio, 1, 2),
    times(peak.ratio, 1, 2),
    `${ms(cpu.own)} / ${ms(cpu.other)}`,
    `${mb(peak.own)} / ${mb(peak.other)}`,
  ])
}

function servingRows({ serving }: Report): string[][] {
  return serving.results.map(({ server, perSecond, ratio, cpu, p99, lost }) => [
    server,
    String(Math.round(perSecond)),
    times(ratio, 1, 2),
    `${cpu.toFixed(1)} us`,
    `${p99.toFixed(2)} ms`,
    String(lost),
  ])
}

function servingTable(report: Report): string[] {
  const { results, missing } = report.serving
  const head = ['SERVER', 'QUERIES/S', 'VIPCTL / IT', 'CPU/QUERY', 'P99 AT 80 %', 'LOST']
  return [...(results.length > 0 ? [table(head, servingRows(report))] : []), ...missing]
}

function followingRows({ following }: Report): string[][] {
  return following.flatMap(({ size, files, answers }) =>
    answers.map(({ answer, scratch, kept }) => [
      answer,
      String(size),
      files === 'one' ? 'one' : 'one per object',
      ms(scratch),
      ms(kept),
    ]),
  )
}

const FOOT = [
  'CPU and wall time without the garbage of earlier stages. Of a stage below 3 s the cheapest of three runs,',
  'each on a mesh computed anew. RATE and GROWTH are of CPU: growth from the size above, of stages of 5 ms and more.',
  'PEAK is the most memory that the process has had so far. Commands: the median of three runs (small: nine, 50,000 and',
  'more: one), each a process of its own. Ratios: medians of pairs, run in turns. Servers: medians of five runs in turns;',
  'the 99th percentile is at 80 % of the rate that the slowest of them reaches. Answers after a change: CPU from the changed',
  'text on, the cheaper of two changes for each type of entry, on average over the types.',
]

function text(report: Report, earlier: Report | undefined): string {
  const last = earlier ? ['VS EARLIER'] : []
  const commands = ['COMMAND', 'ENTRIES', 'CPU', 'WALL', 'PEAK', 'GROWTH', ...last]
  const ratios = ['VIPCTL / OTHER', 'ENTRIES', 'CPU', 'WALL', 'PEAK', 'CPU OF BOTH', 'PEAK OF BOTH']
  return [
    `Node ${report.node} on ${report.processor}`,
    ...(report.ratios.length > 0 ? [table(ratios, ratioRows(report))] : []),
    ...servingTable(report),
    ...(report.following.length > 0 ? [table(FOLLOWING, followingRows(report))] : []),
    ...stageTables(report, earlier, last),
    ...(report.commands.length > 0 ? [table(commands, commandRows(report, earlier))] : []),
    ...FOOT,
  ].join('\n')
}

const FOLLOWING = ['ANSWER AFTER A CHANGE', 'ENTRIES', 'FILES', 'FROM SCRATCH', 'WITH A MEMORY']

const DEFAULT_SIZES = '1000,10000,100000'
/** istioctl takes minutes for 100,000 entries. */
const DEFAULT_RATIO_SIZES = '1000,10000'
const DEFAULT_FOLLOWING_SIZES = '10000'
/** A hundred meshes of each size are computed from scratch. */
const LARGEST_FOLLOWED = 10_000

const numbers = (list: string): number[] => list.split(',').map(Number)

async function main(): Promise<void> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      sizes: { type: 'string' },
      shapes: { type: 'string', default: 'entries' },
      stages: { type: 'boolean', default: true },
      commands: { type: 'boolean', default: true },
      serving: { type: 'boolean', default: true },
      following: { type: 'boolean', default: true },
      output: { type: 'string', short: 'o', default: 'text' },
      compare: { type: 'string' },
    },
  })
  const earlier = values.compare ? (JSON.parse(readFileSync(values.compare, 'utf8')) as Report) : undefined
  const sizes = numbers(values.sizes ?? DEFAULT_SIZES)
  const ratioSizes = numbers(values.sizes ?? DEFAULT_RATIO_SIZES)
  const shapes = values.shapes === 'all' ? SHAPE_NAMES : values.shapes.split(',')
  const report: Report = {
    node: process.version,
    processor: cpus()[0]?.model ?? 'an unknown processor',
    ratios: values.commands ? measureRatios(process.env.ISTIOCTL, ratioSizes, say) : [],
    serving: values.serving ? await measureServing(say) : { results: [], missing: [] },
    following: (values.following ? numbers(values.sizes ?? DEFAULT_FOLLOWING_SIZES) : [])
      .filter((size) => size <= LARGEST_FOLLOWED)
      .flatMap((size) => (['one', 'many'] as const).map((files) => measureFollowing(size, files))),
    results: (values.stages ? shapes : []).flatMap((shape) => sizes.map((size) => measure(shape, String(size)))),
    commands: values.commands ? measureCommands(sizes, say) : [],
  }
  console.log(values.output === 'json' ? JSON.stringify(report, undefined, 2) : text(report, earlier))
}

await main()
