import { countsOf } from '../../answers/lint/report.ts'
import { UserError } from '../../common/errors.ts'
import { once } from '../../common/once.ts'
import { failuresOf } from '../../formats/results/result.ts'
import type { FixedManifests, Snapshot, SourceFile } from '../../index.ts'
import type { ViewRequest } from '../../input/request.ts'
import { Progress } from '../progress.ts'
import { viewRequest } from '../request.ts'
import { type Outcome, quietSession, type Session } from '../session.ts'
import { checkOptions, checkSeveral } from './check-options.ts'
import { combinedReport, type NamedReport, namedReport } from './combined.ts'
import { type LintConfig, loadConfigs } from './config/load.ts'
import { checkClusterOptions, withInput } from './input.ts'
import { type Linted, Linter } from './linter.ts'
import type { LintCommandOptions, OutputTarget } from './options.ts'
import { writeOutputs } from './outputs.ts'
import { type Unit, unitsOf } from './rendering.ts'
import { type PartialReport, Reports } from './report.ts'
import { checkTargets } from './targets.ts'

type Config = LintConfig<LintCommandOptions>

const STDOUT_TEXT: readonly OutputTarget[] = [{ format: 'text', file: undefined }]

/** A mesh's findings and their report. */
interface Pass {
  readonly linted: Linted
  readonly report: PartialReport
}

/** Each fix removes a finding, so fixes that need more rounds probably undo each other. */
const MOST_ROUNDS = 20

/** One run, from findings to a report. */
class Run {
  readonly #config: Config
  readonly #request: ViewRequest
  readonly #session: Session
  readonly #progress: Progress
  readonly #linter: Linter
  readonly #reports: Reports
  readonly #located: Unit['located']

  constructor({ config, request, located }: Unit, session: Session) {
    this.#config = config
    this.#located = located
    // The input is read again after fixes.
    const { input } = request
    this.#request = { ...request, input: { ...input, stdin: once(input.stdin) } }
    this.#session = session
    this.#progress = new Progress(session)
    this.#linter = new Linter(config, this.#progress)
    this.#reports = new Reports(config, this.#request, this.#linter, this.#progress)
  }

