/**
 * Makes text from manifests safe to print. A name may contain escape sequences, marks that reverse the writing
 * direction, or characters that do not show, which would make two names look the same.
 */
import { HIDDEN } from '../common/hidden.ts'
import { once } from '../common/once.ts'

/** Unicode's classes take a millisecond, so RegExps with them are made when a text needs them. */
const unsafe = once(() => new RegExp(`[${HIDDEN}]`, 'gu'))
/** Most texts are this; the test is several times as fast. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/

const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) as number
  const hex = code.toString(16)
  if (code > 0xffff) return `\\u{${hex}}`
  return NAMED.get(character) ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`)
}

/** A line of text with hidden characters made visible: `\x1b`, `\u200b`, `\u{e0041}`. */
export function clean(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(unsafe(), escapeCharacter)
}

/** Cleans several lines separately. */
export function cleanLines(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.split('\n').map(clean).join('\n')
}
