/** Graphs as flowcharts of Mermaid. */
import { clean } from '../clean.ts'
import type { Line } from '../spans.ts'
import { type Arrow, type Graph, type Picture, TONES, type Tone } from './model.ts'

/** Characters that mean something inside of quotes: entities, HTML, Markdown, formulas and line breaks. */
const SPECIAL = /[#"<>&`$\\]/g

/** Mermaid reads `#34;` and other numbers of characters inside of quotes. */
const mermaidText = (text: readonly string[]): string =>
  text
    .filter((line) => line !== '')
    .map((line) => clean(line).replace(SPECIAL, (char) => `#${char.charCodeAt(0)};`))
    .join('<br>')

/** Colours that can be read on light and dark pages alike. */
const CLASSES: Readonly<Record<Tone, string>> = {
  good: 'stroke:#2da44e,stroke-width:2px',
  bad: 'stroke:#cf222e,stroke-width:2px,stroke-dasharray:5 3',
  dim: 'stroke:#8c959f,stroke-dasharray:2 2',
}

const labelOf = ({ label }: Arrow): string => label && `|"${mermaidText([label])}"|`
const lineOf = ({ tone }: Arrow): string => (tone === 'bad' ? '-.-x' : '-->')

function* classLines({ boxes }: Graph): Iterable<Line> {
  for (const tone of TONES) {
    const ids = boxes.filter((box) => box.tone === tone).map(({ id }) => id)
    if (ids.length === 0) continue
    yield [`  classDef ${tone} ${CLASSES[tone]}`]
    yield [`  class ${ids.join(',')} ${tone}`]
  }
}

/**
 * @param direction where arrows lead: down or to the right
 * @param graphs with different IDs
 */
export function* mermaidLines(direction: 'TD' | 'LR', ...graphs: readonly Graph[]): Iterable<Line> {
  yield [`flowchart ${direction}`]
  for (const graph of graphs) {
    for (const { id, text } of graph.boxes) yield [`  ${id}["${mermaidText(text)}"]`]
    for (const arrow of graph.arrows) yield [`  ${arrow.from} ${lineOf(arrow)}${labelOf(arrow)} ${arrow.to}`]
    yield* classLines(graph)
  }
}

/** With a title, and the notes as comments. */
export function* mermaidPicture(picture: Picture): Iterable<Line> {
  yield ['---']
  yield [`title: ${JSON.stringify(clean(picture.title))}`]
  yield ['---']
  yield* mermaidLines('LR', picture)
  for (const note of picture.notes) yield [`  %% ${note}`]
}