  /** @param environment the one that is checked; undefined without --env */
  async outcome(targets: readonly OutputTarget[], environment: string | undefined): Promise<Outcome> {
    const { options } = this.#config
    let passed = await this.#pass(this.#session)
    let diff: Iterable<string> | undefined
    if (options.fix) {
      const { fixesAsDiff, writeFixes } = await import('./fix.ts')
      const { made, after } = await this.#fixes(passed)
      if (options.dryRun) diff = await fixesAsDiff(made, this.#session)
      else {
        const { named = [], file, folder } = this.#config
        const configured = file === undefined ? undefined : folder
        await writeFixes(made, { cwd: this.#session.io.cwd, named, configured }, this.#session)
        passed = after
      }
    }
    const { linted, report } = passed
    const findings = report.findings.some(({ severity }) => report.failing.has(severity))
    await reportMaxWarnings(report, options, this.#session)
    const failures = failuresOf(this.#session.errors)
    const named = environment === undefined ? report : namedReport({ name: environment, report })
    const context = { report: { ...named, failures }, snapshot: linted.input.snapshot, session: this.#session }
    const output = await writeOutputs(targets, context)
    return { output: diff ?? output, findings }
  }

  /** Findings and their report, without writing it. */
  async report(): Promise<Pass> {
    return this.#pass(this.#session)
  }

  /** Makes fixes until none is left, because one fix may make another possible. Does not write files. */
  async #fixes(first: Pass): Promise<{ readonly made: FixedManifests; readonly after: Pass }> {
    const { fixedFiles, makeFixes, NO_FIXES, withRound } = await import('../../findings/lint/make-fixes.ts')
    const quiet = await quietSession(this.#session)
    let made = NO_FIXES
    let after = first
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      await this.#progress.show('making fixes')
      const { report, linted } = after
      const next = makeFixes(report.findings, linted.input.snapshot, linted.basis)
      await this.#progress.clear()
      made = withRound(made, next)
      if (next.fixed.length === 0) return { made, after }
      // Problems of the input are already reported.
      after = await this.#pass(quiet, fixedFiles(made))
    }
    await this.#session.note(`more fixes may be possible after ${MOST_ROUNDS} rounds: run it again`)
    return { made, after }
  }

  /** @param edited files to take instead of the stored ones, by name */
  async #pass(session: Session, edited?: ReadonlyMap<string, SourceFile>): Promise<Pass> {
    const request = { ...this.#request, input: { ...this.#request.input, edited } }
    const found = await this.#linter.run(request, session, true)
    const linted = this.#located ? { ...found, findings: this.#located(found.findings) } : found
    return { linted, report: await this.#reports.of(linted, session) }
  }
}

async function reportMaxWarnings(
  { findings }: PartialReport,
  { maxWarnings }: LintCommandOptions,
  session: Session,
): Promise<void> {
  const { warning } = countsOf(findings)
  if (maxWarnings === undefined || warning <= maxWarnings) return
  await session.warn(`too many warnings: ${warning}, but --max-warnings allows ${maxWarnings}`)
}

/** Checks several inputs one by one, and reports about all of them together. */
async function outcomeOfAll(
  units: readonly Unit[],
  targets: readonly OutputTarget[],
  session: Session,
): Promise<Outcome> {
  const reports: NamedReport[] = []
  let snapshot: Snapshot | undefined
  for (const unit of units) {
    const { name = '', isOptional = false } = unit
    await session.note(`checking ${name}`)
    const { linted, report } = await new Run(unit, session).report()
    snapshot ??= linted.input.snapshot
    if (!isOptional || report.scope.objects > 0) reports.push({ name, report })
  }
  if (reports.length === 0) throw new UserError('nothing was rendered, and there are no other manifests')
  const report = { ...combinedReport(reports), failures: failuresOf(session.errors) }
  const findings = report.findings.some(({ severity }) => report.failing.has(severity))
  const [first] = units
  if (first) await reportMaxWarnings(report, first.config.options, session)
  return { output: await writeOutputs(targets, { report, snapshot: snapshot as Snapshot, session }), findings }
}

/** Reports for other programs, which do not see stderr, about an error that left nothing to lint. */
async function failedOutcome(error: UserError, targets: readonly OutputTarget[], session: Session): Promise<Outcome> {
  await checkTargets(targets, session)
  await session.error(error.message, error.hint)
  const { failedReport } = await import('./failed.ts')
  const forPrograms = targets.filter(({ format }) => format !== 'text')
  return { output: await writeOutputs(forPrograms, { ...failedReport(session), session }) }
}

/** `vipctl lint` */
export async function runLint(paths: readonly string[], given: LintCommandOptions, session: Session): Promise<Outcome> {
  try {
    return await lintPaths(paths, given, session)
  } catch (error) {
    const { output, rules = false, explain } = given
    if (!(error instanceof UserError) || !output || rules || explain !== undefined) throw error
    return await failedOutcome(error, output, session)
  }
}

async function lintPaths(paths: readonly string[], given: LintCommandOptions, session: Session): Promise<Outcome> {
  const { explain, output } = given
  if (explain !== undefined) {
    return { output: await (await import('./rules.ts')).explainRule(explain, output, session) }
  }
  const filename = [...(given.filename ?? []), ...paths]
  checkClusterOptions(given, filename)
  const stated = await loadConfigs({ ...given, ...(filename.length > 0 && { filename }) }, session)
  if (given.rules) {
    return { output: await (await import('./rules.ts')).listRules(stated[0].severities, output, session) }
  }
  const targets = output ?? STDOUT_TEXT
  const named = [...filename, ...(given.remote ?? []).map(([, path]) => path)]
  const units: Unit[] = []
  for (const each of stated) {
    const config = { ...withInput(each, given), named }
    checkOptions(config.options)
    units.push({ name: each.environment, config, request: await viewRequest(config.options, session) })
  }
  await checkTargets(targets, session)
  const all = await unitsOf(units, session)
  const [first, ...others] = all
  if (!first) return { output: [] }
  const isSplit = all.some(({ isRendered }) => isRendered)
  if (others.length === 0 && !isSplit) return new Run(first, session).outcome(targets, first.name)
  checkSeveral(first.config.options, isSplit)
  return outcomeOfAll(all, targets, session)
}
