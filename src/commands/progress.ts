/** Progress of a long run, on a terminal line that is erased again. */
import { clean } from '../formats/clean.ts'
import { withThousands } from '../index.ts'
import type { ReadingProgress } from '../input/reporter.ts'
import type { Io, OutputStream } from './io.ts'

/** Shorter runs show no progress. */
const PATIENCE_MS = 400
const CLEAR_LINE = '\r\u001b[2K'
/** Any other message overwrites the line. */
const TO_START = '\r'

/** The current step of a run. */
export class Progress {
  readonly #stderr: OutputStream
  readonly #speaks: boolean
  readonly #started = Date.now()
  #waiting: NodeJS.Timeout | undefined
  #isShown = false

  /** @param run a quiet one shows nothing */
  constructor({ io, options }: { readonly io: Io; readonly options: { readonly quiet?: boolean } }) {
    this.#stderr = io.stderr
    this.#speaks = io.stderr.isTTY && !options.quiet && io.env.TERM !== 'dumb'
  }

  /** Shows the next step instead of the previous one; at the start of a run, only if it takes long. */
  async show(text: string): Promise<void> {
    if (!this.#speaks) return
    clearTimeout(this.#waiting)
    const wait = PATIENCE_MS - (Date.now() - this.#started)
    if (wait > 0) this.#waiting = setTimeout(() => void this.#write(text), wait).unref()
    else await this.#write(text)
  }

  async #write(text: string): Promise<void> {
    this.#isShown = true
    await this.#stderr.write(`${CLEAR_LINE}${text} ...${TO_START}`)
  }

  /** Erases the line, so that other messages can be printed. */
  async clear(): Promise<void> {
    clearTimeout(this.#waiting)
    if (!this.#isShown) return
    this.#isShown = false
    await this.#stderr.write(CLEAR_LINE)
  }
}

/** Milliseconds between two updates of the line. */
const PAUSE_MS = 100
const ERASE = '\r\u001b[K'
const USUAL_COLUMNS = 80

/** Progress of reading a live cluster. */
export class ReadingLine {
  readonly #stderr: OutputStream
  #last = 0
  #isShown = false

  /** @param stderr a terminal */
  constructor(stderr: OutputStream) {
    this.#stderr = stderr
  }

  show({ context, objects, resource }: ReadingProgress): void {
    const now = Date.now()
    if (now - this.#last < PAUSE_MS) return
    this.#last = now
    this.#isShown = true
    const text = clean(`reading ${context}: ${withThousands(objects)} objects, ${resource}`)
    void this.#stderr.write(ERASE + text.slice(0, (this.#stderr.columns ?? USUAL_COLUMNS) - 1))
  }

  clear(): void {
    if (this.#isShown) void this.#stderr.write(ERASE)
    this.#isShown = false
  }
}
