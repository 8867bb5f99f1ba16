/** Graphs for Graphviz. */
import { clean } from '../clean.ts'
import type { Line } from '../spans.ts'
import type { Arrow, Box, Graph, Picture, Tone } from './model.ts'

/** Graphviz reads entities of HTML in labels too. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['&', '&amp;'],
])

const escaped = (line: string): string => clean(line).replace(/[\\"&]/g, (char) => ESCAPES.get(char) ?? char)

/** @param end of a line: `n` for centred, `l` for aligned to the left */
const dotText = (text: readonly string[], end = 'n'): string => text.map(escaped).join(`\\${end}`)

const linesOf = (text: readonly string[]): readonly string[] => text.filter((line) => line !== '')

const COLOURS: Readonly<Record<Tone, string>> = {
  good: ' color="#2da44e" penwidth=2',
  bad: ' color="#cf222e" style=dashed',
  dim: ' color="#8c959f" style=dotted',
}

const boxLine = ({ id, text, tone }: Box): Line => [
  `  ${id} [label="${dotText(linesOf(text))}"${tone ? COLOURS[tone] : ''}]`,
]

function arrowLine({ from, to, label, tone }: Arrow): Line {
  const labelled = label && `label="${dotText([label])}"`
  const styled = tone === 'bad' ? `${COLOURS.bad} arrowhead=tee`.trim() : ''
  const attributes = [labelled, styled].filter((attribute) => attribute !== '').join(' ')
  return [`  ${from} -> ${to}${attributes && ` [${attributes}]`}`]
}

/**
 * @param name the graph's, a word
 * @param graphs with different IDs
 */
export function* dotLines(name: string, ...graphs: readonly Graph[]): Iterable<Line> {
  yield [`digraph ${name} {`]
  yield ['  node [shape=box]']
  for (const { boxes, arrows } of graphs) {
    yield* boxes.map(boxLine)
    yield* arrows.map(arrowLine)
  }
  yield ['}']
}

/** With a title above and the notes below. */
export function* dotPicture(name: string, picture: Picture): Iterable<Line> {
  const [first, ...lines] = dotLines(name, picture)
  if (first) yield first
  const notes = picture.notes.length > 0 ? [dotText([...picture.notes, ''], 'l')] : []
  yield [`  label="${[dotText([picture.title, '']), ...notes].join('')}"`]
  yield ['  labelloc=t labeljust=l rankdir=LR']
  yield* lines
}
