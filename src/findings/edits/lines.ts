/** Line ends: texts are edited as if all of them were LF. */
import type { ReplacedPart } from './part.ts'

const LINE_END = /\r\n?|\n/g

/** The line end of the line with an offset, or of the nearest line before it; undefined in a text of one line. */
function lineEndAt(text: string, offset: number): string | undefined {
  LINE_END.lastIndex = offset
  const after = LINE_END.exec(text)
  if (after) return after[0]
  const before = /(\r\n?|\n)[^\r\n]*$/.exec(text)
  return before?.[1]
}

/** A text with LF as its only line end, and the way back to the text itself. */
export class UnixText {
  readonly text: string
  readonly #original: string
  readonly #fallback: string
  /** The offsets in `text` of the line ends that are CR LF in the original. */
  readonly #wide: readonly number[]

  /** @param fallback the line end for new lines in a text that has none */
  constructor(original: string, fallback: string) {
    this.#original = original
    this.#fallback = fallback
    this.text = original.replace(LINE_END, '\n')
    const wide: number[] = []
    for (let at = original.indexOf('\r\n'); at >= 0; at = original.indexOf('\r\n', at + 2)) wide.push(at - wide.length)
    this.#wide = wide
  }

  #offset(offset: number): number {
    let low = 0
    let high = this.#wide.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#wide[middle] as number) < offset) low = middle + 1
      else high = middle
    }
    return offset + low
  }

  /** The same change of the original; new lines end as the line that they are next to. */
  original({ start, end, text }: ReplacedPart): ReplacedPart {
    const from = this.#offset(start)
    const needsEnd = text.includes('\n')
    const lineEnd = needsEnd ? (lineEndAt(this.#original, from) ?? this.#fallback) : ''
    return { start: from, end: this.#offset(end), text: needsEnd ? text.replaceAll('\n', lineEnd) : text }
  }
}

/** The line end of the first line of a text; LF if it has none. */
export const firstLineEnd = (text: string): string => lineEndAt(text, 0) ?? '\n'
