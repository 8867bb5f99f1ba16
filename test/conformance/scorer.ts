/** Scores computed cases against their golden files, and counts. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Question } from '../../src/answers/dns/message.ts'
import type { ComparedKind } from '../../src/comparison/index.ts'
import type { ConformanceCase } from './cases.ts'
import type { ComputedCase, ComputedProxy } from './compute.ts'
import type { ReleaseGolden } from './release-goldens.ts'
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

export class Scorer {
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

export function scoreCase(scorer: Scorer, meshCase: ConformanceCase, computed: ComputedCase): void {
  scorer.score(meshCase, 'allocation', 'allocation', () => computed.allocation())
  scorer.score(meshCase, 'validation', 'validation', () => computed.validation())
  scorer.score(meshCase, 'conditions', 'conditions', () => computed.conditions())
  for (const proxy of meshCase.proxies) scoreProxy(scorer, meshCase, proxy.name, computed.proxy(proxy))
}
