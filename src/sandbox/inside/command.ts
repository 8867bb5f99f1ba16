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
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', cwd, env })
    started(child)
    child.on('error', (error: NodeJS.ErrnoException) => resolve({ failure: error.code ?? error.message }))
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
}
