/**
 * Computes every case and scores it against its golden files.
 *
 * usage: npm run conformance -- [--only REGEX] [--kinds nds,dns,...] [--show N] [--command]
 *
 * --command runs the built command line for each proxy instead of computing in this process.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Question } from '../../src/answers/dns/message.ts'
import { allCases, type ConformanceCase, readCase } from './cases.ts'
import { compareResources, KINDS, type Kind } from './compare.ts'
import { type ComputedCase, type ComputedProxy, computeByCommand, computeInProcess } from './compute.ts'

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

function main(): number {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '.' },
      kinds: { type: 'string', default: KINDS.join(',') },
      show: { type: 'string', default: '20' },
      command: { type: 'boolean', default: false },
    },
  })
  const scorer = new Scorer(new Set(values.kinds.split(',')), Number(values.show))
  let broken = 0
  for (const { folder, name } of allCases(new RegExp(values.only))) {
    try {
      computeAndScore(scorer, readCase(folder, name), values.command)
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
