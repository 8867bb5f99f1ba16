/** One run of the program: its streams, its messages and its exit code. */

import type { Command } from 'commander'
import { fitHeap } from '../compiler.ts'
import { joinChunks } from '../formats/chunks.ts'
import { type ColorMode, painterFor, usesColor } from '../formats/color.ts'
import type { TextTarget } from '../formats/output.ts'
import { messageLines, problemLines } from '../formats/problems.ts'
import { type Line, type Painter, renderLines, textOf } from '../formats/spans.ts'
import { wrapLine } from '../formats/wrap.ts'
import type { SourceProblem } from '../index.ts'
import type { ReadingProgress, Reporter } from '../input/reporter.ts'
import { ExactOutput } from './guarded.ts'
import type { Io, OutputStream } from './io.ts'
import { ReadingLine } from './progress.ts'

/** Options that every command has. */
export interface OutputOptions {
  readonly color?: ColorMode
  readonly quiet?: boolean
  readonly verbose?: boolean
}

/** The result of a command, which is not written yet. */
export interface Outcome {
  readonly output: Iterable<string>
  /** The command found what it looks for, which sets the exit code. */
  readonly findings?: boolean
  /** The exit code of a program that the command ran, if the command itself had no error. */
  readonly exitCode?: number
}

/** Continuation lines of messages are indented by two more than the message. */
function hangingOf([first = '']: Line): string {
  const text = textOf(first)
  return `${' '.repeat(text.length - text.trimStart().length)}  `
}

/** Takes what a run has to say about its input. */
export type ProblemListener = (problem: SourceProblem) => void

interface SessionParts extends Pick<Session, 'io' | 'options' | 'program'> {
  readonly listener: ProblemListener | undefined
}

export class Session implements Reporter {
  readonly io: Io
  readonly options: OutputOptions
  /** The whole command line, for code that describes it. */
  readonly program: Command
  /** For stdout. */
  readonly paint: Painter
  readonly #paintError: Painter
  /** undefined when no progress is shown. */
  readonly #reading: ReadingLine | undefined
  /** Gets messages that would be printed otherwise. */
  readonly #listener: ProblemListener | undefined
  #failed = false
  readonly #errors: SourceProblem[] = []

  private constructor({ io, options, program, listener }: SessionParts, paint: Painter, paintError: Painter) {
    this.io = io
    this.options = options
    this.program = program
    this.paint = paint
    this.#paintError = paintError
    this.#listener = listener
    this.#reading = io.stderr.isTTY && !options.quiet ? new ReadingLine(io.stderr) : undefined
  }

  /** @param listener gets the messages of the run instead of stderr */
  static async open(io: Io, options: OutputOptions, program: Command, listener?: ProblemListener): Promise<Session> {
    const mode = options.color ?? 'auto'
    const paint = await painterFor(usesColor(mode, io.stdout, io.env))
    const paintError = await painterFor(usesColor(mode, io.stderr, io.env))
    return new Session({ io, options, program, listener }, paint, paintError)
  }

  /** The target for text on stdout. */
  get target(): TextTarget {
    const { stdout } = this.io
    const drawnTables = async () => (await import('./tables/drawn.ts')).drawnTables()
    return { paint: this.paint, width: stdout.isTTY ? stdout.columns : undefined, drawnTables }
  }

  get verbose(): boolean {
    return this.options.verbose ?? false
  }

  /** Whether the input or the command line had an error, which sets the exit code. */
  get failed(): boolean {
    return this.#failed
  }

  /** The errors so far, with their places where known; reports show them to readers who do not see stderr. */
  get errors(): readonly SourceProblem[] {
    return this.#errors
  }

  async #write(lines: Iterable<Line>): Promise<void> {
    const { isTTY, columns } = this.io.stderr
    const width = isTTY ? columns : undefined
    const wrapped = [...lines].flatMap((line) => wrapLine(line, width, hangingOf(line)))
    const text = [...renderLines(wrapped, this.#paintError)].join('')
    if (text !== '') await this.io.stderr.write(text)
  }

  /** Prints an error and makes the exit code an error. */
  async error(message: string, hint?: string): Promise<void> {
    this.#failed = true
    this.#errors.push({ severity: 'error', message, ...(hint !== undefined && { hint }) })
    await this.#tell('error', message, hint)
  }

  async #tell(severity: SourceProblem['severity'], message: string, hint: string | undefined): Promise<void> {
    if (this.#listener) this.#listener({ severity, message, ...(hint !== undefined && { hint }) })
    else await this.#write(messageLines(severity, message, hint))
  }

  /** A bug in the program; the stack is printed if VIPCTL_DEBUG is set. */
  async internalError(message: string, stack: string | undefined): Promise<void> {
    this.#failed = true
    const lines = this.io.env.VIPCTL_DEBUG && stack ? stack.split('\n') : []
    await this.#write([[`vipctl: internal error: ${message}`], ...lines.map((line) => [line])])
  }

  async warn(message: string, hint?: string): Promise<void> {
    if (!this.options.quiet) await this.#tell('warning', message, hint)
  }

  async note(message: string, hint?: string): Promise<void> {
    if (!this.options.quiet) await this.#tell('note', message, hint)
  }

  /** Reports problems of the input. Errors set the exit code; warnings and notes are only printed. */
  async report(problems: Iterable<SourceProblem>): Promise<void> {
    const all = [...problems]
    const errors = all.filter((problem) => problem.severity === 'error')
    if (errors.length > 0) this.#failed = true
    for (const error of errors) this.#errors.push(error)
    if (this.#listener) {
      for (const problem of all) this.#listener(problem)
      return
    }
    const most = this.verbose ? Number.POSITIVE_INFINITY : undefined
    await this.#write(problemLines(this.options.quiet ? errors : all, most))
  }

  size(bytes: number): void {
    fitHeap(bytes)
  }

  progress(state: ReadingProgress | undefined): void {
    if (state) this.#reading?.show(state)
    else this.#reading?.clear()
  }

  async write(chunks: Iterable<string>): Promise<void> {
    const { stdout } = this.io
    const isExact = chunks instanceof ExactOutput
    for (const chunk of joinChunks(chunks)) {
      await (isExact && stdout.writeExact ? stdout.writeExact(chunk) : stdout.write(chunk))
    }
  }
}

const SILENT: OutputStream = { isTTY: false, columns: undefined, write: () => undefined }

/** A session of the same run that prints nothing on stderr, for messages that are already printed or irrelevant. */
export function quietSession({ io, options, program }: Session): Promise<Session> {
  return Session.open({ ...io, stderr: SILENT }, options, program)
}

/** A session in another folder whose messages a listener gets, for a program that shows them in its own way. */
export function heardSession(
  { io, options, program }: Session,
  cwd: string,
  listener: ProblemListener,
): Promise<Session> {
  return Session.open({ ...io, cwd, stderr: SILENT }, options, program, listener)
}
