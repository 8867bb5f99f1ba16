/** The formats of a report. */
import type { LintReport } from '../../answers/lint/report.ts'
import { lintText, quietText } from '../../answers/lint/text.ts'
import type { TextTarget } from '../../formats/output.ts'
import { renderLines } from '../../formats/spans.ts'
import type { Snapshot } from '../../index.ts'
import type { Session } from '../session.ts'
import { fileAddress, pathFromTop } from './addresses.ts'
import type { LintFormat, OutputTarget } from './options.ts'
import { writeTarget } from './targets.ts'

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
  if (quiet) return quietText(report)
  const { paint, width } = toStdout ? session.target : PLAIN
  return renderLines(lintText(report, { width, verbose }), paint)
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

async function github({ report, session }: OutputContext): Promise<Iterable<string>> {
  const { resultsOf } = await import('../../answers/lint/results.ts')
  const { githubText } = await import('../../formats/results/github.ts')
  const { cwd, env } = session.io
  const workspace = env.GITHUB_WORKSPACE || cwd
  return githubText(resultsOf(report), (file) => pathFromTop(file, { cwd, workspace }))
}

const FORMATTERS: Readonly<Record<LintFormat, Formatter>> = {
  text,
  json: (context) => data('json', context),
  yaml: (context) => data('yaml', context),
  sarif,
  junit,
  github,
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
