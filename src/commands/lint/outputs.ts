/** The formats of a report. */
import { resolve } from 'node:path'
import type { LintReport } from '../../answers/lint/report.ts'
import { lintText, quietText } from '../../answers/lint/text.ts'
import { breakCommands } from '../../common/ci-commands.ts'
import { clean } from '../../formats/clean.ts'
import type { TextTarget } from '../../formats/output.ts'
import { failureLine } from '../../formats/results/result.ts'
import { renderLines } from '../../formats/spans.ts'
import type { Snapshot } from '../../index.ts'
import { writeFailure } from '../../input/files/write.ts'
import { ExactOutput } from '../guarded.ts'
import type { Session } from '../session.ts'
import { fileAddress, pathFromTop } from './addresses.ts'
import type { LintFormat, OutputTarget } from './options.ts'
import { writeTarget } from './targets.ts'

/** Where GitHub Actions has checked out the repository. */
const WORKSPACE = 'GITHUB_WORKSPACE'

/** For files. */
const PLAIN: TextTarget = { paint: (_, text) => text, width: undefined }

/** What formats need besides the report. */
export interface OutputContext {
  readonly report: LintReport
  readonly snapshot: Snapshot
  readonly session: Session
  /** Whether the text goes to stdout, which may be a terminal. */
  readonly toStdout: boolean
}

type Formatter = (context: OutputContext) => Promise<Iterable<string>>

async function text({ report, session, toStdout }: OutputContext): Promise<Iterable<string>> {
  const { quiet, verbose = false } = session.options
  const failures = toStdout ? [] : report.failures.map((failure) => `error: ${clean(failureLine(failure))}\n`)
  if (quiet) return shown([failures, quietText(report)])
  const { paint, width } = toStdout ? session.target : PLAIN
  return shown([failures, renderLines(lintText(report, { width, verbose }), paint)])
}

/** People print reports in files too, so these must be as safe as standard output. */
function* shown(parts: Iterable<Iterable<string>>): Iterable<string> {
  for (const part of parts) for (const line of part) yield breakCommands(line)
}

async function data(format: 'json' | 'yaml', { report }: OutputContext): Promise<Iterable<string>> {
  const { lintMessage } = await import('../../answers/lint/message.ts')
  const { formatData } = await import('../../formats/data.ts')
  return formatData(format, lintMessage(report))
}

async function sarif({ report, snapshot, session }: OutputContext): Promise<Iterable<string>> {
  const { sarifRun } = await import('../../answers/lint/sarif.ts')
  const { sarifMessage, SARIF_LEVELS } = await import('../../formats/results/sarif.ts')
  const { formatData } = await import('../../formats/data.ts')
  const addressOf = (file: string) => fileAddress(file, session.io.cwd)
  const run = sarifRun(report, { snapshot, addressOf, successful: !session.failed })
  return formatData('json', sarifMessage(run), SARIF_LEVELS)
}

async function junit({ report }: OutputContext): Promise<Iterable<string>> {
  const { junitReport } = await import('../../answers/lint/results.ts')
  return (await import('../../formats/results/junit.ts')).junitText(junitReport(report))
}

/** Paths from the top of the checkout, which a variable of the CI system names. */
const fromTopOf =
  ({ io: { cwd, env } }: Session, variable: string) =>
  (file: string): string =>
    pathFromTop(file, { cwd, workspace: env[variable] || cwd })

/** Adds the summary of the job, which GitHub shows on the page of its run. */
async function writeStepSummary({ report, session }: OutputContext, path: string): Promise<void> {
  const { stepSummary } = await import('../../answers/lint/step-summary.ts')
  const { appendText } = await import('../../input/files/write.ts')
  try {
    await appendText(resolve(session.io.cwd, path), [...stepSummary(report, fromTopOf(session, WORKSPACE))].join(''))
  } catch (error) {
    await session.warn(`GITHUB_STEP_SUMMARY: the summary of the job cannot be written: ${writeFailure(error)}`)
  }
}

async function github(context: OutputContext): Promise<Iterable<string>> {
  const { report, session } = context
  const { resultsOf } = await import('../../answers/lint/results.ts')
  const { githubText } = await import('../../formats/results/github.ts')
  const { GITHUB_STEP_SUMMARY: path } = session.io.env
  if (path) await writeStepSummary(context, path)
  const chunks = githubText({ results: resultsOf(report), failures: report.failures }, fromTopOf(session, WORKSPACE))
  return new ExactOutput(chunks)
}

async function gitlab({ report, session }: OutputContext): Promise<Iterable<string>> {
  const { gitlabReport } = await import('../../answers/lint/results.ts')
  const { gitlabMessages } = await import('../../formats/results/gitlab.ts')
  const { formatData } = await import('../../formats/data.ts')
  return formatData('json', gitlabMessages(gitlabReport(report), fromTopOf(session, 'CI_PROJECT_DIR')))
}

const FORMATTERS: Readonly<Record<LintFormat, Formatter>> = {
  text,
  json: (context) => data('json', context),
  yaml: (context) => data('yaml', context),
  sarif,
  junit,
  github,
  gitlab,
}

/**
 * Writes the formats with files.
 * @returns the text for standard output
 */
export async function writeOutputs(
  targets: readonly OutputTarget[],
  context: Omit<OutputContext, 'toStdout'>,
): Promise<Iterable<string>> {
  let output: Iterable<string> = []
  for (const { format, file } of targets) {
    const chunks = await FORMATTERS[format]({ ...context, toStdout: file === undefined })
    if (file === undefined) output = chunks
    else await writeTarget({ format, file }, chunks, context.session)
  }
  return output
}
