/** Documentation pages for a terminal: headings, prose, links and code blocks, as far as pages of rules use them. */
import { clean } from '../clean.ts'
import { type Line, type Span, styled } from '../spans.ts'
import { wrap } from '../wrap.ts'

const FENCE = '```'
const HEADING = /^#{1,6} /
const CODE_INDENT = '    '
/** Bold text and inline code. */
const INLINE = /(\*\*[^*]+\*\*|`[^`]+`)/

/** `[text](https://...)` becomes `text (https://...)`. */
const withoutLinks = (text: string): string => text.replace(/\[([^\]]+)\]\(([^)]+)\)/g, '$1 ($2)')

function inlineSpan(part: string): Span {
  if (part.startsWith('**') && part.endsWith('**')) return styled('heading', part.slice(2, -2))
  if (part.startsWith('`') && part.endsWith('`')) return styled('name', part.slice(1, -1))
  return part
}

const spansOf = (line: string): Line =>
  line
    .split(INLINE)
    .filter((part) => part !== '')
    .map(inlineSpan)

/** Repeats the marks of a text for each word, so that lines can be broken inside it. */
const withMarkedWords = (text: string): string =>
  text.replace(/(\*\*|`)([^*`]+)\1/g, (_, mark: string, marked: string) =>
    marked
      .split(' ')
      .map((word) => mark + word + mark)
      .join(' '),
  )

function* paragraphLines(lines: readonly string[], width: number | undefined): Iterable<Line> {
  if (lines.length === 0) return
  for (const line of wrap(withMarkedWords(withoutLinks(lines.join(' '))), width)) yield spansOf(line)
}

/** @param width that of the terminal; undefined for unlimited lines */
export function* markdownLines(text: string, width: number | undefined): Iterable<Line> {
  let paragraph: string[] = []
  let isCode = false
  for (const line of text.trimEnd().split('\n')) {
    if (!isCode && line.trim() !== '' && !line.startsWith(FENCE) && !HEADING.test(line)) {
      paragraph.push(line.trim())
      continue
    }
    yield* paragraphLines(paragraph, width)
    paragraph = []
    if (line.startsWith(FENCE)) isCode = !isCode
    else if (isCode) yield [styled('dim', CODE_INDENT + clean(line))]
    else if (HEADING.test(line)) yield [styled('heading', line.replace(HEADING, ''))]
    else yield []
  }
  yield* paragraphLines(paragraph, width)
}
