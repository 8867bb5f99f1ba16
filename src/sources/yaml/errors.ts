import { withThousands } from '../limits.ts'
import { closerOf, isQuote, scanFlow } from './flow.ts'

/**
 * Explains in plain words why a YAML text cannot be read. The parser reports what it expected; the actual mistake is
 * mostly one of a few, each recognised here by the lines around the error.
 */

/** What is wrong and where; `offset` counts from the start of the text. */
export interface Diagnosis {
  readonly message: string
  readonly offset: number
  readonly hint?: string
}

/** The error and the lines around it. */
interface Scene {
  readonly text: string
  /** The parser's message. */
  readonly reason: string
  readonly offset: number
  readonly line: Line
  /** The nearest line above that is not blank. */
  readonly above: Line | undefined
}

interface Line {
  readonly start: number
  readonly text: string
}

type Diagnose = (scene: Scene) => Diagnosis | undefined

/** Only this much of a longer line is examined: a hint is not worth reading megabytes. */
const LINE_REACH = 2_000
/** How far above an error to look for an opening quote or bracket. */
const OPENER_REACH = 10_000

function lineStartBefore(text: string, offset: number): number {
  let at = offset
  while (at > 0 && text[at - 1] !== '\n' && text[at - 1] !== '\r') at--
  return at
}

function lineAt(text: string, start: number): Line {
  const reach = text.slice(start, start + LINE_REACH)
  return { start, text: /^[^\r\n]*/.exec(reach)?.[0] ?? '' }
}

function lineAbove(text: string, line: Line): Line | undefined {
  let start = line.start
  while (start > 0) {
    const end = text[start - 1] === '\n' && text[start - 2] === '\r' ? start - 2 : start - 1
    start = lineStartBefore(text, end)
    const above = lineAt(text, start)
    if (above.text.trim() !== '') return above
  }
  return undefined
}

const indentOf = (line: Line): number => line.text.length - line.text.trimStart().length

const CONFLICT_MARKER = /^(?:<{7}|={7}|>{7})(?: |$)/

const mergeConflict: Diagnose = ({ line, above }) => {
  const marked = [line, above].find((candidate) => candidate !== undefined && CONFLICT_MARKER.test(candidate.text))
  return (
    marked && {
      message: 'a merge conflict is left in the file',
      offset: marked.start,
      hint: 'Resolve it and remove the lines with <<<<<<<, ======= and >>>>>>>.',
    }
  )
}

const template: Diagnose = ({ line, above }) => {
  const templated = [line, above].find((candidate) => candidate?.text.includes('{{'))
  return (
    templated && {
      message: 'this is a template, not YAML',
      offset: templated.start + templated.text.indexOf('{{'),
      hint: 'Render it first, for example with helm template.',
    }
  )
}

const tabIndent: Diagnose = ({ line, reason }) => {
  const tab = line.text.slice(0, indentOf(line)).indexOf('\t')
  if (tab < 0 || !/indentation|tab |separator|key/.test(reason)) return undefined
  return {
    message: 'a tab is used for indentation',
    offset: line.start + tab,
    hint: 'YAML indents with spaces only: put spaces in place of the tab.',
  }
}

const UNCLOSED = /^deficient indentation$|^unexpected end of the (?:stream|document) within a (?:single|double|flow)/

const unclosed: Diagnose = ({ text, offset, reason }) => {
  if (!UNCLOSED.test(reason)) return undefined
  const from = lineStartBefore(text, Math.max(0, offset - OPENER_REACH))
  const opener = scanFlow(text, from, offset).open
  if (opener === undefined) return undefined
  const char = text[opener] as string
  return isQuote(char)
    ? { message: `the quote ${char} that opens here is never closed`, offset: opener, hint: `Close it with ${char}.` }
    : {
        message: `the ${char} that opens here is never closed`,
        offset: opener,
        hint: `Close it with ${closerOf(char)}, and indent what is inside deeper than the line that opens it.`,
      }
}

const STRUCTURE = /mapping entry|multiline key|after a mapping key|document separator|key-value separator/
const KEY_WITHOUT_SPACE = /^[ ]*(?:- +)*[A-Za-z_][\w./-]*:(?=[^\s:/])/

const missingSpace: Diagnose = ({ line, above, reason }) => {
  if (!STRUCTURE.test(reason)) return undefined
  for (const candidate of [above, line]) {
    const match = candidate && KEY_WITHOUT_SPACE.exec(candidate.text)
    if (candidate && match) {
      return {
        message: 'a space is missing after the colon',
        offset: candidate.start + match[0].length - 1,
        hint: 'Write "key: value", with a space after the colon.',
      }
    }
  }
  return undefined
}

const reservedStart: Diagnose = ({ text, offset, reason }) => {
  const char = text[offset] ?? ''
  if (!STRUCTURE.test(reason) || char === '' || !'@`%,'.includes(char)) return undefined
  return { message: `a value cannot begin with ${char}`, offset, hint: 'Put the value in quotes.' }
}

const textAfterQuote: Diagnose = ({ text, offset, line, reason }) => {
  if (!reason.startsWith('bad indentation')) return undefined
  if (!isQuote(text.slice(line.start, offset).trimEnd().at(-1))) return undefined
  return {
    message: 'text follows a value that is closed by its quote',
    offset,
    hint: 'Put the whole value in quotes, or none of it.',
  }
}

