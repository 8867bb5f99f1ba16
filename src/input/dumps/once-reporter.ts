/** Reports each message once, because it may be about every proxy. */
import type { SourceProblem } from '../../sources/document.ts'
import type { Reporter } from '../reporter.ts'

export class OnceReporter implements Reporter {
  readonly #reporter: Reporter
  readonly #reported = new Set<string>()

  constructor(reporter: Reporter) {
    this.#reporter = reporter
  }

  get verbose(): boolean {
    return this.#reporter.verbose
  }

  #isNew(text: string): boolean {
    if (this.#reported.has(text)) return false
    this.#reported.add(text)
    return true
  }

  async report(problems: Iterable<SourceProblem>): Promise<void> {
    await this.#reporter.report([...problems].filter(({ severity, message }) => this.#isNew(`${severity} ${message}`)))
  }

  async warn(message: string, hint?: string): Promise<void> {
    if (this.#isNew(message)) await this.#reporter.warn(message, hint)
  }

  async note(message: string, hint?: string): Promise<void> {
    if (this.#isNew(message)) await this.#reporter.note(message, hint)
  }

  size(bytes: number): void {
    this.#reporter.size(bytes)
  }

  progress(state: Parameters<Reporter['progress']>[0]): void {
    this.#reporter.progress(state)
  }
}
