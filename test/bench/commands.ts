/** Times whole commands as separate processes, as a user runs them. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { meshText, suiteText } from './mesh.ts'
import { shapeText } from './shapes.ts'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
export const PROGRAM = 'bin/vipctl.js'

/** One command on one input; `size` is 0 for commands without input, and for a single object. */
export interface CommandResult {
  readonly command: string
  readonly size: number
  /** CPU and wall time in milliseconds. */
  readonly cpu: number
  readonly wall: number
  /** Peak memory in bytes. */
  readonly peak: number
}

/** Makes a Node process write the kernel's counters at exit: microseconds and kilobytes. */
const TELL_USAGE =
  "data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,JSON.stringify(process.resourceUsage())))"

type Cost = Omit<CommandResult, 'command' | 'size'>

/** @returns undefined when the command fails */
function runOnce(args: readonly string[]): Cost | undefined {
  const start = performance.now()
  const { status, output } = spawnSync(process.execPath, ['--import', TELL_USAGE, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  const wall = performance.now() - start
  if (status !== 0 && status !== 1) return undefined
  const usage = JSON.parse(output[3] as string) as NodeJS.ResourceUsage
  return { cpu: (usage.userCPUTime + usage.systemCPUTime) / 1000, wall, peak: usage.maxRSS * 1024 }
}

/** The run with the median CPU time. */
function median(args: readonly string[], runs: number): Cost | undefined {
  const costs = Array.from({ length: runs }, () => runOnce(args)).filter((cost) => cost !== undefined)
  return costs.sort((a, b) => a.cpu - b.cpu)[Math.floor(costs.length / 2)]
}

const SMALL = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db}
spec:
  hosts: [db.example.com]
  ports: [{number: 3306, name: tcp, protocol: TCP}]
  resolution: DNS
`

const SHORT_RUNS = 9

function shortCommands(file: string): CommandResult[] {
  const commands: [string, readonly string[]][] = [
    ['node -e 0', ['-e', '0']],
    ['vipctl --version', [PROGRAM, '--version']],
    ['vipctl dig', [PROGRAM, 'dig', 'db.example.com', '-f', file]],
    ['vipctl lint', [PROGRAM, 'lint', file]],
  ]
  return commands.flatMap(([command, args]) => {
    const cost = median(args, SHORT_RUNS)
    return cost ? [{ command, size: 0, ...cost }] : []
  })
}

const suiteBeside = (file: string): string => join(dirname(file), 'requests.vipctl-test.yaml')

const LONG_COMMANDS: readonly (readonly [string, (file: string) => readonly string[]])[] = [
  ['vipctl dig', (file) => ['dig', 'host-5.example.com', '-q', '-f', file]],
  ['vipctl trace', (file) => ['trace', 'http://host-2.example.com/', '-q', '-f', file]],
  ['vipctl test, 10,000 requests', (file) => ['test', '-q', suiteBeside(file)]],
  ['vipctl lint', (file) => ['lint', '-q', file]],
  ['vipctl lint, no capture', (file) => ['lint', '-q', '--dns-capture', 'false', file]],
  ['vipctl conflicts', (file) => ['conflicts', '-q', '-f', file]],
  ['vipctl dump', (file) => ['dump', '-q', '-f', file]],
  ['vipctl dump -o config-dump', (file) => ['dump', '-q', '-o', 'config-dump', '-f', file]],
]

/** From this size on a single run is long enough. */
const LARGE = 50_000

function longCommands(size: number, file: string): CommandResult[] {
  return LONG_COMMANDS.flatMap(([command, argsOf]) => {
    const cost = median([PROGRAM, ...argsOf(file)], size >= LARGE ? 1 : 3)
    return cost ? [{ command, size, ...cost }] : []
  })
}

/** The dump of one of the routers of as many HTTPRoutes; the file has them only for this. */
function routerCommand(size: number, file: string): CommandResult[] {
  writeFileSync(file, shapeText('httproutes', size))
  const args = [PROGRAM, 'dump', '-q', '-f', file, '--proxy', 'gateway/gw-0.edge']
  const cost = median(args, size >= LARGE ? 1 : 3)
  return cost ? [{ command: 'vipctl dump, router of HTTPRoutes', size, ...cost }] : []
}

/**
 * Lends a file in a temporary folder.
 * @param use gets the path, a function that writes a mesh of a number of ServiceEntries there, and the folder
 */
export function withMesh<T>(use: (file: string, write: (size: number) => void, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-bench-'))
  const file = join(folder, 'mesh.yaml')
  try {
    return use(file, (size) => writeFileSync(file, meshText(size)), folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * @param sizes of meshes of ServiceEntries
 * @param say receives the next step
 */
export function measureCommands(sizes: readonly number[], say: (what: string) => void): CommandResult[] {
  return withMesh((file, write) => {
    say('commands on one small file')
    writeFileSync(file, SMALL)
    const out = shortCommands(file)
    for (const size of sizes) {
      say(`commands on ${size} entries`)
      write(size)
      writeFileSync(suiteBeside(file), suiteText(size))
      out.push(...longCommands(size, file))
      say(`the router of ${size} HTTPRoutes`)
      out.push(...routerCommand(size, file))
    }
    return out
  })
}
