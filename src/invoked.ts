/** Under which name the program was started. */
import { basename } from 'node:path'
import { isSea } from 'node:sea'

/** kubectl runs `kubectl-NAME` for `kubectl NAME`, and `kubectl_complete-NAME` to complete its words. */
const PLUGIN = 'kubectl-vipctl'
const COMPLETION = 'kubectl_complete-vipctl'

/** The command that completes words, for kubectl; help does not list it. */
export const COMPLETE = '__complete'

export interface Invocation {
  /** What the user types before the command. */
  readonly calledAs: string
  readonly argv: readonly string[]
}

/** @param argv the arguments of the process; a plugin is a link to the program, or a copy, with another name */
export function invocation([, script = '', ...argv]: readonly string[]): Invocation {
  // The path of an executable is that of the file behind the link.
  const name = basename(isSea() ? process.argv0 : script).replace(/\.(?:exe|js|cmd)$/, '')
  if (name === COMPLETION) return { calledAs: 'kubectl vipctl', argv: [COMPLETE, ...argv] }
  return { calledAs: name === PLUGIN ? 'kubectl vipctl' : 'vipctl', argv }
}
