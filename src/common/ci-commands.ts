/**
 * CI systems read the output of a job for commands. GitHub takes a line that begins with `::NAME` for one, GitHub and
 * Azure Pipelines also `##[NAME]` and `##vso[NAME]`, TeamCity `##teamcity[NAME]`. A name from a manifest must not be one.
 */

/** `::` at the start of a line. An IPv6 address, such as `::1`, is not a command: no command has such a name. */
const LINE_COMMAND = /:(?<=^[^\S\n]*:)(?=:(?![\da-f]*(?::[\da-f]+)*(?:\.\d+)*(?:\s|$)))/gm
/** The second `#` in front of a name and a bracket. */
const BRACKET_COMMAND = /#(?<=##)(?=\w{0,20}\[)/g

/** How a format writes the broken character. */
interface Escapes {
  readonly colon: string
  readonly hash: string
}

/** As hidden characters are shown. */
const VISIBLE: Escapes = { colon: '\\x3a', hash: '\\x23' }

/** A fast test that most texts fail. */
const mayHaveCommand = (text: string): boolean => text.includes('::') || text.includes('##')

/** Whether YAML, in which lines of a text may be lines of the output, has to quote a text. */
export const hasCommand = (text: string): boolean =>
  mayHaveCommand(text) && (text.search(LINE_COMMAND) >= 0 || text.search(BRACKET_COMMAND) >= 0)

/** Breaks commands that may be anywhere in a line. @param hash how the format writes `#` */
export const breakBracketCommands = (text: string, hash: string): string =>
  text.includes('##') ? text.replace(BRACKET_COMMAND, hash) : text

/**
 * Breaks every command: `\x3a:add-mask::x`, `#\x23[group]x`.
 * @param escapes those of the format; without them, visible ones for people
 * @param isInLine whether the text begins inside a line
 */
export function breakCommands(text: string, { colon, hash }: Escapes = VISIBLE, isInLine = false): string {
  if (!mayHaveCommand(text)) return text
  const rest = isInLine ? text.indexOf('\n') + 1 || text.length : 0
  const broken = text.slice(0, rest) + text.slice(rest).replace(LINE_COMMAND, colon)
  return breakBracketCommands(broken, hash)
}
