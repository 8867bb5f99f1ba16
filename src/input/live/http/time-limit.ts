/** How long a server may take. */
import { TimeoutError } from '../errors.ts'

/** A server that sends nothing for this long is treated as gone. */
const SILENCE = 60_000

/** Ends a request that takes too long in total, or that is silent for too long. */
export class TimeLimit {
  /** Set when the request was ended here; Node then only reports a closed connection. */
  exceeded: TimeoutError | undefined
  readonly #whole: NodeJS.Timeout | undefined
  readonly #silence: NodeJS.Timeout

  /**
   * @param timeout milliseconds in total; 0 for no limit
   * @param end ends the request
   */
  constructor(timeout: number, end: (error: TimeoutError) => void) {
    const exceed = (message: string) => () => {
      this.exceeded = new TimeoutError(message)
      end(this.exceeded)
    }
    if (timeout > 0) this.#whole = setTimeout(exceed(`no complete response within ${timeout / 1000} s`), timeout)
    this.#silence = setTimeout(exceed(`no answer for ${SILENCE / 1000} s`), SILENCE)
  }

  /** The server is still sending. */
  heard(): void {
    this.#silence.refresh()
  }

  /** The server may be silent from now on, as in a watch that has begun. */
  allowSilence(): void {
    clearTimeout(this.#silence)
  }

  /** Call this when the response is complete. */
  lift(): void {
    clearTimeout(this.#whole)
    clearTimeout(this.#silence)
  }
}
