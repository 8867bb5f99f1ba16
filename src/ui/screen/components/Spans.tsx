/** One line of the screen. */
import { Text } from 'ink'
import type { ReactElement } from 'react'
import { type Line, type Style, textOf } from '../../../formats/spans.ts'
import { displayWidth, truncate } from '../../../formats/width.ts'

/** Colours of the terminal's own palette, so that they suit light and dark. */
export const COLORS: Readonly<
  Record<Style, { readonly color?: string; readonly bold?: true; readonly dimColor?: true }>
> = {
  heading: { bold: true },
  dim: { dimColor: true },
  name: { color: 'cyan' },
  good: { color: 'green' },
  warning: { color: 'yellow' },
  error: { color: 'red' },
}

interface LineProps {
  readonly line: Line
  readonly width: number
}

/** A line, cut to the width of the terminal. */
export function Spans({ line, width }: LineProps): ReactElement {
  const parts: ReactElement[] = []
  let left = width
  for (const [index, span] of line.entries()) {
    if (left <= 0) break
    const text = truncate(textOf(span), left)
    left -= displayWidth(text)
    const style = typeof span === 'string' ? {} : COLORS[span.style]
    parts.push(
      <Text key={index} {...style}>
        {text}
      </Text>,
    )
  }
  // ink gives an empty text no line.
  return <Text wrap="truncate">{parts.length > 0 ? parts : ' '}</Text>
}
