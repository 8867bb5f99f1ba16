import type { Position, SourceFile } from './document.ts'

const LF = 10
const CR = 13

const startsByFile = new WeakMap<SourceFile, Uint32Array>()

/** The offset at which the line after an offset begins; 0 if there is none. */
type NextLine = (text: string, from: number) => number

const afterLineFeed: NextLine = (text, from) => text.indexOf('\n', from) + 1

const afterAnyBreak: NextLine = (text, from) => {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) return at + 1
  }
  return 0
}

/**
 * Offsets at which lines begin. A line ends at LF, CR LF or a lone CR, as in YAML. They are counted first: a large file
 * has millions of lines, and a growing list takes three times the memory.
 */
function findLineStarts(text: string): Uint32Array {
  const next = text.includes('\r') ? afterAnyBreak : afterLineFeed
  let count = 1
  for (let at = next(text, 0); at > 0; at = next(text, at)) count++
  const starts = new Uint32Array(count)
  for (let at = next(text, 0), line = 1; at > 0; at = next(text, at), line++) starts[line] = at
  return starts
}

function lineStarts(file: SourceFile): Uint32Array {
  const known = startsByFile.get(file)
  if (known) return known
  const starts = findLineStarts(file.text)
  startsByFile.set(file, starts)
  return starts
}

/** Index of the last line start at or before the offset. */
function lineIndex(starts: Uint32Array, offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] as number) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Line and column of an offset; an offset outside the text is moved to the nearest end. */
export function positionAt(file: SourceFile, offset: number): Position {
  const starts = lineStarts(file)
  const inside = Math.max(0, Math.min(offset, file.text.length))
  const index = lineIndex(starts, inside)
  return { file: file.name, line: index + 1, column: inside - (starts[index] as number) + 1 }
}

/** A line's text without its line break, by number from 1; '' when the file has no such line. */
export function lineText(file: SourceFile, line: number): string {
  const starts = lineStarts(file)
  const start = starts[line - 1]
  if (start === undefined) return ''
  // A line may be the whole file, and be asked for once per finding in it, so only its end is looked at.
  let end = starts[line] ?? file.text.length
  if (end > start && file.text[end - 1] === '\n') end--
  if (end > start && file.text[end - 1] === '\r') end--
  return file.text.slice(start, end)
}
