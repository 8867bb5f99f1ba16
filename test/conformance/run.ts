/**
 * Computes every case and scores it against its golden files.
 *
 * usage: npm run conformance -- [--only REGEX] [--kinds nds,dns,...] [--show N] [--command] [--release VERSION,...] [--goldens FOLDER]
 *
 * --release compares with what the istiod of these releases generates: `all`, or some of those that have golden files.
 * --goldens reads those of a folder, `VERSION/CASE.json`, instead of the repository's.
 * --command runs the built command line for each proxy instead of computing in this process.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Question } from '../../src/answers/dns/message.ts'
import { COMPARED_KINDS, type ComparedKind } from '../../src/comparison/index.ts'
import { unpackedArchive } from './archives.ts'
import { allCases, type ConformanceCase, MASTER, readCase } from './cases.ts'
import { type ComputedCase, type ComputedProxy, computeByCommand, computeInProcess } from './compute.ts'
import { goldenReleases, type ReleaseGolden, releaseGolden } from './release-goldens.ts'
import { score } from './score.ts'

interface Tally {
  matched: number
  total: number
  readonly cases: Set<string>
  readonly bad: Set<string>
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

/** Compared as text, because the printed form must be equal too. */
const throughJson = (value: unknown) => JSON.parse(JSON.stringify(value))

class Scorer {
  readonly tallies = new Map<ComparedKind, Tally>()
  readonly #kinds: ReadonlySet<string>
  #toShow: number
  #golden: ReleaseGolden = { deltas: {}, unstable: {} }

  constructor(kinds: ReadonlySet<string>, show: number) {
    this.#kinds = kinds
    this.#toShow = show
  }

  /** The release's differences from the golden files, for the next scores. */
  expect(golden: ReleaseGolden): void {
    this.#golden = golden
  }

  score(meshCase: ConformanceCase, relative: string, kind: ComparedKind, compute: (golden: never) => unknown): void {
    const golden = join(meshCase.folder, 'expected', `${relative}.json`)
    if (!this.#kinds.has(kind) || !existsSync(golden)) return
    const unstable = join(meshCase.folder, 'expected', 'unstable.json')
    const skip = new Set<string>(existsSync(unstable) ? (readJson(unstable)[relative] ?? []) : [])
    for (const name of this.#golden.unstable[relative] ?? []) skip.add(name)
    const want = readJson(golden)
    const actual = throughJson(compute(want as never))
    const { matched, differences } = score(kind, want, actual, skip, this.#golden.deltas[relative])
    const tally = this.tallies.get(kind) ?? { matched: 0, total: 0, cases: new Set(), bad: new Set() }
    this.tallies.set(kind, tally)
    tally.matched += matched
    tally.total += matched + differences.length
    tally.cases.add(meshCase.name)
    if (differences.length > 0) tally.bad.add(meshCase.name)
    for (const { resource, why } of differences) {
      if (this.#toShow-- > 0) console.log(`${meshCase.name}/${relative} ${resource}\n    ${why}`)
    }
  }
}

const PROXY_KINDS = ['nds', 'lds', 'cds', 'eds', 'rds'] as const

function scoreProxy(scorer: Scorer, meshCase: ConformanceCase, name: string, proxy: ComputedProxy): void {
  for (const kind of PROXY_KINDS) scorer.score(meshCase, `${name}/${kind}`, kind, () => proxy[kind]())
  scorer.score(meshCase, `${name}/dns`, 'dns', (golden: readonly Question[]) =>
    proxy.dns(golden.map(({ name: question, type }) => ({ name: question, type }))),
  )
}

function scoreCase(scorer: Scorer, meshCase: ConformanceCase, computed: ComputedCase): void {
  scorer.score(meshCase, 'allocation', 'allocation', () => computed.allocation())
  scorer.score(meshCase, 'validation', 'validation', () => computed.validation())
  for (const proxy of meshCase.proxies) scoreProxy(scorer, meshCase, proxy.name, computed.proxy(proxy))
}

function computeAndScore(scorer: Scorer, meshCase: ConformanceCase, byCommand: boolean): void {
  if (!byCommand) {
    scoreCase(scorer, meshCase, computeInProcess(meshCase))
    return
  }
  const computed = computeByCommand(meshCase)
  try {
    scoreCase(scorer, meshCase, computed)
  } finally {
    computed.close()
  }
}

interface Selection {
  readonly only: string
  readonly command: boolean
}

/** @returns the number of cases that could not be computed */
function scoreRelease(scorer: Scorer, goldens: string, release: string, { only, command }: Selection): number {
  let broken = 0
  for (const { folder, name } of allCases(new RegExp(only))) {
    const golden = releaseGolden(goldens, release, name)
    if (!golden) continue
    scorer.expect(golden)
    try {
      computeAndScore(scorer, readCase(folder, name, release), command)
    } catch (error) {
      broken++
      console.log(`${name}: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }
  return broken
}

/** @returns the numbers of correct and incorrect resources */
function printTallies({ tallies }: Scorer): [passed: number, failed: number] {
  let passed = 0
  let failed = 0
  for (const [kind, { matched, total, cases, bad }] of tallies) {
    passed += matched
    failed += total - matched
    console.log(
      `${kind.padEnd(11)} ${matched} of ${total} resources, ${cases.size - bad.size} of ${cases.size} cases whole`,
    )
  }
  return [passed, failed]
}

function releasesOf(text: string, goldens: string): string[] {
  return text === 'all' ? [MASTER, ...goldenReleases(goldens)] : text.split(',')
}

function main(): number {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '.' },
      kinds: { type: 'string', default: COMPARED_KINDS.join(',') },
      show: { type: 'string', default: '20' },
      command: { type: 'boolean', default: false },
      release: { type: 'string', default: MASTER },
      goldens: { type: 'string', default: unpackedArchive('releases') },
    },
  })
  const releases = releasesOf(values.release, values.goldens)
  let passed = 0
  let failed = 0
  for (const release of releases) {
    if (releases.length > 1) console.log(`== ${release}`)
    const scorer = new Scorer(new Set(values.kinds.split(',')), Number(values.show))
    const broken = scoreRelease(scorer, values.goldens, release, values)
    const [right, wrong] = printTallies(scorer)
    passed += right
    failed += wrong + broken
  }
  console.log(`${passed} passed, ${failed} failed`)
  return failed > 0 || passed === 0 ? 1 : 0
}

process.exitCode = main()
