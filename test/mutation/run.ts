/**
 * Changes one place of the program at a time and runs the tests of its folder, to find code that no test holds in place.
 *
 * usage: npm run mutate -- [--count N] [--seed S] [FOLDER...]
 *
 * FOLDER is a folder or a file of src/, such as `registry`. --count is the number of mutants per folder, a sample that
 * depends on the seed alone. A mutant that the quick tests of the folder do not notice goes through its slow ones and the
 * golden files. No file is changed: vitest gets the text of a mutant, in one process for all of them.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { globSync } from 'tinyglobby'
import { createVitest, type TestSpecification, type Vitest } from 'vitest/node'
import { SLOW } from '../fast.config.ts'
import { Random } from '../fuzz/random.ts'
import { type Mutant, mutantsOf } from './mutants.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDERS = ['registry', 'allocation', 'scope', 'dns', 'envoy/listeners', 'findings/lint']
/** Tests elsewhere that are about a folder. */
const ELSEWHERE: ReadonlyMap<string, readonly string[]> = new Map([
  ['dns', ['test/commands/dig.test.ts']],
  ['scope', ['test/commands/dig.test.ts']],
  ['findings/lint', ['test/commands/lint-config/ignores.test.ts', 'test/commands/lint-config/lint.test.ts']],
])
const GOLDENS = 'test/mutation/goldens.check.ts'
/** Lint is not part of golden files. */
const HAS_GOLDENS = /^(?!findings|commands|answers|formats|input)/
/** A mutant that takes this much longer than the unchanged program does not end. */
const MOST_TIMES = 20

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
})

function sampleOf(folder: string): readonly Mutant[] {
  const pattern = folder.endsWith('.ts') ? `src/${folder}` : `src/${folder}/**/*.ts`
  const files = globSync(pattern, { cwd: ROOT }).sort()
  const all = files.flatMap((file) => mutantsOf(file, readFileSync(join(ROOT, file), 'utf8')))
  const chosen = new Set(new Random(Number(values.seed)).shuffled(all).slice(0, Number(values.count)))
  return all.filter((mutant) => chosen.has(mutant))
}

/** The folder of tests that mirrors a folder of src/, or the nearest one above it. */
function testsOf(folder: string): string {
  for (let at = folder; at !== '.'; at = dirname(at)) if (existsSync(join(ROOT, 'test', at))) return `test/${at}`
  throw new Error(`there are no tests of ${folder}`)
}

/** vitest with the text of one mutant in the place of a file's own. */
class Laboratory {
  readonly #vitest: Vitest
  readonly #current: { mutant: Mutant | undefined }

  private constructor(vitest: Vitest, current: { mutant: Mutant | undefined }) {
    this.#vitest = vitest
    this.#current = current
  }

  static async open(): Promise<Laboratory> {
    const current: { mutant: Mutant | undefined } = { mutant: undefined }
    const plugin = {
      name: 'mutant',
      enforce: 'pre' as const,
      load: (id: string) =>
        current.mutant && id === join(ROOT, current.mutant.file) ? current.mutant.text : undefined,
    }
    const options = {
      root: ROOT,
      config: join(ROOT, 'test/vitest.config.ts'),
      include: ['test/**/*.test.ts', GOLDENS],
      watch: false,
      bail: 1,
      maxWorkers: 1,
      reporters: [{}],
    }
    const vitest = await createVitest('test', options, { plugins: [plugin] })
    await vitest.standalone()
    return new Laboratory(vitest, current)
  }

  async specifications(patterns: readonly string[], ignore: readonly string[] = []): Promise<TestSpecification[]> {
    const files = new Set(globSync([...patterns], { cwd: ROOT, ignore: [...ignore], absolute: true }))
    return (await this.#vitest.globTestSpecifications()).filter(({ moduleId }) => files.has(moduleId))
  }

  /** @returns whether all tests pass, and do so within the time */
  async passes(
    specifications: TestSpecification[],
    mutant: Mutant | undefined,
    milliseconds: number,
  ): Promise<boolean> {
    if (specifications.length === 0) return true
    this.#current.mutant = mutant
    if (mutant) this.#vitest.invalidateFile(join(ROOT, mutant.file))
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      // The first request asks the worker, which does not listen in an endless loop. The second one ends it.
      for (let times = 0; times < 2; times++) void this.#vitest.cancelCurrentRun('keyboard-input')
    }, milliseconds)
    const result = await this.#vitest.runTestSpecifications(specifications)
    clearTimeout(timer)
    this.#current.mutant = undefined
    if (mutant) this.#vitest.invalidateFile(join(ROOT, mutant.file))
    // Results of earlier runs are among them.
    const own = new Set(specifications.map(({ moduleId }) => moduleId))
    const failed = result.testModules.some((module) => own.has(module.moduleId) && !module.ok())
    return !isLate && !failed && result.unhandledErrors.length === 0
  }

  close(): Promise<void> {
    return this.#vitest.close()
  }
}

interface Figures {
  readonly mutants: number
  quick: number
  slow: number
}

async function mutate(folder: string, laboratory: Laboratory): Promise<Figures> {
  const tests = `${testsOf(folder)}/**/*.test.ts`
  const quick = await laboratory.specifications([tests], SLOW)
  const elsewhere = await laboratory.specifications(ELSEWHERE.get(folder) ?? [])
  const others = (await laboratory.specifications([tests])).filter((each) => !quick.includes(each))
  const goldens = HAS_GOLDENS.test(folder) ? await laboratory.specifications([GOLDENS]) : []
  const slow = [...elsewhere, ...others, ...goldens]
  const times: number[] = []
  for (const specifications of [quick, slow]) {
    const start = Date.now()
    const passes = await laboratory.passes(specifications, undefined, 600_000)
    if (!passes) throw new Error(`the tests of ${folder} fail without any change`)
    times.push(10_000 + MOST_TIMES * (Date.now() - start))
  }
  const [quickTime = 0, slowTime = 0] = times
  const mutants = sampleOf(folder)
  const figures: Figures = { mutants: mutants.length, quick: 0, slow: 0 }
  for (const mutant of mutants) {
    if (!(await laboratory.passes(quick, mutant, quickTime))) figures.quick++
    else if (!(await laboratory.passes(slow, mutant, slowTime))) figures.slow++
    else console.log(`${mutant.file}:${mutant.line}  ${mutant.change}`)
  }
  return figures
}

const laboratory = await Laboratory.open()
try {
  for (const folder of positionals.length > 0 ? positionals : FOLDERS) {
    const { mutants, quick, slow } = await mutate(folder, laboratory)
    const survived = mutants - quick - slow
    console.log(
      `== ${folder}: ${mutants} mutants, ${quick + slow} noticed (${slow} by slow tests only), ${survived} not`,
    )
  }
} finally {
  await laboratory.close()
}
