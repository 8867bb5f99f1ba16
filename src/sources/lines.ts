import type { Position, SourceFile } from './document.ts'

const LF = 10
const CR = 13

const startsByFile = new WeakMap<SourceFile, readonly number[]>()

/** Offsets at which lines begin. A line ends at LF, CR LF or a lone CR, as in YAML. */
function findLineStarts(text: string): number[] {
  const starts = [0]
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    return starts
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) starts.push(at + 1)
  }
  return starts
}

function lineStarts(file: SourceFile): readonly number[] {
  const known = startsByFile.get(file)
  if (known) return known
  const starts = findLineStarts(file.text)
  startsByFile.set(file, starts)
  return starts
}

/** Index of the last line start at or before the offset. */
function lineIndex(starts: readonly number[], offset: number): number {
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
  return file.text.slice(start, starts[line]).replace(/\r?\n$|\r$/, '')
}
