/** Round trips: what one command writes, another reads, and it must mean the same. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FILES } from './commands.ts'
import {
  differenceOf,
  findingsOf,
  MOST_KEPT,
  type Ran,
  reportedFindings,
  withoutFileOrder,
  withoutPlaces,
} from './output.ts'

/** What a trial needs from its caller. */
export interface Bench {
  readonly folder: string
  /** Options that name the manifests. */
  readonly inputs: readonly string[]
  /** Options for every command about the mesh. */
  readonly mesh: readonly string[]
  /** Options that select a proxy. */
  readonly proxy: readonly string[]
  /** `dump -o json` of the input. */
  readonly dump: Ran
  /** The same manifests in another order, if that must not matter. */
  readonly shuffled: string | undefined
  run(argv: readonly string[]): Promise<Ran>
  fail(argv: readonly string[], problem: string): void
}

export type Trial = (bench: Bench) => Promise<void>

const isComparable = ({ stdout, length }: Ran): boolean => stdout !== '' && length <= MOST_KEPT

/** Splits a command line into words like a shell. */
function shellWords(line: string): string[] {
  const words = line.trim().match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? []
  return words.map((word) => word.replace(/'([^']*)'|\\(.)/g, (_, quoted, escaped) => quoted ?? escaped))
}

interface Verdict {
  readonly kind: string
  readonly error?: string
}

/** A snapshot has only the used parts of Kubernetes objects, so some of their mistakes are gone. */
const KUBERNETES_KINDS = /^(ConfigMap|Deployment|EndpointSlice|Endpoints|Namespace|Node|Pod|Service)$/

function hasBrokenKubernetes(dump: string): boolean {
  const { validation } = JSON.parse(dump) as { readonly validation: readonly Verdict[] }
  return validation.some(({ kind, error }) => error !== undefined && KUBERNETES_KINDS.test(kind))
}

/** Reading a snapshot gives the same dump. */
async function readSnapshot(bench: Bench): Promise<void> {
  const { inputs, mesh, proxy, dump } = bench
  if (!isComparable(dump) || hasBrokenKubernetes(dump.stdout)) return
  const format = dump.length % 2 === 0 ? 'yaml' : 'json'
  const argv = ['snapshot', '--out-dir', 'case', '-o', format]
  const { code, stdout, stderr } = await bench.run([...argv, ...inputs, ...mesh])
  // Cluster IDs may contain characters that a command line cannot show.
  if (stdout === '' || /[^\x20-\x7e\n]|\\x/.test(stdout)) return
  const again = await bench.run(['dump', '-o', 'json', ...shellWords(stdout), ...proxy])
  if (withoutPlaces(again.stdout) === withoutPlaces(dump.stdout)) return
  const why = again.stdout === '' ? again.stderr.slice(0, 300) : differenceOf(dump.stdout, again.stdout)
  bench.fail(argv, `reads differently (${code} ${stderr.slice(0, 100)}): ${why}`)
}

function errorsOf(json: string): Set<string> {
  const errors = reportedFindings(json).filter(({ severity }) => severity === 'error')
  return new Set(errors.map(({ rule, object }) => JSON.stringify([rule, object])))
}

/** Fixes cause no new errors, and a second run has nothing to fix. */
async function fixTwice(bench: Bench): Promise<void> {
  const { inputs, mesh, folder } = bench
  const path = join(folder, FILES.manifests)
  const given = readFileSync(path)
  const all = [...inputs, ...mesh, '-o', 'json']
  const before = await bench.run(['lint', ...all])
  if (!isComparable(before)) return
  const fix = ['lint', '--fix']
  try {
    await bench.run([...fix, ...all])
    const fixed = readFileSync(path)
    const after = await bench.run(['lint', ...all])
    if (!isComparable(after)) return bench.fail(fix, `what was fixed is refused: ${after.stderr.slice(0, 300)}`)
    const known = errorsOf(before.stdout)
    const fresh = [...errorsOf(after.stdout)].filter((error) => !known.has(error))
    if (fresh.length > 0) bench.fail(fix, `brings ${fresh[0]}`)
    await bench.run([...fix, ...all])
    if (!readFileSync(path).equals(fixed)) bench.fail(fix, 'changes files the second time')
  } finally {
    writeFileSync(path, given)
  }
}

