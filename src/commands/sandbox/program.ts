/** The command or shell that runs in a sandbox. */
import { constants } from 'node:os'
import { quoted, UserError } from '../../common/errors.ts'
import type { Sandbox } from '../../sandbox/outside/sandbox.ts'

const SIGNAL_EXIT = 128
const FALLBACK_SHELL = '/bin/sh'
/** These come from the terminal, which sends them to the command too. */
const OF_TERMINAL = ['SIGINT', 'SIGQUIT'] as const
const OF_OTHERS = ['SIGTERM', 'SIGHUP'] as const

/** What to run: the words of the command line, else the user's shell. */
export const wordsOf = (
  operands: readonly string[],
  { SHELL }: Readonly<Record<string, string | undefined>>,
): readonly string[] => (operands.length > 0 ? operands : [SHELL || FALLBACK_SHELL])

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the program was not found',
  EACCES: 'it cannot be executed',
  ENOTDIR: 'a part of its path is not a folder',
  ENAMETOOLONG: 'its name is too long',
  E2BIG: 'its arguments are too long',
}

/**
 * Runs a command in a sandbox; signals to this process reach it.
 * @returns its exit code, with 128 added to the number of a signal that ended it
 * @throws UserError when it does not start
 */
export async function runProgram(
  sandbox: Pick<Sandbox, 'run' | 'signal'>,
  words: readonly string[],
  cwd: string,
): Promise<number> {
  const pass = (signal: NodeJS.Signals): void => void sandbox.signal(signal).catch(() => undefined)
  const fromTerminal = (signal: NodeJS.Signals): void => {
    if (!process.stdin.isTTY) pass(signal)
  }
  for (const signal of OF_TERMINAL) process.on(signal, fromTerminal)
  for (const signal of OF_OTHERS) process.on(signal, pass)
  try {
    const end = await sandbox.run(words, cwd)
    if ('failure' in end) {
      throw new UserError(`${quoted(words[0] ?? '')} does not start: ${REASONS[end.failure] ?? end.failure}`)
    }
    const number = end.signal === null ? 0 : constants.signals[end.signal as NodeJS.Signals]
    return end.code ?? SIGNAL_EXIT + number
  } finally {
    for (const signal of OF_TERMINAL) process.off(signal, fromTerminal)
    for (const signal of OF_OTHERS) process.off(signal, pass)
  }
}
