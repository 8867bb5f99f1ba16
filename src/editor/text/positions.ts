/** Offsets of a text as the protocol's lines and characters, and back. */
import type { Position, Range } from 'vscode-languageserver/node'
import type { SourceFile } from '../../sources/document.ts'
import { lineStarts, lineText } from '../../sources/lines.ts'

/** How the editor counts characters of a line. */
export const ENCODINGS = ['utf-16', 'utf-8', 'utf-32'] as const
export type PositionEncoding = (typeof ENCODINGS)[number]

/** A part of a text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

const WIDTHS: Readonly<Record<PositionEncoding, (character: string) => number>> = {
  'utf-8': (character) => Buffer.byteLength(character),
  'utf-16': (character) => character.length,
  'utf-32': () => 1,
}

/** Converts positions for one editor. */
export class Positions {
  readonly encoding: PositionEncoding

  constructor(encoding: PositionEncoding) {
    this.encoding = encoding
  }

  /** An offset outside of the text is moved to its nearest end. */
  positionAt(file: SourceFile, offset: number): Position {
    const inside = Math.max(0, Math.min(offset, file.text.length))
    const starts = lineStarts(file)
    const line = starts.indexOf(inside)
    const start = starts.at(line) ?? 0
    return { line, character: this.#countOf(file.text, start, inside) }
  }

  /** A position after the end of its line means the end of the line, as the protocol says. */
  offsetAt(file: SourceFile, { line, character }: Position): number {
    const start = lineStarts(file).at(line)
    if (start === undefined) return line < 0 ? 0 : file.text.length
    const text = lineText(file, line + 1)
    if (this.encoding === 'utf-16') return start + Math.max(0, Math.min(character, text.length))
    const width = WIDTHS[this.encoding]
    let at = 0
    let counted = 0
    for (const each of text) {
      counted += width(each)
      if (counted > character) break
      at += each.length
    }
    return start + at
  }

  rangeOf(file: SourceFile, { start, end }: Span): Range {
    return { start: this.positionAt(file, start), end: this.positionAt(file, end) }
  }

  spanOf(file: SourceFile, { start, end }: Range): Span {
    const from = this.offsetAt(file, start)
    return { start: from, end: Math.max(from, this.offsetAt(file, end)) }
  }

  #countOf(text: string, start: number, end: number): number {
    if (this.encoding === 'utf-16') return end - start
    const width = WIDTHS[this.encoding]
    let count = 0
    for (const each of text.slice(start, end)) count += width(each)
    return count
  }
}