function losersOf(json: string): number {
  const { conflicts } = JSON.parse(json) as { conflicts: readonly { readonly losers: readonly unknown[] }[] }
  return conflicts.reduce((sum, { losers }) => sum + losers.length, 0)
}

/** Manifests with fixed conflicts have fewer of them, or none. */
async function readMended(bench: Bench): Promise<void> {
  const { inputs, mesh, proxy, folder } = bench
  const command = ['conflicts', '-o', 'json']
  const before = await bench.run([...command, '--fix-out', 'mended', ...inputs, ...mesh, ...proxy])
  if (!isComparable(before) || !before.stderr.includes('note: wrote')) return
  const written = readdirSync(join(folder, 'mended')).flatMap((name) => ['-f', join('mended', name)])
  const remotes = inputs.slice(2)
  const after = await bench.run([...command, '--fix', 'none', ...written, ...remotes, ...mesh, ...proxy])
  const [lost, left] = [losersOf(before.stdout), isComparable(after) ? losersOf(after.stdout) : Number.NaN]
  if (left < lost && (left === 0 || before.stderr.includes('losers of conflicts are left'))) return
  bench.fail([...command, '--fix-out', 'mended'], `of ${lost} losers ${left} are left: ${after.stderr.slice(0, 300)}`)
}

/** Findings and configuration do not depend on the order of documents with creation times. */
export async function shuffle(bench: Bench): Promise<void> {
  const { inputs, mesh, proxy, dump, shuffled, folder } = bench
  if (shuffled === undefined || !isComparable(dump)) return
  const lint = ['lint', '-o', 'json', '--fixes', 'none', '--dns-capture', 'both', ...inputs, ...mesh]
  const path = join(folder, FILES.manifests)
  const given = readFileSync(path)
  const found = await bench.run(lint)
  writeFileSync(path, shuffled)
  try {
    const other = await bench.run(['dump', '-o', 'json', ...inputs, ...mesh, ...proxy])
    const [one, two] = [withoutFileOrder(dump.stdout), withoutFileOrder(other.stdout)]
    if (one !== two) bench.fail(['dump'], `depends on the order of documents: ${differenceOf(one, two)}`)
    if (!isComparable(found)) return
    const foundNow = await bench.run(lint)
    const [lint1, lint2] = [findingsOf(found.stdout), findingsOf(foundNow.stdout)]
    if (lint1 !== lint2)
      bench.fail(lint.slice(0, 1), `depends on the order of documents: ${differenceOf(lint1, lint2)}`)
  } finally {
    writeFileSync(path, given)
  }
}

/** Findings in a baseline are not reported again. */
async function readBaseline(bench: Bench): Promise<void> {
  const { inputs, mesh } = bench
  const all = [...inputs, ...mesh]
  const written = await bench.run(['lint', '--write-baseline', 'known.json', ...all])
  if (written.stdout === '') return
  const { stdout } = await bench.run(['lint', '--baseline', 'known.json', '-o', 'json', ...all])
  if (stdout === '' || (JSON.parse(stdout) as { findings: readonly unknown[] }).findings.length > 0) {
    bench.fail(['lint', '--baseline'], `what is known is found: ${stdout.slice(0, 300)}`)
  }
}

/** Manifests applied to others give the same answer as a snapshot of both. */
async function readOverlay(bench: Bench): Promise<void> {
  const { inputs, mesh, proxy } = bench
  if (inputs.length > 2) return
  const argv = ['snapshot', ...inputs, ...mesh, '--base', FILES.base]
  const { stdout } = await bench.run([...argv, '-o', 'json'])
  if (stdout === '') return
  writeFileSync(join(bench.folder, 'laid.json'), stdout)
  const laid = await bench.run(['dump', '-o', 'config-dump', ...inputs, ...mesh, ...proxy, '--base', FILES.base])
  const read = await bench.run(['dump', '-o', 'config-dump', '-f', 'laid.json', ...mesh, ...proxy])
  if (laid.stdout === read.stdout) return
  bench.fail(argv, `reads differently: ${read.stdout === '' ? read.stderr : differenceOf(laid.stdout, read.stdout)}`)
}

export const TRIALS: readonly Trial[] = [readSnapshot, fixTwice, readMended, readBaseline, readOverlay]
