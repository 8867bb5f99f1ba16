/**
 * Output for people before it becomes text: lines of spans. `clean` is applied to every span, and colour is added after
 * it, so the program's own escape sequences are the only ones in the output.
 */
import { clean } from './clean.ts'

export type Style = 'heading' | 'dim' | 'name' | 'good' | 'warning' | 'error'

export interface StyledSpan {
  readonly text: string
  readonly style: Style
}

export type Span = string | StyledSpan
export type Line = readonly Span[]

/** Adds colour to a text if it is enabled. */
export type Painter = (style: Style, text: string) => string

export const styled = (style: Style, text: string): StyledSpan => ({ style, text })

/** The text of a span without its style. */
export const textOf = (span: Span): string => (typeof span === 'string' ? span : span.text)

/** A span of the same style with another text. */
export const withText = (span: Span, text: string): Span => (typeof span === 'string' ? text : { ...span, text })

function spanText(span: Span, paint: Painter): string {
  return typeof span === 'string' ? clean(span) : paint(span.style, clean(span.text))
}

export function* renderLines(lines: Iterable<Line>, paint: Painter): Iterable<string> {
  for (const line of lines) yield `${line.map((span) => spanText(span, paint)).join('')}\n`
}
