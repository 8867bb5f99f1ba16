/** Text of the input in Markdown. */
import { clean } from '../formats/clean.ts'

const LONGEST = 500

/** Not seen, and ends the mention of a user or issue: GitHub and GitLab look for those after they have decoded entities. */
const NO_MENTION = '&#8203;'

/** A text in which nothing has a meaning to Markdown or HTML, and that mentions no user and no issue, cut after a while. */
export function markdownText(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  return clean(short)
    .replace(/[\\`*_{}[\]<>()#+!|&~@]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/&#(?:64|35|33);(?=\w)/g, `$&${NO_MENTION}`)
}
