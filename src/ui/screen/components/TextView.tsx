/** The visible lines of a text, with its links. */
import { Box } from 'ink'
import type { ReactElement } from 'react'
import { type Line, type Span, styled } from '../../../formats/spans.ts'
import { displayWidth } from '../../../formats/width.ts'
import type { App } from '../model/app.ts'
import type { TextPage } from '../model/text.ts'
import { Spans } from './Spans.tsx'

/** Links that have a key. */
const MOST_LINKS = 9

/** The links one after another, as many as fit into a line. */
function linkLines({ links }: TextPage, width: number): readonly Line[] {
  const lines: Span[][] = []
  let left = 0
  for (const [index, { label }] of links.slice(0, MOST_LINKS).entries()) {
    const needed = displayWidth(label) + 6
    if (needed > left) {
      lines.push([])
      left = width
    }
    left -= needed
    lines.at(-1)?.push(styled('name', ` ${index + 1} `), `${label}   `)
  }
  return lines
}

export function TextView({ app, page }: { readonly app: App; readonly page: TextPage }): ReactElement {
  const { columns: width, room } = app
  const links = linkLines(page, width)
  // On a low terminal the text matters more.
  const shownLinks = links.slice(0, Math.max(0, Math.min(links.length, Math.floor(room / 2))))
  const height = room - shownLinks.length - (shownLinks.length > 0 ? 1 : 0)
  const lines = [...page.window(height)]
  while (lines.length < height && shownLinks.length > 0) lines.push([])
  const all = shownLinks.length > 0 ? [...lines, [styled('dim', '─'.repeat(width))], ...shownLinks] : lines
  return (
    <Box flexDirection="column" height={room}>
      {all.map((line, index) => (
        <Spans key={index} line={line} width={width} />
      ))}
    </Box>
  )
}