const secondColon: Diagnose = ({ text, offset, line, reason }) => {
  if (!reason.startsWith('bad indentation') || text[offset] !== ':') return undefined
  if (!/:[ \t]/.test(text.slice(line.start, offset))) return undefined
  return {
    message: 'there is a second colon on this line',
    offset,
    hint: 'Put a value that contains a colon and a space in quotes.',
  }
}

const listBesideKey: Diagnose = ({ text, offset, line, reason }) => {
  if (!reason.startsWith('bad indentation') || text[offset] !== '-') return undefined
  if (!/:[ \t]+$/.test(text.slice(line.start, offset))) return undefined
  return { message: 'a list cannot begin on the line of its key', offset, hint: 'Begin the list on the next line.' }
}

const missingColon: Diagnose = ({ line, above, offset, reason }) => {
  if (/after a mapping key/.test(reason)) return colonExpected(line.start + indentOf(line), offset)
  return /multiline key/.test(reason) && above ? colonExpected(above.start + indentOf(above), offset) : undefined
}

function colonExpected(keyStart: number, offset: number): Diagnosis {
  return { message: 'a colon is missing after a key', offset: Math.min(keyStart, offset), hint: 'Write "key: value".' }
}

const controlCharacter: Diagnose = ({ text, offset, reason }) => {
  if (!/non-printable|null byte|valid JSON character/.test(reason)) return undefined
  const code = (text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return {
    message: `the character U+${code} is not allowed in YAML`,
    offset,
    hint: 'Remove it, or write it as an escape in double quotes.',
  }
}

const INDENTATION_HINT = 'The entries of one mapping or list begin in the same column.'

/** The parser's messages for errors without a likelier cause, and what this tool says instead. */
const IN_PLAIN_WORDS: readonly (readonly [pattern: RegExp, message: string, hint?: string])[] = [
  [/^colon begins/, 'an unquoted value inside [...] or {...} begins with a colon', 'Quote it, such as "::1".'],
  [/^question mark/, 'an unquoted value inside [...] or {...} contains a question mark', 'Quote it.'],
  [/^key spans lines/, 'a key inside {...} and its colon are on different lines', 'Put the colon right after the key.'],
  [/^bad indentation/, 'the indentation does not match any line above', INDENTATION_HINT],
  [/^deficient indentation/, 'this line must be indented deeper', 'It continues a value that was opened above.'],
  [
    /^missed comma/,
    'a comma is missing between two entries of [...] or {...}',
    'Put a comma between them; a text with spaces or special characters may need quotes.',
  ],
  [/within a flow collection$/, 'a [ or { is never closed', 'Close each [ with ] and each { with }.'],
  [/within a (?:single|double) quoted scalar$/, 'a quote is never closed', 'Close it with the quote that opens it.'],
  [
    /^end of the stream or a document separator/,
    'this line does not belong to anything above',
    `${INDENTATION_HINT} A line "---" separates two documents.`,
  ],
  [/^a whitespace character is expected after/, 'a space is missing after the colon', 'Write "key: value".'],
  [/^unknown escape/, 'unknown escape in a double-quoted text', 'Write a backslash as \\\\, or use single quotes.'],
  [/^expected hexadecimal/, 'an escape in a double-quoted text lacks digits', 'Use \\xNN, \\uNNNN or \\UNNNNNNNN.'],
  [/^a line break is expected/, 'text follows | or >', 'The text of a block begins on the next line.'],
  [/^name of an anchor/, 'an anchor & lacks a name', 'Put a text that begins with & in quotes.'],
  [/^name of an alias/, 'an alias * lacks a name', 'Put a text that begins with * in quotes.'],
  [/^undeclared tag handle/, 'unknown tag', 'Put a text that begins with ! in quotes.'],
  [/^directives end mark/, 'a line "---" must follow a line that begins with %'],
]

const CAUSES: readonly Diagnose[] = [
  controlCharacter,
  mergeConflict,
  template,
  tabIndent,
  unclosed,
  missingSpace,
  reservedStart,
  textAfterQuote,
  secondColon,
  listBesideKey,
  missingColon,
]

/**
 * Names the likeliest cause of a parser error.
 * @param text what was parsed
 * @param reason the parser's message, without position
 * @param offset where the parser stopped
 */
export function diagnose(text: string, reason: string, offset: number): Diagnosis {
  const line = lineAt(text, lineStartBefore(text, offset))
  const scene: Scene = { text, reason, offset, line, above: lineAbove(text, line) }
  for (const cause of CAUSES) {
    const diagnosis = cause(scene)
    if (diagnosis) return diagnosis
  }
  const known = IN_PLAIN_WORDS.find(([pattern]) => pattern.test(reason))
  if (known === undefined) return { message: reason, offset }
  const [, message, hint] = known
  return hint === undefined ? { message, offset } : { message, offset, hint }
}

/** The parser's error about depth, which is a limit of this tool and not a mistake in the text. */
export function depthDiagnosis(reason: string, offset: number, depth: number): Diagnosis | undefined {
  if (!reason.startsWith('nesting exceeded')) return undefined
  return {
    message: `values nest deeper than the limit of ${withThousands(depth)} levels`,
    offset,
    hint: 'Check for brackets that are opened and never closed; if the nesting is intended, split the document.',
  }
}
