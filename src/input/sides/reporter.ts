/** Collects the messages about one of two inputs, so that a message about both is printed once. */
import type { SourceProblem } from '../../sources/document.ts'
import type { Reporter } from '../reporter.ts'

type Message =
  | { readonly kind: 'problem'; readonly problem: SourceProblem }
  | { readonly kind: 'warn' | 'note'; readonly message: string; readonly hint: string | undefined }

/** The same for messages with the same text, wherever in a file they point. */
const keyOf = (message: Message): string =>
  message.kind === 'problem'
    ? JSON.stringify([message.problem.severity, message.problem.message, message.problem.at?.file ?? ''])
    : JSON.stringify([message.kind, message.message])

export class SideReporter implements Reporter {
  readonly #reporter: Reporter
  readonly #messages: Message[] = []

  constructor(reporter: Reporter) {
    this.#reporter = reporter
  }

  get verbose(): boolean {
    return this.#reporter.verbose
  }

  async report(problems: Iterable<SourceProblem>): Promise<void> {
    for (const problem of problems) this.#messages.push({ kind: 'problem', problem })
  }

  async warn(message: string, hint?: string): Promise<void> {
    this.#messages.push({ kind: 'warn', message, hint })
  }

  async note(message: string, hint?: string): Promise<void> {
    this.#messages.push({ kind: 'note', message, hint })
  }

  /** Whether something could not be read. */
  get failed(): boolean {
    return this.#messages.some((message) => message.kind === 'problem' && message.problem.severity === 'error')
  }

  size(bytes: number): void {
    this.#reporter.size(bytes)
  }

  progress(state: Parameters<Reporter['progress']>[0]): void {
    this.#reporter.progress(state)
  }

  /**
   * Passes on what was collected.
   * @param known messages of the other input that are not passed on again, unless they are errors
   * @param fileOf how the files of this side are called
   */
  async tell(known: SideReporter | undefined, fileOf: (file: string) => string): Promise<void> {
    const told = new Set((known ? known.#messages : []).map(keyOf))
    const problems: SourceProblem[] = []
    for (const message of this.#messages) {
      const isError = message.kind === 'problem' && message.problem.severity === 'error'
      if (!isError && told.has(keyOf(message))) continue
      if (message.kind === 'problem') problems.push(withFile(message.problem, fileOf))
      else await this.#reporter[message.kind](message.message, message.hint)
    }
    await this.#reporter.report(problems)
  }
}

function withFile(problem: SourceProblem, fileOf: (file: string) => string): SourceProblem {
  return problem.at ? { ...problem, at: { ...problem.at, file: fileOf(problem.at.file) } } : problem
}
