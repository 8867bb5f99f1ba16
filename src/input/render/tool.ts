/** Runs a program that renders manifests: without a shell, with limits of time and output. */
import { spawn } from 'node:child_process'

/** Longer runs are ended. */
const MOST_MS = 60_000

/** More output is not read. */
const MOST_BYTES = 64_000_000
const MOST_ERROR_BYTES = 64_000

type Environment = Readonly<Record<string, string | undefined>>

/** The end of a run; `missing` when the program is not installed. */
export type Ran =
  | { readonly end: 'done'; readonly stdout: string; readonly stderr: string }
  | { readonly end: 'failed'; readonly reason: string; readonly stderr: string }
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
    this.#bytes += chunk.length
    if (!this.isFull) this.#chunks.push(chunk)
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}

/** Ends a program and what it has started. */
function end(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

function reasonOf(code: number | null, late: boolean, stdout: Output): string | undefined {
  if (late) return `took longer than ${MOST_MS / 1000} seconds`
  if (stdout.isFull) return `printed more than ${MOST_BYTES / 1_000_000} MB`
  return code === 0 ? undefined : `failed${code === null ? '' : ` with exit code ${code}`}`
}

/** @param args passed as they are: no shell reads them */
export function runTool(program: string, args: readonly string[], cwd: string, env: Environment): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const stdout = new Output(MOST_BYTES)
    const stderr = new Output(MOST_ERROR_BYTES)
    let late = false
    const timer = setTimeout(() => {
      late = true
      end(child.pid)
    }, MOST_MS)
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.add(chunk)
      if (stdout.isFull) end(child.pid)
    })
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      resolve(error.code === 'ENOENT' ? { end: 'missing' } : { end: 'failed', reason: error.message, stderr: '' })
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      const reason = reasonOf(code, late, stdout)
      if (reason === undefined) resolve({ end: 'done', stdout: stdout.text, stderr: stderr.text })
      else resolve({ end: 'failed', reason, stderr: stderr.text })
    })
  })
}
