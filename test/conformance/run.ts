/**
 * Computes every case and scores it against its golden files.
 *
 * usage: npm run conformance -- [--set NAME,...] [--only REGEX] [--kinds nds,dns,...] [--show N] [--command]
 *   [--release VERSION,...] [--goldens FOLDER] [--every N]
 *
 * --set selects sets of cases (test/conformance/sets.ts) by name, or a folder with cases; by default all.
 * --release compares with what the istiod of these releases generates: `all`, or some of those that have golden files.
 * --goldens reads those of a folder, `VERSION/CASE.json`, instead of the repository's.
 * --every takes every Nth case of a set.
 * --command runs the built command line for each proxy instead of computing in this process.
 */
import { parseArgs } from 'node:util'
import { COMPARED_KINDS } from '../../src/comparison/index.ts'
import { type ConformanceCase, MASTER, readCase } from './cases.ts'
import { computeByCommand, computeInProcess } from './compute.ts'
import { goldenReleases, releaseGolden } from './release-goldens.ts'
import { Scorer, scoreCase } from './scorer.ts'
import { type CaseSet, casesOf, setsNamed } from './sets.ts'

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
  readonly kinds: string
  readonly show: string
  readonly command: boolean
  readonly every: string
}

/** A set's golden files of releases; undefined when it has none. */
type Goldens = string | undefined

/** @returns the number of cases that could not be computed */
function scoreRelease(scorer: Scorer, set: CaseSet, goldens: Goldens, release: string, selection: Selection): number {
  let broken = 0
  const cases = casesOf(set, new RegExp(selection.only)).filter((_, index) => index % Number(selection.every) === 0)
  for (const { folder, name } of cases) {
    const golden = releaseGolden(goldens, release, name)
    if (!golden) continue
    scorer.expect(golden)
    try {
      computeAndScore(scorer, readCase(folder, name, release), selection.command)
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

function releasesOf(text: string, goldens: Goldens): string[] {
  return text === 'all' ? [MASTER, ...goldenReleases(goldens)] : text.split(',')
}

/** @returns the numbers of correct and incorrect resources of a set, in all selected releases */
function scoreSet(set: CaseSet, goldens: Goldens, releases: string, selection: Selection): [number, number] {
  let passed = 0
  let failed = 0
  for (const release of releasesOf(releases, goldens)) {
    console.log(`== ${set.name}, ${release}`)
    const scorer = new Scorer(new Set(selection.kinds.split(',')), Number(selection.show))
    const broken = scoreRelease(scorer, set, goldens, release, selection)
    const [right, wrong] = printTallies(scorer)
    passed += right
    failed += wrong + broken
  }
  return [passed, failed]
}

function main(): number {
  const { values } = parseArgs({
    options: {
      set: { type: 'string', default: 'all' },
      only: { type: 'string', default: '.' },
      kinds: { type: 'string', default: COMPARED_KINDS.join(',') },
      show: { type: 'string', default: '20' },
      command: { type: 'boolean', default: false },
      every: { type: 'string', default: '1' },
      release: { type: 'string', default: MASTER },
      goldens: { type: 'string' },
    },
  })
  let passed = 0
  let failed = 0
  for (const set of setsNamed(values.set)) {
    const [right, wrong] = scoreSet(set, values.goldens ?? set.goldens(), values.release, values)
    passed += right
    failed += wrong
  }
  console.log(`${passed} passed, ${failed} failed`)
  return failed > 0 || passed === 0 ? 1 : 0
}

process.exitCode = main()
