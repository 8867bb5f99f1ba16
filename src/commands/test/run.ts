import { type Coverage, coverageOf, isEnough } from '../../answers/suite/coverage.ts'
import type { Suite, SuiteTest } from '../../answers/suite/model.ts'
import { parseSuite } from '../../answers/suite/parse.ts'
import { caseOf, coverageCase, resultsMessage, statusOf, type TestResult } from '../../answers/suite/results.ts'
import { suiteLines } from '../../answers/suite/text.ts'
import { UserError } from '../../common/errors.ts'
import { oncePerKey } from '../../common/once.ts'
import { formatData } from '../../formats/data.ts'
import { renderLines } from '../../formats/spans.ts'
import { Memory } from '../../index.ts'
import { findConfig } from '../../input/config/read.ts'
import { discover } from '../../input/files/discover.ts'
import { loadSources } from '../../input/files/load.ts'
import { STDIN } from '../../input/request.ts'
import { ExactOutput } from '../guarded.ts'
import type { Outcome, Session } from '../session.ts'
import { executeTest } from './execute.ts'
import { type MemoryOf, SuiteMeshes } from './meshes.ts'
import type { TestOptions } from './options.ts'
import { checkTestWatch, type Follow, watchTests } from './watch.ts'

const DEFAULT_GLOB = '**/*.vipctl-test.yaml'

const SUITE = /\.vipctl-test\.ya?ml$/
const WILDCARD = /[*?[{]/

/**
 * The files that a path means: of a folder only suites, of a pattern whatever it matches.
 * @param isNamed whether the user names it
 */
async function filesAt(path: string, session: Session, isNamed: boolean): Promise<readonly string[]> {
  if (path === STDIN) return [path]
  const { files, problems } = await discover(path, { cwd: session.io.cwd, recursive: true })
  await session.report(problems.filter(({ at }) => isNamed || at?.file !== path))
  return files
    .filter(({ name, explicit }) => explicit || WILDCARD.test(path) || SUITE.test(name))
    .map(({ name }) => name)
}

const NO_EXCLUSIONS = { patterns: [], gitignore: false } as const

/** Reads the suites, and reports what is wrong with them. */
async function readSuites(paths: readonly string[], session: Session, follow: Follow): Promise<readonly Suite[]> {
  const { cwd, stdin } = session.io
  const named = paths.length > 0 ? paths : [DEFAULT_GLOB]
  follow({ paths: named, cwd, recursive: true, exclude: NO_EXCLUSIONS })
  const found = await Promise.all(named.map((path) => filesAt(path, session, paths.length > 0)))
  if (paths.length === 0 && found.flat().length === 0) {
    throw new UserError(`no suites: there is no ${DEFAULT_GLOB} here`, 'name files or folders of suites')
  }
  const inputs = [...new Set(found.flat())].map((path) => ({ kind: 'path' as const, path, cluster: '' }))
  const { documents, problems } = await loadSources({ inputs, recursive: false, cwd, stdin })
  await session.report(problems)
  const parsed = documents.map(parseSuite)
  for (const each of parsed) await session.report(each.problems)
  return parsed.map(({ suite }) => suite)
}

function skipOf(test: SuiteTest, hasOnly: boolean): string | undefined {
  return test.skip ?? (hasOnly && !test.only ? 'only others' : undefined)
}

async function runSuites(suites: readonly Suite[], meshes: SuiteMeshes): Promise<readonly TestResult[]> {
  const hasOnly = suites.some(({ tests }) => tests.some(({ only }) => only))
  const results: TestResult[] = []
  for (const suite of suites) {
    const mesh = await meshes.of(suite)
    for (const test of suite.tests) {
      const skipped = skipOf(test, hasOnly)
      if (skipped === undefined) results.push(await executeTest(suite, test, mesh))
      else results.push({ suite, test, skipped, mismatches: [], ending: undefined, steps: [] })
    }
  }
  return results
}

async function written(
  results: readonly TestResult[],
  coverage: Coverage | undefined,
  { output: format = 'text', watch = false }: TestOptions,
  session: Session,
): Promise<Iterable<string>> {
  if (format === 'json') {
    const message = resultsMessage(results, coverage)
    if (!watch) return formatData('json', message)
    // One line, so that readers can take one run at a time.
    return [(await import('../../formats/json.ts')).jsonLine({ time: new Date().toISOString(), ...message })]
  }
  if (format === 'text') return renderLines(suiteLines(results, coverage, session.target.width), session.paint)
  const minimum = coverage?.minimum === undefined ? [] : [coverageCase(coverage, results[0]?.suite.file ?? '')]
  const cases = [...results.map(caseOf), ...minimum]
  if (format === 'tap') return (await import('../../formats/tests/tap.ts')).tapChunks(cases)
  if (format === 'junit') return (await import('../../formats/tests/junit.ts')).junitTestChunks(cases)
  const { githubTestChunks } = await import('../../formats/tests/github.ts')
  return new ExactOutput(githubTestChunks(cases, (file) => file))
}

async function runOnce(
  paths: readonly string[],
  options: TestOptions,
  session: Session,
  follow: Follow,
  memoryOf: MemoryOf = () => undefined,
): Promise<Outcome> {
  const suites = await readSuites(paths, session, follow)
  if (suites.every(({ tests }) => tests.length === 0) && !session.failed) {
    throw new UserError('no tests', `name files of suites; without one, ${DEFAULT_GLOB} is read`)
  }
  const { minCoverage, coverage: wanted = minCoverage !== undefined } = options
  const meshes = new SuiteMeshes(options, session, follow, wanted, memoryOf)
  const results = await runSuites(suites, meshes)
  const coverage = wanted ? coverageOf(meshes.reached, minCoverage) : undefined
  const findings =
    results.some((result) => statusOf(result) === 'failed') || (coverage !== undefined && !isEnough(coverage))
  return { output: await written(results, coverage, options, session), findings }
}

/** Also one that cannot be used, and may be right after its next change. */
async function followConfiguration({ trustConfig = false }: TestOptions, session: Session, follow: Follow) {
  const { cwd } = session.io
  const path = await findConfig(cwd, session, trustConfig)
  if (path === undefined) return
  follow({ paths: [], cwd, recursive: false, exclude: NO_EXCLUSIONS, configuration: { path } })
}

/** `vipctl test` */
export async function test(paths: readonly string[], options: TestOptions, session: Session): Promise<Outcome> {
  checkTestWatch(options)
  if (!options.watch) return runOnce(paths, options, session, () => undefined)
  const memoryOf = oncePerKey<string, Memory>(() => new Memory())
  const run = async (own: Session, follow: Follow): Promise<Outcome> => {
    await followConfiguration(options, own, follow)
    return runOnce(paths, options, own, follow, memoryOf)
  }
  return watchTests(run, options.output, session)
}
