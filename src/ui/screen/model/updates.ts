/** Tells the screen when it must be drawn again. */

/** Milliseconds between two updates of the screen while rows arrive. */
const PAUSE = 100
/** Milliseconds for which a notice is shown. */
const NOTICE_FOR = 6_000

/** A short text about what just happened. */
export interface Notice {
  readonly text: string
  readonly style: 'good' | 'warning' | 'error'
}

export class Updates {
  readonly #listeners = new Set<() => void>()
  #version = 0
  #soon: NodeJS.Timeout | undefined
  #later: NodeJS.Timeout | undefined
  #noticed: { readonly notice: Notice; readonly until: number } | undefined

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A number that differs when something has changed. */
  readonly version = (): number => this.#version

  readonly changed = (): void => {
    clearTimeout(this.#soon)
    this.#soon = undefined
    this.#version++
    for (const listener of this.#listeners) listener()
  }

  /** Many of these are one update. */
  changedSoon(): void {
    this.#soon ??= setTimeout(this.changed, PAUSE)
  }

  /** Draws the screen again when something on it is over. */
  changedLater(milliseconds: number): void {
    clearTimeout(this.#later)
    this.#later = setTimeout(() => {
      this.onLater()
      this.changed()
    }, milliseconds + 10).unref()
  }

  /** Called before the screen is drawn again because something is over. */
  onLater: () => void = () => undefined

  notify(text: string, style: Notice['style'] = 'warning'): void {
    this.#noticed = { notice: { text, style }, until: Date.now() + NOTICE_FOR }
    this.changedLater(NOTICE_FOR)
    this.changed()
  }

  /** A notice about a mistake is over with the next key. */
  forgetMistake(): void {
    if (this.#noticed?.notice.style !== 'good') this.#noticed = undefined
  }

  get notice(): Notice | undefined {
    return this.#noticed && this.#noticed.until > Date.now() ? this.#noticed.notice : undefined
  }
}
