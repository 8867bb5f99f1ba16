/** Changes of files as a unified diff for `patch -p1` and `git apply`. */
import type { StructuredPatchHunk } from 'diff'
import { cleanLines } from './clean.ts'
import type { TextEdit } from './edits.ts'
import type { Painter, Style } from './spans.ts'

const CONTEXT = 3
/** A part whose comparison takes longer is shown as removed and added as a whole. */
const MILLISECONDS = 5_000

/** A file before its parts are replaced. */
export interface ChangedFile {
  /** Relative to the folder in which the diff is applied. */
  readonly path: string
  readonly text: string
  /** In text order. */
  readonly parts: readonly TextEdit[]
}

/** Neighbouring parts and the lines around them. */
interface Region {
  readonly start: number
  end: number
  readonly parts: TextEdit[]
}

/** The start of the line that is `count` lines above the offset's line. */
function linesAbove(text: string, offset: number, count: number): number {
  let start = text.lastIndexOf('\n', offset - 1) + 1
  for (let line = 0; line < count && start > 0; line++) start = text.lastIndexOf('\n', start - 2) + 1
  return start
}

/** The end of the line that is `count` lines below the first line end at or after the offset. */
function linesBelow(text: string, offset: number, count: number): number {
  let end = offset > 0 && text[offset - 1] === '\n' ? offset : nextLine(text, offset)
  for (let line = 0; line < count && end < text.length; line++) end = nextLine(text, end)
  return end
}

function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline < 0 ? text.length : newline + 1
}

/** Only the parts can differ, so only they and the lines around them are compared. */
function regionsOf({ text, parts }: ChangedFile): readonly Region[] {
  const regions: Region[] = []
  for (const part of parts) {
    const start = linesAbove(text, part.start, CONTEXT)
    const end = linesBelow(text, part.end, CONTEXT)
    const last = regions.at(-1)
    if (last && start <= last.end) {
      last.end = end
      last.parts.push(part)
    } else regions.push({ start, end, parts: [part] })
  }
  return regions
}

/** A region's text with its parts replaced. */
function replacedText(text: string, { start, end, parts }: Region): string {
  const pieces: string[] = []
  let at = start
  for (const part of parts) {
    pieces.push(text.slice(at, part.start), part.text)
    at = part.end
  }
  return [...pieces, text.slice(at, end)].join('')
}

function countLines(text: string, start: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++
  return count
}

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n')

const NO_NEWLINE = '\\ No newline at end of file'

/** Removes all of the old text and adds all of the new one. */
function wholeHunk(before: string, after: string): StructuredPatchHunk {
  const side = (mark: string, text: string): string[] =>
    text === '' ? [] : [...linesOf(text).map((line) => mark + line), ...(text.endsWith('\n') ? [] : [NO_NEWLINE])]
  const [oldLines, newLines] = [before, after].map((text) => (text === '' ? 0 : linesOf(text).length))
  return {
    oldStart: 1,
    oldLines: oldLines ?? 0,
    newStart: 1,
    newLines: newLines ?? 0,
    lines: [...side('-', before), ...side('+', after)],
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is the purpose
const QUOTED = /[\u0000-\u001f"\\\u007f]/g

const octal = (character: string): string => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`

/** As in git: a name with characters that would end it is quoted, and a tab ends one with spaces. */
function headerName(side: 'a' | 'b', path: string): string {
  const name = `${side}/${path}`
  const quoted = name.replace(QUOTED, octal)
  if (quoted !== name) return `"${quoted}"`
  return name.includes(' ') ? `${name}\t` : name
}

const rangeText = (start: number, lines: number): string => (lines === 1 ? `${start}` : `${start},${lines}`)

function* hunkLines({ oldStart, oldLines, newStart, newLines, lines }: StructuredPatchHunk): Iterable<string> {
  // A side without lines is positioned at the previous line.
  const [from, to] = [oldLines === 0 ? oldStart - 1 : oldStart, newLines === 0 ? newStart - 1 : newStart]
  yield `@@ -${rangeText(from, oldLines)} +${rangeText(to, newLines)} @@`
  yield* lines
}

/** The lines of a file's diff, without line breaks. */
async function* fileLines(file: ChangedFile): AsyncIterable<string> {
  const { structuredPatch } = await import('diff')
  const { path, text } = file
  yield `--- ${headerName('a', path)}`
  yield `+++ ${headerName('b', path)}`
  let counted = 0
  let line = 0
  let shift = 0
  for (const region of regionsOf(file)) {
    line += countLines(text, counted, region.start)
    counted = region.start
    const before = text.slice(region.start, region.end)
    const after = replacedText(text, region)
    const options = { context: CONTEXT, timeout: MILLISECONDS }
    const patch = structuredPatch('', '', before, after, undefined, undefined, options)
    let regionShift = 0
    for (const hunk of patch ? patch.hunks : [wholeHunk(before, after)]) {
      regionShift += hunk.newLines - hunk.oldLines
      yield* hunkLines({ ...hunk, oldStart: hunk.oldStart + line, newStart: hunk.newStart + line + shift })
    }
    shift += regionShift
  }
}

const STYLES: ReadonlyMap<string, Style> = new Map([
  ['-', 'error'],
  ['+', 'good'],
  ['@', 'name'],
])

function styledLine(line: string, paint: Painter): string {
  const isHeader = /^(?:---|\+\+\+) /.test(line)
  const cleaned = cleanLines(isHeader ? line.trimEnd() : line)
  const style = isHeader ? 'heading' : STYLES.get(line[0] ?? '')
  return style ? paint(style, cleaned) : cleaned
}

/**
 * The diff of files.
 * @param paint for a terminal, which also makes control characters visible; undefined for the exact text, which can be
 * applied
 */
export async function diffText(files: readonly ChangedFile[], paint: Painter | undefined): Promise<readonly string[]> {
  const out: string[] = []
  for (const file of files) {
    for await (const line of fileLines(file)) out.push(`${paint ? styledLine(line, paint) : line}\n`)
  }
  return out
}
