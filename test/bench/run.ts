/**
 * Times each stage over meshes of 1,000, 10,000 and 100,000 ServiceEntries with a fifth as many Services.
 *
 * usage: npm run bench -- [--sizes 1000,10000] [-o text|json] [--compare EARLIER.json]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import type { Measurement, Result } from './measure.ts'

const HERE = dirname(fileURLToPath(import.meta.url))
const ROOT = join(HERE, '../..')

function measure(entries: number): Result {
  const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs')
  const run = spawnSync(process.execPath, [tsx, join(HERE, 'measure.ts'), String(entries)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout) as Result
}

/** Makes a Node process tell on exit how much CPU time it took, in microseconds. */
const TELL_CPU =
  "data:text/javascript,process.on('exit',()=>{const u=process.cpuUsage();process.stderr.write('\\ncpu='+(u.user+u.system))})"

/** CPU time of a whole process in milliseconds, the median of several runs. */
function commandTime(args: readonly string[]): number {
  const times: number[] = []
  for (let run = 0; run < 7; run++) {
    const { stderr } = spawnSync(process.execPath, ['--import', TELL_CPU, ...args], { cwd: ROOT, encoding: 'utf8' })
    times.push(Number(/cpu=(\d+)$/.exec(stderr)?.[1]) / 1000)
  }
  return times.sort((a, b) => a - b)[3] as number
}

interface Commands {
  readonly [command: string]: number
}

function measureCommands(): Commands {
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-bench-'))
  const file = join(folder, 'entry.yaml')
  writeFileSync(
    file,
    'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata:\n  name: db\nspec:\n  hosts: [db.example.com]\n' +
      '  ports: [{number: 3306, name: tcp, protocol: TCP}]\n  resolution: DNS\n',
  )
  try {
    return {
      'node -e 0': commandTime(['-e', '0']),
      'vipctl --version': commandTime(['bin/vipctl.js', '--version']),
      'vipctl dig, one small file': commandTime(['bin/vipctl.js', 'dig', 'db.example.com', '-f', file]),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Report {
  readonly node: string
  readonly results: readonly Result[]
  readonly commands: Commands
}

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`

function rate({ amount, unit, cpu }: Measurement): string {
  const perSecond = amount / (cpu / 1000)
  return unit === 'bytes' ? `${(perSecond / 1e6).toFixed(1)} MB/s` : `${Math.round(perSecond / 1000)} k/s`
}

const find = (results: readonly Result[], entries: number, stage: string): Measurement | undefined =>
  results.find((result) => result.entries === entries)?.measurements.find((item) => item.stage === stage)

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const out = new Table({ head: [...head], style: { head: [], border: [], compact: true } })
  out.push(...rows.map((row) => [...row]))
  return out.toString()
}

function text(report: Report, earlier: Report | undefined): string {
  const rows: string[][] = []
  for (const [index, result] of report.results.entries()) {
    const smaller = report.results[index - 1]
    for (const item of result.measurements) {
      const before = smaller && find(report.results, smaller.entries, item.stage)
      const old = earlier && find(earlier.results, result.entries, item.stage)
      rows.push([
        String(result.entries),
        item.stage,
        ms(item.cpu),
        ms(item.wall),
        rate(item),
        before ? `${(item.cpu / before.cpu).toFixed(1)}x` : '',
        ...(earlier ? [old ? `${(item.cpu / old.cpu).toFixed(2)}x` : ''] : []),
      ])
    }
    rows.push([
      String(result.entries),
      `peak memory: ${Math.round(result.peak / 1e6)} MB, input: ${(result.bytes / 1e6).toFixed(1)} MB`,
      '',
      '',
      '',
      '',
      ...(earlier ? [''] : []),
    ])
  }
  const head = ['ENTRIES', 'STAGE', 'CPU', 'WALL', 'RATE', 'GROWTH', ...(earlier ? ['VS EARLIER'] : [])]
  const commands = Object.entries(report.commands).map(([command, time]) => [command, ms(time)])
  return `${table(head, rows)}\n${table(['COMMAND', 'CPU, MEDIAN'], commands)}`
}

function main(): void {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string', default: '1000,10000,100000' },
      output: { type: 'string', short: 'o', default: 'text' },
      compare: { type: 'string' },
    },
  })
  const results = values.sizes.split(',').map((size) => {
    process.stderr.write(`measuring ${size} entries...\n`)
    return measure(Number(size))
  })
  const report: Report = { node: process.version, results, commands: measureCommands() }
  const earlier = values.compare ? (JSON.parse(readFileSync(values.compare, 'utf8')) as Report) : undefined
  console.log(values.output === 'json' ? JSON.stringify(report, undefined, 2) : text(report, earlier))
}

main()
