/** Ends processes and removes a folder when vipctl ends, even if vipctl is killed: a shell that reads from it. */
import { type ChildProcess, spawn } from 'node:child_process'

/** Each line has the ids of the processes that run now; the end of the input is the end of vipctl. */
const SCRIPT = `while read -r line; do ids=$line; done
[ -z "$ids" ] || kill -9 $ids
[ -z "$1" ] || rm -rf "$1"`

export class Guard {
  readonly #shell: ChildProcess
  readonly #ids = new Set<number>()

  /** @param folder to remove; undefined if it is kept */
  constructor(folder: string | undefined) {
    // A session of its own, because an interrupt of the terminal is not for it.
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', folder ?? ''], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    })
    this.#shell.stdin?.on('error', () => undefined)
  }

  #tell(): void {
    this.#shell.stdin?.write(`${[...this.#ids].join(' ')}\n`)
  }

  /** Ends with vipctl, unless it ends before. */
  watch(child: ChildProcess): void {
    const { pid } = child
    if (pid === undefined) return
    this.#ids.add(pid)
    this.#tell()
    child.on('exit', () => {
      this.#ids.delete(pid)
      this.#tell()
    })
  }

  /** Ends everything at once. */
  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#shell.once('exit', resolve))
    if (this.#shell.exitCode !== null || this.#shell.signalCode !== null) return
    this.#shell.stdin?.end()
    await ended
  }
}
