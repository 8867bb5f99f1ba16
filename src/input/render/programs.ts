/** Runs the programs that render, and reports how they end. */
import type { Position, SourceProblem } from '../../sources/document.ts'
import type { InputRequest } from '../request.ts'
import { type Ran, runTool } from '../tool.ts'
import type { CommandLine } from './command-lines.ts'

/** Limits of a program that renders manifests. */
const MOST_MS = 60_000
const MOST_BYTES = 64_000_000

/** At most this many lines of a program's messages are reported. */
const MOST_LINES = 5
const LONGEST_LINE = 500

/** What is rendered, for messages. */
export interface Subject {
  /** The program that messages name. */
  readonly tool: string
  readonly at: Position | { readonly file: string }
  /** What to say if none of the programs is installed; `hint` says what to do. */
  readonly missing: string
  readonly hint?: string
}

/** What a program printed. */
export interface Printed {
  /** undefined when it failed. */
  readonly text: string | undefined
  readonly problems: readonly SourceProblem[]
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '')

function failed({ tool, at }: Subject, reason: string, stderr: string): Printed {
  const [first = '', ...others] = linesOf(stderr)
  const said = first === '' ? '' : `: ${first.slice(0, LONGEST_LINE)}`
  const hint = others
    .slice(0, MOST_LINES)
    .join(' ')
    .slice(0, 2 * LONGEST_LINE)
  const message = `cannot be rendered: ${tool} ${reason}${said}`
  return { text: undefined, problems: [{ severity: 'error', message, at, ...(hint && { hint }) }] }
}

function done({ tool, at }: Subject, stdout: string, stderr: string): Printed {
  const problems = linesOf(stderr)
    .slice(0, MOST_LINES)
    .map((line): SourceProblem => ({ severity: 'warning', message: `${tool}: ${line.slice(0, LONGEST_LINE)}`, at }))
  return { text: stdout, problems }
}

/**
 * Runs the first of several programs that is installed. Never rejects: failures are problems.
 * @param cwd where it runs
 */
export async function firstOf(
  lines: readonly CommandLine[],
  subject: Subject,
  { cwd, env }: Pick<InputRequest, 'cwd' | 'env'>,
): Promise<Printed> {
  for (const { program, args } of lines) {
    const ran: Ran = await runTool(program, args, { cwd, env, mostMs: MOST_MS, mostBytes: MOST_BYTES })
    if (ran.end === 'done') return done(subject, ran.stdout, ran.stderr)
    if (ran.end === 'failed') return failed(subject, ran.reason, ran.stderr)
  }
  const { missing, hint, at } = subject
  const problem: SourceProblem = { severity: 'error', message: `cannot be rendered: ${missing}`, at }
  return { text: undefined, problems: [hint === undefined ? problem : { ...problem, hint }] }
}
