/** Text of the input in Markdown. */
import { clean } from '../formats/clean.ts'

const LONGEST = 500

/** A text in which nothing has a meaning to Markdown or HTML, cut after a while. */
export function markdownText(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  return clean(short).replace(/[\\`*_{}[\]<>()#+!|&~@]/g, (character) => `&#${character.charCodeAt(0)};`)
}
