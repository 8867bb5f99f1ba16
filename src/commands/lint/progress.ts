/** Says on a terminal what a long run is doing. */
import type { Session } from '../session.ts'

/** Runs that are done before need not say anything. */
const PATIENCE_MS = 400
const CLEAR_LINE = '\r\u001b[2K'

export class Progress {
  readonly #session: Session
  readonly #speaks: boolean
  readonly #started = performance.now()
  #isShown = false

  constructor(session: Session) {
    this.#session = session
    const { io, options } = session
    this.#speaks = io.stderr.isTTY && !options.quiet && io.env.TERM !== 'dumb'
  }

  /** Shows what comes next, in the place of what came before. */
  async show(text: string): Promise<void> {
    if (!this.#speaks || performance.now() - this.#started < PATIENCE_MS) return
    this.#isShown = true
    await this.#session.io.stderr.write(`${CLEAR_LINE}${text} ...`)
  }

  /** Takes it away, so that something else can be said. */
  async clear(): Promise<void> {
    if (!this.#isShown) return
    this.#isShown = false
    await this.#session.io.stderr.write(CLEAR_LINE)
  }
}
