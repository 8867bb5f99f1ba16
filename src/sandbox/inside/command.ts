/** The user's command. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { CommandEnd, CommandFailure, CommandRequest } from '../messages.ts'

/**
 * Runs a command with the streams of this process.
 * @param started gets its process
 */
export function runCommand(
  { words, cwd, env }: CommandRequest,
  started: (child: ChildProcess) => void,
): Promise<CommandEnd | CommandFailure> {
  const [program = '', ...args] = words
  if (program === '') return Promise.resolve({ failure: 'ENOENT' })
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void => resolve({ failure: error.code ?? error.message })
    try {
      const child = spawn(program, args, { stdio: 'inherit', cwd, env })
      started(child)
      child.on('error', fail)
      child.on('exit', (code, signal) => resolve({ code, signal }))
    } catch (error) {
      // Node reports only the most frequent failures by an event.
      fail(error as NodeJS.ErrnoException)
    }
  })
}
