/** Shows the first check of a workspace, which may take seconds. */
import type { Connection, WorkDoneProgressReporter } from 'vscode-languageserver/node'

export class FirstProgress {
  readonly #connection: Connection
  #reporter: WorkDoneProgressReporter | undefined
  #isDone = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async begin(): Promise<void> {
    const reporter = await this.#connection.window.createWorkDoneProgress()
    if (this.#isDone) return
    reporter.begin('vipctl', undefined, 'reading manifests')
    this.#reporter = reporter
  }

  report(text: string): void {
    if (!this.#isDone) this.#reporter?.report(text)
  }

  done(): void {
    if (!this.#isDone) this.#reporter?.done()
    this.#isDone = true
  }
}
