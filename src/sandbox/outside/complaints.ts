/** What Envoys say in their logs about configuration that they refuse. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { logOf } from '../envoy/files.ts'

/** `[time][thread][level][component] [file:line] text` */
const REFUSED = /^\[[^\]]*\]\[\d+\]\[(?:warning|error|critical)\]\[config\] \[[^\]]*\] (.*)$/
const MOST_BYTES = 1 << 20

/** Reads each log on from where it ended before. */
export class Complaints {
  readonly #offsets = new Map<string, number>()

  #added(path: string): string {
    const file = openSync(path, 'r')
    try {
      const start = this.#offsets.get(path) ?? 0
      const bytes = Buffer.alloc(Math.min(MOST_BYTES, Math.max(0, fstatSync(file).size - start)))
      const length = readSync(file, bytes, 0, bytes.length, start)
      this.#offsets.set(path, start + length)
      return bytes.toString('utf8', 0, length)
    } finally {
      closeSync(file)
    }
  }

  /** New complaints, each once. @param folders of the Envoys */
  of(folders: readonly string[]): readonly string[] {
    const lines = folders.flatMap((folder) => this.#added(logOf(folder)).split('\n'))
    return [...new Set(lines.flatMap((line) => REFUSED.exec(line)?.[1] ?? []))]
  }
}
