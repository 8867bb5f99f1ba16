/**
 * The terminal: its second screen, and what is on it. ink renders whole frames to this stream, which writes only the lines
 * that differ.
 */
import { EventEmitter } from 'node:events'
import { writeSync } from 'node:fs'

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[2J'
const LEAVE = '\u001b[0m\u001b[?25h\u001b[?1049l'
/** Terminals that know it show a frame at once; others ignore it. */
const [BEGIN, END] = ['\u001b[?2026h', '\u001b[?2026l']
const ERASE_REST = '\u001b[0m\u001b[K'

const lineAt = (index: number): string => `\u001b[${index + 1};1H`

const LOWEST = 5
const NARROWEST = 20

export class Terminal extends EventEmitter {
  readonly isTTY = true
  readonly #stdout: NodeJS.WriteStream
  readonly #stdin: NodeJS.ReadStream
  #shown: readonly string[] = []
  #isEntered = false

  constructor(stdout: NodeJS.WriteStream, stdin: NodeJS.ReadStream) {
    super()
    this.#stdout = stdout
    this.#stdin = stdin
    stdout.on('resize', () => {
      this.#shown = []
      if (this.#isEntered) this.#stdout.write('\u001b[2J')
      this.emit('resize')
    })
  }

  get columns(): number {
    return Math.max(NARROWEST, this.#stdout.columns || 80)
  }

  get rows(): number {
    return Math.max(LOWEST, this.#stdout.rows || 24)
  }

  enter(): void {
    if (this.#isEntered) return
    this.#isEntered = true
    this.#shown = []
    this.#stdout.write(ENTER)
  }

  /** Gives the terminal back, also while the program ends. */
  leave(): void {
    if (!this.#isEntered) return
    this.#isEntered = false
    try {
      if (this.#stdin.isTTY) this.#stdin.setRawMode(false)
    } catch {
      // The terminal is gone.
    }
    try {
      writeSync(1, LEAVE)
    } catch {
      // The terminal is gone.
    }
  }

  /** Takes the terminal again, after `leave`. */
  resume(): void {
    if (this.#stdin.isTTY) this.#stdin.setRawMode(true)
    this.enter()
  }

  /** @param frame all lines of the screen */
  write(frame: string): boolean {
    if (!this.#isEntered) return true
    const lines = frame.split('\n').slice(0, this.rows)
    let out = ''
    const count = Math.max(lines.length, this.#shown.length)
    for (let index = 0; index < count; index++) {
      const line = lines[index] ?? ''
      if (line !== this.#shown[index]) out += lineAt(index) + line + ERASE_REST
    }
    this.#shown = lines
    return out === '' ? true : this.#stdout.write(BEGIN + out + END)
  }
}
