/**
 * Computes every case in-process and scores it.
 *
 * usage: npm run conformance -- [--only REGEX] [--kinds nds,dns,...] [--show N]
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { nameTableMessage } from '../../src/dns/name-table.ts'
import { computeMesh, computeNameTable, computeProxyView, type Mesh } from '../../src/pipeline.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import { allocationMessage } from '../../src/views/allocation.ts'
import { answerAll, type Question } from '../../src/views/dns.ts'
import { envoyMessages } from '../../src/views/envoy.ts'
import { validationMessage } from '../../src/views/validation.ts'
import { type ConformanceCase, caseNames, nodeOf, readCase, snapshotOf } from './cases.ts'
import { compareResources, KINDS, type Kind } from './compare.ts'

const HERE = dirname(fileURLToPath(import.meta.url))
const OWN_CASES = join(HERE, '../../fixtures/conformance')
/** More cases, where a checkout has them beside it. */
const MORE_CASES = join(HERE, '../../../shared/conformance/cases')

interface Tally {
  matched: number
  total: number
  readonly cases: Set<string>
  readonly bad: Set<string>
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

/** What is computed and what is printed must be the same, so it is compared as text. */
const throughJson = (value: unknown) => JSON.parse(JSON.stringify(value))

class Scorer {
  readonly tallies = new Map<Kind, Tally>()
  readonly #kinds: ReadonlySet<string>
  #toShow: number

  constructor(kinds: ReadonlySet<string>, show: number) {
    this.#kinds = kinds
    this.#toShow = show
  }

  score(meshCase: ConformanceCase, relative: string, kind: Kind, compute: (golden: never) => unknown): void {
    const golden = join(meshCase.folder, 'expected', `${relative}.json`)
    if (!this.#kinds.has(kind) || !existsSync(golden)) return
    const unstable = join(meshCase.folder, 'expected', 'unstable.json')
    const skip = new Set<string>(existsSync(unstable) ? (readJson(unstable)[relative] ?? []) : [])
    const want = readJson(golden)
    const { matched, differences } = compareResources(kind, want, throughJson(compute(want as never)), skip)
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

function scoreProxy(
  scorer: Scorer,
  meshCase: ConformanceCase,
  name: string,
  view: ProxyView,
  kinds: ReadonlySet<string>,
): void {
  const table = computeNameTable(view)
  scorer.score(meshCase, `${name}/nds`, 'nds', () => nameTableMessage(table))
  scorer.score(meshCase, `${name}/dns`, 'dns', (golden: readonly Question[]) =>
    answerAll(
      golden.map(({ name: question, type }) => ({ name: question, type })),
      new LookupTable(table, view.proxy),
    ),
  )
  if (!['lds', 'cds', 'eds', 'rds'].some((kind) => kinds.has(kind))) return
  const messages = envoyMessages(view)
  for (const kind of ['lds', 'cds', 'eds', 'rds'] as const) {
    scorer.score(meshCase, `${name}/${kind}`, kind, () => messages[kind])
  }
}

function scoreCase(scorer: Scorer, meshCase: ConformanceCase, kinds: ReadonlySet<string>): void {
  const snapshot = snapshotOf(meshCase)
  const mesh: Mesh = computeMesh(snapshot)
  scorer.score(meshCase, 'allocation', 'allocation', () => allocationMessage(mesh.registry))
  scorer.score(meshCase, 'validation', 'validation', () => validationMessage(snapshot.verdicts))
  for (const proxy of meshCase.proxies) {
    scoreProxy(scorer, meshCase, proxy.name, computeProxyView(mesh, nodeOf(proxy)), kinds)
  }
}

/** The project's own cases, and those beside the checkout; a case that is in both counts once. */
function allCases(only: RegExp): [folder: string, name: string][] {
  const folders = [MORE_CASES, OWN_CASES].filter((folder) => existsSync(folder))
  const found = new Map(folders.flatMap((folder) => caseNames(folder, only).map((name) => [name, folder] as const)))
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, folder]) => [folder, name])
}

function main(): number {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '.' },
      kinds: { type: 'string', default: KINDS.join(',') },
      show: { type: 'string', default: '20' },
    },
  })
  const kinds = new Set(values.kinds.split(','))
  const scorer = new Scorer(kinds, Number(values.show))
  let broken = 0
  for (const [folder, name] of allCases(new RegExp(values.only))) {
    try {
      scoreCase(scorer, readCase(folder, name), kinds)
    } catch (error) {
      broken++
      console.log(`${name}: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }
  let passed = 0
  let failed = broken
  for (const [kind, { matched, total, cases, bad }] of scorer.tallies) {
    passed += matched
    failed += total - matched
    console.log(
      `${kind.padEnd(11)} ${matched} of ${total} resources, ${cases.size - bad.size} of ${cases.size} cases whole`,
    )
  }
  console.log(`${passed} passed, ${failed} failed`)
  return failed > 0 || passed === 0 ? 1 : 0
}

process.exitCode = main()
