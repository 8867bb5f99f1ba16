/**
 * Compares `vipctl serve` with other DNS servers that have the same names, in turns: queries per second, CPU time per
 * query, and the latency of the slowest of a hundred at a rate that all of them reach. Of the queries, 80 % are for local
 * names; the rest goes to one upstream resolver, which all servers share. Needs dnsperf; CoreDNS and dnsmasq are optional.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROGRAM, ROOT } from './commands.ts'
import { meshText } from './mesh.ts'

export interface ServingResult {
  readonly server: string
  /** Medians of the rounds. */
  readonly perSecond: number
  /** Microseconds of CPU time per query, of all its processes. */
  readonly cpu: number
  /** Queries per second of vipctl, as a multiple: the median of the pairs. */
  readonly ratio: number
  /** Milliseconds that 99 % of the queries at the common rate did not take. */
  readonly p99: number
  readonly lost: number
}

export interface ServingReport {
  readonly results: readonly ServingResult[]
  /** Why servers, or all of them, are missing. */
  readonly missing: readonly string[]
}

const ENTRIES = 10_000
const QUERIES = 20_000
/** Of five queries, the last is for a name of the upstream. */
const LOCAL_OF_FIVE = 4
const SECONDS = 4
const ROUNDS = 5
/** The common rate, as a share of what the slowest server reaches. */
const SHARE = 0.8
const LOOPBACK = '127.0.0.1'
/** Clock ticks per second in /proc. */
const TICKS = 100

/** Answers every query with one address; a program of its own. */
const UPSTREAM = `
const socket = require('node:dgram').createSocket('udp4')
const record = Buffer.from('c00c000100010000001e0004c0000201', 'hex')
socket.on('message', (query, client) => {
  let end = 12
  while (query[end] !== 0) end += query[end] + 1
  const reply = Buffer.concat([query.subarray(0, end + 5), record])
  reply.writeUInt16BE(0x8180, 2)
  reply.writeUInt16BE(1, 6)
  reply.writeUInt16BE(0, 10)
  socket.send(reply, client.port, client.address)
})
socket.bind(Number(process.argv[1]), '${LOOPBACK}')
`

interface Contender {
  readonly name: string
  readonly port: number
  readonly argv: readonly string[]
}

const has = (program: string, flag: string): boolean =>
  spawnSync(program, [flag], { stdio: 'ignore' }).error === undefined

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, LOOPBACK, resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}

/** Host names of the mesh with their IPv4 addresses. */
function namesOf(mesh: string): readonly (readonly [host: string, address: string])[] {
  const { stdout } = spawnSync(
    process.execPath,
    [PROGRAM, 'nametable', '-q', '-f', mesh, '-n', 'team-1', '-o', 'json'],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  )
  const { table } = JSON.parse(stdout) as { table: { [host: string]: { ips: string[] } } }
  return Object.entries(table).flatMap(([host, { ips }]): [string, string][] => {
    const address = ips.find((ip) => !ip.includes(':'))
    return address === undefined || host.startsWith('*') ? [] : [[host, address]]
  })
}

/** The same for every run. */
function queriesFor(hosts: readonly string[]): string {
  const lines = Array.from({ length: QUERIES }, (_, index) => {
    // A stride that is prime to the number of names, so that all of them are asked in a mixed order.
    const isLocal = index % 5 < LOCAL_OF_FIVE
    return isLocal ? `${hosts[(index * 7919) % hosts.length]} A` : `www-${(index * 31) % 5000}.outside.test A`
  })
  return `${lines.join('\n')}\n`
}

async function contenders(folder: string, upstream: number): Promise<{ servers: Contender[]; missing: string[] }> {
  const hosts = join(folder, 'hosts')
  const servers: Contender[] = []
  const missing: string[] = []
  const [own, core, masq] = [await freePort(), await freePort(), await freePort()]
  const serve = ['serve', '-q', '-f', join(folder, 'mesh.yaml'), '-n', 'team-1', '--listen', `${LOOPBACK}:${own}`]
  servers.push({
    name: 'vipctl',
    port: own,
    argv: [process.execPath, PROGRAM, ...serve, '--upstream', `${LOOPBACK}:${upstream}`],
  })
  const coredns = process.env.COREDNS ?? 'coredns'
  if (has(coredns, '-version')) {
    const plugins = `hosts ${hosts} {\n ttl 30\n fallthrough\n}\nforward . ${LOOPBACK}:${upstream}`
    writeFileSync(join(folder, 'Corefile'), `.:${core} {\nbind ${LOOPBACK}\n${plugins}\n}\n`)
    servers.push({ name: 'CoreDNS', port: core, argv: [coredns, '-quiet', '-conf', join(folder, 'Corefile')] })
  } else missing.push('CoreDNS is not installed (go install github.com/coredns/coredns@latest, or COREDNS=PATH)')
  if (has('dnsmasq', '--version')) {
    const names = ['--no-hosts', '--addn-hosts', hosts, '--no-resolv', '--cache-size=0', '--local-ttl=30']
    const forward = [`--server=${LOOPBACK}#${upstream}`, '--dns-forward-max=10000']
    const at = ['--port', String(masq), '--listen-address', LOOPBACK, '--bind-interfaces', '--conf-file=/dev/null']
    const user = process.getuid?.() === 0 ? ['--user=root'] : []
    servers.push({
      name: 'dnsmasq',
      port: masq,
      argv: ['dnsmasq', '--keep-in-foreground', ...at, ...names, ...forward, ...user],
    })
  } else missing.push('dnsmasq is not installed')
  return { servers, missing }
}

