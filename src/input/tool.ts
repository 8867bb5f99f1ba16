/** Runs another program: without a shell, with limits of time and output. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { atEnd, isDone } from './leftovers.ts'

/** More of stderr is not read. */
const MOST_ERROR_BYTES = 64_000

/** How a program is run. */
export interface ToolOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Longer runs are ended. */
  readonly mostMs: number
  /** More output is not read. */
  readonly mostBytes: number
}

/** The end of a run; `missing` when the program is not installed. */
export type Ran =
  | { readonly end: 'done'; readonly stdout: string; readonly stderr: string }
  | { readonly end: 'failed'; readonly reason: string; readonly stdout: string; readonly stderr: string }
  | { readonly end: 'missing' }

/** Collects what a stream sends, up to a limit. */
class Output {
  readonly #chunks: Buffer[] = []
  readonly #limit: number
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Whether the limit is exceeded. */
  get isFull(): boolean {
    return this.#bytes > this.#limit
  }

  add(chunk: Buffer): void {
    const room = this.#limit - this.#bytes
    if (room > 0) this.#chunks.push(chunk.subarray(0, room))
    this.#bytes += chunk.length
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}

/** Ends a program and what it has started. */
function end(program: ChildProcess | undefined): void {
  try {
    if (program?.pid !== undefined) process.kill(-program.pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
  // A daemon that it has started may keep the pipes open.
  program?.stdout?.destroy()
  program?.stderr?.destroy()
}

function reasonOf(code: number | null, late: boolean, stdout: Output, options: ToolOptions): string | undefined {
  if (late) return `took longer than ${options.mostMs / 1000} seconds`
  if (stdout.isFull) return `printed more than ${options.mostBytes / 1_000_000} MB`
  return code === 0 ? undefined : `failed${code === null ? '' : ` with exit code ${code}`}`
}

/** Why a program cannot be started. */
function startFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EACCES') return 'may not be executed'
  if (code === 'E2BIG') return 'cannot be started: its arguments are too long'
  return `cannot be started: ${message}`
}

/** @param args passed as they are: no shell reads them */
export function runTool(program: string, args: readonly string[], options: ToolOptions): Promise<Ran> {
  const { cwd, env, mostMs, mostBytes } = options
  return new Promise((resolve) => {
    let child: ChildProcessByStdio<null, Readable, Readable> | undefined
    // A program in a group of its own does not get the signals of the terminal. Handled before the program starts, a
    // signal is not lost in between.
    const kill = (): void => end(child)
    atEnd(kill)
    try {
      child = spawn(program, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    } catch (error) {
      isDone(kill)
      resolve({ end: 'failed', reason: startFailure(error), stdout: '', stderr: '' })
      return
    }
    const stdout = new Output(mostBytes)
    const stderr = new Output(MOST_ERROR_BYTES)
    let late = false
    const timer = setTimeout(() => {
      late = true
      kill()
    }, mostMs)
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.add(chunk)
      if (stdout.isFull) kill()
    })
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      isDone(kill)
      resolve(
        error.code === 'ENOENT'
          ? { end: 'missing' }
          : { end: 'failed', reason: startFailure(error), stdout: '', stderr: '' },
      )
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      isDone(kill)
      const reason = reasonOf(code, late, stdout, options)
      if (reason === undefined) resolve({ end: 'done', stdout: stdout.text, stderr: stderr.text })
      else resolve({ end: 'failed', reason, stdout: stdout.text, stderr: stderr.text })
    })
  })
}
