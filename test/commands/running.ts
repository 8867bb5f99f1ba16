/** A command that runs until it is interrupted: in the test's process, or with VIPCTL, by the program that it names. */
import { spawn } from 'node:child_process'
import { run } from '../../src/cli.ts'
import type { OutputStream } from '../../src/commands/io.ts'
import { GIVEN_PROGRAM } from '../support/program.ts'

export interface RunningCommand {
  stdout(): string
  stderr(): string
  /** What a user does with Ctrl-C. @returns the exit code */
  interrupt(): Promise<number>
  /** What `kill -HUP` does. */
  hangUp(): void
}

function startGiven(program: string, argv: readonly string[], cwd: string): RunningCommand {
  const { PATH, TMPDIR } = process.env
  const env = { PATH, ...(TMPDIR && { TMPDIR }) }
  const child = spawn(program, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (more: string) => {
      text[name] += more
    })
  }
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? -1))
  })
  return {
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    interrupt() {
      child.kill('SIGINT')
      return ended
    },
    hangUp: () => void child.kill('SIGHUP'),
  }
}

/** Starts a command in a folder. */
export function startCommand(argv: readonly string[], cwd: string): RunningCommand {
  if (GIVEN_PROGRAM) return startGiven(GIVEN_PROGRAM, argv, cwd)
  const text = { stdout: '', stderr: '' }
  const streamOf = (name: 'stdout' | 'stderr'): OutputStream => ({
    isTTY: false,
    columns: undefined,
    write(more) {
      text[name] += more
    },
  })
  let interrupt: () => void = () => undefined
  const hangups = new Set<() => void>()
  const ended = run(argv, {
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
    stdin: async () => Buffer.alloc(0),
    env: {},
    cwd,
    onInterrupt(handler) {
      interrupt = handler
      return () => undefined
    },
    onHangup(handler) {
      hangups.add(handler)
      return () => hangups.delete(handler)
    },
  })
  return {
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    interrupt() {
      interrupt()
      return ended
    },
    hangUp() {
      for (const handler of hangups) handler()
    },
  }
}
