import { beginsText, resolvePlain } from './scalars.ts'

/** The parser refuses keys of more than 1,024 characters. */
const LONGEST_KEY = 1000

/** Keys that were read before, so that equal keys are the same string. Few files use more different ones. */
const keys = new Map<string, string>()
const MOST_KEYS = 1000

/** Not a key to Kubernetes as it is written, such as `on`. */
const isKey = (text: string): boolean =>
  text.length <= LONGEST_KEY && text !== '__proto__' && (beginsText(text.charCodeAt(0)) || resolvePlain(text) === text)

/** The key that a plain text is; undefined for a text that takes a second look (`on`, `__proto__`). */
export function keyOf(text: string): string | undefined {
  const known = keys.get(text)
  if (known !== undefined || !isKey(text)) return known
  if (keys.size < MOST_KEYS) keys.set(text, text)
  return text
}
