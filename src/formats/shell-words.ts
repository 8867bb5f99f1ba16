/** Words of command lines that are printed for somebody to run. */
import { clean } from './clean.ts'

const PLAIN = /^[\w@%+=:,./-]+$/

/** A word in quotes where a shell would take it apart; control characters are shown, not written. */
export const shellWord = (word: string): string => clean(PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
