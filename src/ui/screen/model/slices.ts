/** Long work on the thread of the terminal, in slices, so that keys are answered in between. */

/** Milliseconds of one slice. */
const SLICE = 8

/** The last job of its owner; a new one replaces it. */
export class Slices {
  #current: object | undefined

  /**
   * Runs a job to its next `yield` over and over, until a slice is over; then keys are looked at.
   * @param done gets the job's result; not called when another job replaces it
   */
  run<T>(job: Iterator<void, T>, done: (result: T) => void): void {
    const token = {}
    this.#current = token
    const slice = (): void => {
      if (this.#current !== token) return
      const start = performance.now()
      for (;;) {
        const step = job.next()
        if (step.done) {
          this.#current = undefined
          done(step.value)
          return
        }
        if (performance.now() - start > SLICE) break
      }
      setImmediate(slice)
    }
    // The first slice runs at once, so that short lists change without a flicker.
    slice()
  }

  get isRunning(): boolean {
    return this.#current !== undefined
  }
}
