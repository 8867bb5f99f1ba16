/** The formats of a report, and where they are written to. */
import { constants } from 'node:fs'
import { access, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { LintReport } from '../../answers/lint/report.ts'
import { lintText, quietText } from '../../answers/lint/text.ts'
import { UserError } from '../../common/errors.ts'
import { joinChunks } from '../../formats/chunks.ts'
import { renderLines } from '../../formats/spans.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { Session } from '../session.ts'
import { fileAddress, pathFromTop } from './addresses.ts'
import type { LintFormat, OutputTarget } from './options.ts'

const plain = (_: unknown, text: string): string => text

/** What formats need besides the report. */
export interface OutputContext {
  readonly report: LintReport
  readonly snapshot: Snapshot
  readonly session: Session
  /** The text is for the terminal that stdout is, if it is one. */
  readonly toStdout: boolean
}

type Formatter = (context: OutputContext) => Promise<Iterable<string>>

async function text({ report, session, toStdout }: OutputContext): Promise<Iterable<string>> {
  const { io, options, paint } = session
  if (options.quiet) return quietText(report)
  const width = toStdout && io.stdout.isTTY ? io.stdout.columns : undefined
  return renderLines(lintText(report, { width, verbose: options.verbose ?? false }), toStdout ? paint : plain)
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

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'there is no such folder'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system may only be read'],
  ['ENOSPC', 'no space is left there'],
])

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return REASONS.get(code ?? '') ?? message
}

const flagText = ({ format, file }: OutputTarget): string => `-o ${format}=${file}`

async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path)
  } catch {
    return undefined
  }
}

/** A file that can be written: found out before anything is computed. */
async function checkFile(target: OutputTarget, path: string): Promise<void> {
  try {
    const info = await statOf(path)
    if (info?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    // What takes the place of a file is written beside it; devices and pipes are written to.
    await access(!info || info.isFile() ? dirname(path) : path, constants.W_OK)
  } catch (error) {
    throw new UserError(`${flagText(target)}: cannot be written: ${reasonOf(error)}`)
  }
}

/**
 * Checks that every target can be written, and none twice.
 * @throws UserError
 */
export async function checkTargets(targets: readonly OutputTarget[], { io }: Session): Promise<void> {
  const onStdout = targets.filter(({ file }) => file === undefined).map(({ format }) => format)
  if (onStdout.length > 1) {
    throw new UserError(
      `-o ${onStdout.join(' -o ')}: only one format goes to standard output`,
      `write the others into files: -o ${onStdout.at(-1)}=FILE`,
    )
  }
  const taken = new Set<string>()
  for (const target of targets) {
    if (target.file === undefined) continue
    const path = resolve(io.cwd, target.file)
    if (taken.has(path)) throw new UserError(`${flagText(target)}: the file is given twice`)
    taken.add(path)
    await checkFile(target, path)
  }
}

async function writeFileOf(path: string, chunks: Iterable<string>): Promise<void> {
  const info = await statOf(path)
  if (info && !info.isFile()) {
    await writeFile(path, joinChunks(chunks))
    return
  }
  const { writeAtomically } = await import('../atomic-write.ts')
  // A link stays one: what it leads to is replaced.
  await writeAtomically([{ path: info ? await realpath(path) : path, content: joinChunks(chunks) }])
}

/**
 * Writes the formats that go into files; a file that cannot be written is said, and hides nothing.
 * @returns what goes to standard output
 */
export async function writeOutputs(
  targets: readonly OutputTarget[],
  context: Omit<OutputContext, 'toStdout'>,
): Promise<Iterable<string>> {
  const { session } = context
  let output: Iterable<string> = []
  for (const target of targets) {
    const toStdout = target.file === undefined
    const chunks = await FORMATTERS[target.format]({ ...context, toStdout })
    if (target.file === undefined) {
      output = chunks
      continue
    }
    try {
      await writeFileOf(resolve(session.io.cwd, target.file), chunks)
    } catch (error) {
      await session.error(`${flagText(target)}: cannot be written: ${reasonOf(error)}`)
    }
  }
  return output
}
