/** Reports what was not reported before, because every state of an input has mostly the same problems. */
import type { SourceProblem } from '../../index.ts'
import type { ReadingProgress, Reporter } from '../../input/reporter.ts'

export class OnceEach implements Reporter {
  readonly #seen = new Set<string>()
  #to: Reporter

  constructor(to: Reporter) {
    this.#to = to
  }

  /** From now on, messages go to another reporter. */
  continueAt(to: Reporter): void {
    this.#to = to
  }

  get verbose(): boolean {
    return this.#to.verbose
  }

  #isNew(text: string): boolean {
    if (this.#seen.has(text)) return false
    this.#seen.add(text)
    return true
  }

  async report(problems: Iterable<SourceProblem>): Promise<void> {
    await this.#to.report([...problems].filter((problem) => this.#isNew(JSON.stringify(problem))))
  }

  async warn(message: string, hint?: string): Promise<void> {
    if (this.#isNew(message)) await this.#to.warn(message, hint)
  }

  async note(message: string, hint?: string): Promise<void> {
    if (this.#isNew(message)) await this.#to.note(message, hint)
  }

  size(bytes: number): void {
    this.#to.size(bytes)
  }

  progress(state: ReadingProgress | undefined): void {
    this.#to.progress(state)
  }
}
