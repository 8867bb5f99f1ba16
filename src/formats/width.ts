/** The width of text in a terminal. */
import { once } from '../common/once.ts'

const ELLIPSIS = '…'

const ASCII = /^[\x20-\x7e]*$/
const combining = once(() => /[\p{M}\u200b-\u200d]/u)
const wide = once(
  () =>
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u,
)

function characterWidth(character: string): number {
  if (combining().test(character)) return 0
  return wide().test(character) ? 2 : 1
}

/** The width of a cleaned text in terminal cells. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** Truncates a text to `width` cells, with an ellipsis. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let taken = ''
  let left = width - 1
  for (const character of text) {
    left -= characterWidth(character)
    if (left < 0) break
    taken += character
  }
  return taken + ELLIPSIS
}
