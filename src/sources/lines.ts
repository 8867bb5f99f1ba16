import { oncePer } from '../common/once.ts'
import type { Position, SourceFile } from './document.ts'

const LF = 10
const CR = 13

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

const FIRST_CAPACITY = 256

/**
 * Offsets at which lines begin. A line ends at LF, CR LF or a lone CR, as in YAML. The text is searched only
 * up to the furthest position that was asked for: many texts have only a few, near the beginning.
 */
class LineStarts {
  readonly #text: string
  readonly #next: NextLine
  /** Numbers, because a large file has millions of lines, and a list of any values takes three times the memory. */
  #starts = new Uint32Array(FIRST_CAPACITY)
  /** The number of lines that were found. */
  #count = 1
  #isComplete = false

  constructor(text: string) {
    this.#text = text
    this.#next = text.includes('\r') ? afterAnyBreak : afterLineFeed
  }

  #find(): void {
    const start = this.#next(this.#text, this.#starts[this.#count - 1] as number)
    if (start === 0) {
      this.#isComplete = true
      return
    }
    if (this.#count === this.#starts.length) {
      const larger = new Uint32Array(2 * this.#count)
      larger.set(this.#starts)
      this.#starts = larger
    }
    this.#starts[this.#count++] = start
  }

  /** The start of a line by its index; undefined if the text has no such line. */
  at(index: number): number | undefined {
    while (!this.#isComplete && this.#count <= index) this.#find()
    return index < this.#count ? this.#starts[index] : undefined
  }

  /** The index of the line that an offset is in. */
  indexOf(offset: number): number {
    while (!this.#isComplete && (this.#starts[this.#count - 1] as number) <= offset) this.#find()
    let low = 0
    let high = this.#count - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** Where the lines of a file begin. */
export const lineStarts = oncePer((file: SourceFile) => new LineStarts(file.text))

/** Line and column of an offset; an offset outside the text is moved to the nearest end. */
export function positionAt(file: SourceFile, offset: number): Position {
  const starts = lineStarts(file)
  const inside = Math.max(0, Math.min(offset, file.text.length))
  const index = starts.indexOf(inside)
  return { file: file.name, line: index + 1, column: inside - (starts.at(index) as number) + 1 }
}

/** The offset of a line and column, both counted from 1; in a line that the file does not have, as in its first. */
export const offsetOf = (file: SourceFile, line: number, column: number): number =>
  (lineStarts(file).at(line - 1) ?? 0) + column - 1

/** A line's text without its line break, by number from 1; '' when the file has no such line. */
export function lineText(file: SourceFile, line: number): string {
  const starts = lineStarts(file)
  const start = starts.at(line - 1)
  if (start === undefined) return ''
  // A line may be the whole file, and be asked for once per finding in it, so only its end is looked at.
  let end = starts.at(line) ?? file.text.length
  if (end > start && file.text[end - 1] === '\n') end--
  if (end > start && file.text[end - 1] === '\r') end--
  return file.text.slice(start, end)
}