const READY = 60_000

/** Waits until a server answers. */
async function answers({ name, port }: Contender): Promise<void> {
  const query = Buffer.from('000101000001000000000000036f6e650774657374696e670000010001', 'hex')
  const socket = createSocket('udp4')
  const end = Date.now() + READY
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setInterval(() => {
        if (Date.now() > end) reject(new Error(`${name} does not answer`))
        else socket.send(query, port, LOOPBACK)
      }, 100)
      socket.on('message', () => {
        clearInterval(timer)
        resolve()
      })
    })
  } finally {
    socket.close()
  }
}

/** Milliseconds of CPU time of a process and its children. */
function cpuOf(parent: number): number {
  let total = 0
  for (const id of readdirSync('/proc').map(Number)) {
    const file = `/proc/${id}/stat`
    if (!(id > 0) || !existsSync(file)) continue
    const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? []
    if (id === parent || Number(fields[1]) === parent) total += Number(fields[11]) + Number(fields[12])
  }
  return (total * 1000) / TICKS
}

interface Run {
  readonly perSecond: number
  readonly cpu: number
  readonly lost: number
  readonly p99: number
}

const numberAfter = (text: string, label: string): number =>
  Number(new RegExp(`${label}:\\s+([0-9.]+)`).exec(text)?.[1] ?? Number.NaN)

/** @param rate queries per second; undefined for as many as possible */
function load({ port }: Contender, process_: ChildProcess, queries: string, rate: number | undefined): Run {
  const before = cpuOf(process_.pid as number)
  const limited = rate === undefined ? [] : ['-v', '-Q', String(Math.floor(rate))]
  const { stdout } = spawnSync(
    'dnsperf',
    ['-s', LOOPBACK, '-p', String(port), '-d', queries, '-l', String(SECONDS), '-c', '4', '-q', '100', ...limited],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  const cpu = cpuOf(process_.pid as number) - before
  const latencies = [...stdout.matchAll(/^> \S+ \S+ \S+ ([0-9.]+)$/gm)]
    .map(([, seconds]) => Number(seconds))
    .sort((a, b) => a - b)
  return {
    perSecond: numberAfter(stdout, 'Queries per second'),
    cpu: (cpu * 1000) / numberAfter(stdout, 'Queries completed'),
    lost: numberAfter(stdout, 'Queries lost'),
    p99: (latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN) * 1000,
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number

function compare(servers: readonly Contender[], processes: readonly ChildProcess[], queries: string): ServingResult[] {
  const round = (rate: number | undefined): Run[] =>
    servers.map((server, index) => load(server, processes[index] as ChildProcess, queries, rate))
  const rounds = Array.from({ length: ROUNDS }, () => round(undefined))
  const ofServer = (index: number, all: readonly Run[][]): Run[] => all.map((runs) => runs[index] as Run)
  const fastest = servers.map((_, index) => median(ofServer(index, rounds).map(({ perSecond }) => perSecond)))
  const steady = Array.from({ length: ROUNDS }, () => round(SHARE * Math.min(...fastest)))
  return servers.map(({ name }, index) => ({
    server: name,
    perSecond: fastest[index] as number,
    cpu: median(ofServer(index, rounds).map(({ cpu }) => cpu)),
    ratio: median(rounds.map((runs) => (runs[0] as Run).perSecond / (runs[index] as Run).perSecond)),
    p99: median(ofServer(index, steady).map(({ p99 }) => p99)),
    lost: [...ofServer(index, rounds), ...ofServer(index, steady)].reduce((sum, { lost }) => sum + lost, 0),
  }))
}

/** @param say is told what is measured */
export async function measureServing(say: (what: string) => void): Promise<ServingReport> {
  if (!has('dnsperf', '-h'))
    return { results: [], missing: ['serve is not measured, because dnsperf is not installed'] }
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-serving-'))
  const processes: ChildProcess[] = []
  const start = (argv: readonly string[]): ChildProcess => {
    const started = spawn(argv[0] as string, argv.slice(1), { cwd: ROOT, stdio: 'ignore' })
    processes.push(started)
    return started
  }
  try {
    chmodSync(folder, 0o755)
    const mesh = join(folder, 'mesh.yaml')
    writeFileSync(mesh, meshText(ENTRIES))
    const names = namesOf(mesh)
    writeFileSync(join(folder, 'hosts'), names.map(([host, address]) => `${address} ${host}\n`).join(''))
    const queries = join(folder, 'queries')
    writeFileSync(queries, queriesFor(names.map(([host]) => host)))
    const upstream = await freePort()
    start([process.execPath, '-e', UPSTREAM, String(upstream)])
    const { servers, missing } = await contenders(folder, upstream)
    const started = servers.map(({ argv }) => start(argv))
    await Promise.all(servers.map(answers))
    say(`serve, ${ENTRIES} entries, beside ${servers.length - 1} other servers`)
    return { results: compare(servers, started, queries), missing }
  } finally {
    for (const each of processes) each.kill()
    rmSync(folder, { recursive: true })
  }
}
