/**
 * Makes text from manifests safe to print. A name may contain escape sequences, or marks that reverse the writing
 * direction, which must not affect the terminal.
 */

/** C0 and C1 controls, DEL, bidirectional marks, line and paragraph separators. */
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

/**
 * A line of text with control characters made visible (`\x1b`, `
 * `).
 */
export function clean(text: string): string {
  return HAS_UNSAFE.test(text) ? text.replace(UNSAFE, escapeCharacter) : text
}

/** Cleans several lines separately. */
export function cleanLines(text: string): string {
  return HAS_UNSAFE.test(text) ? text.split('\n').map(clean).join('\n') : text
}
