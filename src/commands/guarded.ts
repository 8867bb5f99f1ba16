/** All output goes through these streams, so that a CI system does not take a line of it for a command. */
import { breakCommands } from '../common/ci-commands.ts'
import type { Io, OutputStream } from './io.ts'

/** Output that is written as it is: commands for a CI system, or a diff that must apply. */
export class ExactOutput implements Iterable<string> {
  readonly #chunks: Iterable<string>

  constructor(chunks: Iterable<string>) {
    this.#chunks = chunks
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#chunks[Symbol.iterator]()
  }
}

/** Pieces of JSON may end within a line, but those of text do not. */
class GuardedStream implements OutputStream {
  readonly #stream: OutputStream
  #isInLine = false

  constructor(stream: OutputStream) {
    this.#stream = stream
  }

  get isTTY(): boolean {
    return this.#stream.isTTY
  }

  get columns(): number | undefined {
    return this.#stream.columns
  }

  write(text: string): Promise<void> | void {
    const broken = breakCommands(text, undefined, this.#isInLine)
    const lineStart = text.lastIndexOf('\n') + 1
    this.#isInLine = text.slice(lineStart).trim() !== '' || (this.#isInLine && lineStart === 0)
    return this.#stream.write(broken)
  }

  writeExact(text: string): Promise<void> | void {
    return this.#stream.write(text)
  }
}

export const guarded = (io: Io): Io => ({
  ...io,
  stdout: new GuardedStream(io.stdout),
  stderr: new GuardedStream(io.stderr),
})
