/**
 * Human output before it is text: lines of spans. Every span passes through `clean` when it is written, and colour is
 * added after that, so that the only escape sequences of the output are the program's own.
 */
import { clean } from './clean.ts'

export type Style = 'heading' | 'dim' | 'name' | 'good' | 'warning' | 'error'

export interface StyledSpan {
  readonly text: string
  readonly style: Style
}

export type Span = string | StyledSpan
export type Line = readonly Span[]

/** Adds colour to a text, or does not. */
export type Painter = (style: Style, text: string) => string

export const styled = (style: Style, text: string): StyledSpan => ({ style, text })

export function spanText(span: Span, paint: Painter): string {
  return typeof span === 'string' ? clean(span) : paint(span.style, clean(span.text))
}

export function* renderLines(lines: Iterable<Line>, paint: Painter): Iterable<string> {
  for (const line of lines) yield `${line.map((span) => spanText(span, paint)).join('')}\n`
}
