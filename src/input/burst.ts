/** A burst of changes is over this many milliseconds after the last change, */
const QUIET = 300
/** or this many after the first one, whichever is earlier. */
const LONGEST_BURST = 2_000

/** Wakes a waiting reader at the end of a burst of changes. */
export class Burst {
  #first = 0
  #timer: NodeJS.Timeout | undefined
  #wake: () => void = () => undefined
  #isOver = false

  /** Records a change. */
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

  /** Wakes the reader at once. */
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
