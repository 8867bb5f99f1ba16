/** Changes come in bursts: so many milliseconds after the last one a burst is over, */
const QUIET = 300
/** and at the latest so many after the first one. */
const LONGEST_BURST = 2_000

/** Wakes a waiting reader when a burst of changes is over. */
export class Burst {
  #first = 0
  #timer: NodeJS.Timeout | undefined
  #wake: () => void = () => undefined
  #isOver = false

  /** Something changed. */
  add(): void {
    const now = Date.now()
    if (this.#timer === undefined) this.#first = now
    clearTimeout(this.#timer)
    const wait = Math.max(0, Math.min(QUIET, this.#first + LONGEST_BURST - now))
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.end()
    }, wait)
  }

  /** Wakes at once. */
  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isOver = true
    this.#wake()
  }

  async over(): Promise<void> {
    if (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.#isOver = false
  }
}
