/** Completion for kubectl, which runs the program for each word. */
import type { Command } from 'commander'
import { RULE_IDS } from '../../index.ts'
import { completionModel, PROXIES_COMMAND } from './model.ts'
import { completeWords } from './words.ts'

/**
 * Completes the words after `kubectl vipctl`.
 * @param print runs the program and returns what it prints on stdout
 * @returns lines for kubectl
 */
export function completeFor(
  words: readonly string[],
  program: Command,
  print: (argv: readonly string[]) => Promise<string>,
): Promise<readonly string[]> {
  return completeWords(completionModel(program, RULE_IDS), words, async (kind, input) => {
    const [, ...argv] = PROXIES_COMMAND.split(' ')
    const names = (await print([...argv, ...input])).split('\n').filter((name) => name !== '')
    // NAME.NAMESPACE; a name may have dots.
    const shown = kind === 'namespaces' ? names.map((name) => name.slice(name.lastIndexOf('.') + 1)) : names
    return [...new Set(shown)].sort()
  })
}
