/**
 * Text of manifests on its way to a terminal. A name may hold escape sequences, or marks that turn the direction of
 * writing round: neither may act on the terminal of whoever reads it.
 */

/** C0 and C1 controls, DEL, marks of bidirectional text, line and paragraph separators. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu
const HAS_UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u

const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0)
  const hex = code.toString(16)
  return NAMED.get(character) ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`)
}

/** One line of text with every control character made visible (`\x1b`, `\n`). */
export function clean(text: string): string {
  return HAS_UNSAFE.test(text) ? text.replace(UNSAFE, escapeCharacter) : text
}

/** Several lines, cleaned one by one. */
export function cleanLines(text: string): string {
  return HAS_UNSAFE.test(text) ? text.split('\n').map(clean).join('\n') : text
}
