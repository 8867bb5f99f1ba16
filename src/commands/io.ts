/** A command's access to the outside world, which tests replace. */
import { UserError } from '../common/errors.ts'
import { once } from '../common/once.ts'
import { DEFAULT_LIMITS } from '../index.ts'

export interface OutputStream {
  readonly isTTY: boolean
  /** The terminal's width; undefined without one. */
  readonly columns: number | undefined
  /** Resolves when more may be written. */
  write(text: string): Promise<void> | void
  /** Like `write`, for text that may contain commands for a CI system (`guarded.ts`). */
  writeExact?(text: string): Promise<void> | void
}

export interface Io {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly stdin: () => Promise<Buffer>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** What the user types before a command: `vipctl` by default, `kubectl vipctl` for the plugin of kubectl. */
  readonly calledAs?: string
  /**
   * Shows a text in the user's pager, if stdout is a terminal with fewer lines.
   * @returns whether the text was shown
   */
  readonly page?: (text: string) => Promise<boolean>
  /** Takes the exit code as it is before the output is written, because the reader of a pipe may end the program. */
  readonly onOutput?: (exitCode: number) => void
  /**
   * Calls the handler on an interrupt instead of ending the program; a second interrupt ends it.
   * @returns a function that removes the handler
   */
  readonly onInterrupt?: (handler: () => void) => () => void
  /**
   * Calls the handler on each SIGHUP instead of ending the program.
   * @returns a function that removes the handler
   */
  readonly onHangup?: (handler: () => void) => () => void
}

/** @param open is called when the stream is needed, because Node takes a millisecond or two to open one */
function streamOf(open: () => NodeJS.WriteStream): OutputStream {
  const stream = once(open)
  return {
    get isTTY() {
      return stream().isTTY === true
    },
    get columns() {
      return stream().columns
    },
    write(text) {
      if (stream().write(text)) return
      return new Promise((resolve) => stream().once('drain', resolve))
    },
  }
}

async function readStdin(): Promise<Buffer> {
  const { readStdin: read } = await import('../input/files/read.ts')
  return read(DEFAULT_LIMITS.fileBytes)
}

const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const

function onInterrupt(handler: () => void): () => void {
  for (const signal of INTERRUPTS) process.once(signal, handler)
  return () => {
    for (const signal of INTERRUPTS) process.off(signal, handler)
  }
}

function onHangup(handler: () => void): () => void {
  process.on('SIGHUP', handler)
  return () => process.off('SIGHUP', handler)
}

async function page(text: string): Promise<boolean> {
  const { isTTY, rows } = process.stdout
  if (!isTTY || text.split('\n').length <= rows) return false
  const { pagerOf, runPager } = await import('./pager.ts')
  const pager = pagerOf(process.env, process.platform)
  return pager !== undefined && runPager(pager, text, process.env)
}

/** @throws UserError when the folder is gone */
function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    throw new UserError('the working directory does not exist any more', 'change to a folder that exists')
  }
}

/**
 * @param onError is called when a stream cannot be written
 * @throws UserError when the working directory is gone
 */
export function processIo(onError: (error: NodeJS.ErrnoException) => void): Io {
  return {
    stdout: streamOf(() => process.stdout.on('error', onError)),
    stderr: streamOf(() => process.stderr.on('error', onError)),
    stdin: readStdin,
    env: process.env,
    cwd: workingDirectory(),
    page,
    onInterrupt,
    onHangup,
  }
}
