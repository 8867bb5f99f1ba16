/** Words of command lines in messages. */
import { clean } from './clean.ts'

const PLAIN = /^[\w@%+=:,./-]+$/

/** Quotes a word if a shell would split it; control characters are made visible. */
export const shellWord = (word: string): string => clean(PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
