/**
 * Computes every case and scores it against its golden files.
 *
 * usage: npm run conformance -- [--only REGEX] [--kinds nds,dns,...] [--show N] [--command] [--release VERSION,...] [--goldens FOLDER]
 *
 * --release compares with what the istiod of these releases generates: `all`, or some of those that have golden files.
 * --goldens reads those of a folder, `VERSION/CASE.json`, instead of the repository's.
 * --command runs the built command line for each proxy instead of computing in this process.
 */
import { parseArgs } from 'node:util'
import { COMPARED_KINDS } from '../../src/comparison/index.ts'
import { unpackedArchive } from './archives.ts'
import { allCases, type ConformanceCase, MASTER, readCase } from './cases.ts'
import { computeByCommand, computeInProcess } from './compute.ts'
import { goldenReleases, releaseGolden } from './release-goldens.ts'
import { Scorer, scoreCase } from './scorer.ts'

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
