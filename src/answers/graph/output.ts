/** The formats of a graph. */
import { formatData } from '../../formats/data.ts'
import { dotPicture } from '../../formats/graph/dot.ts'
import { mermaidPicture } from '../../formats/graph/mermaid.ts'
import type { Picture } from '../../formats/graph/model.ts'
import { boxLines } from '../../formats/graph/text.ts'
import { renderText, type TextTarget } from '../../formats/output.ts'
import { type Line, type Painter, renderLines, styled, textOf } from '../../formats/spans.ts'
import { releaseLine, releaseText } from '../release.ts'
import type { GraphAnswer } from './answer.ts'
import type { GraphFormat } from './formats.ts'

function* textLines({ release, about, graph, notes }: GraphAnswer, width: number | undefined): Iterable<Line> {
  yield releaseLine(release)
  yield* about
  yield* boxLines(graph, width)
  for (const note of notes) yield [styled('dim', `# ${note}`)]
}

const pictureOf = ({ kind, release, about, graph, notes }: GraphAnswer): Picture => ({
  boxes: graph.boxes,
  arrows: graph.arrows,
  title: [kind, ...about.map(plainText), releaseText(release)].join(', '),
  notes,
})

const plainText = (line: Line): string => line.map(textOf).join('').replace(/^# /, '')

/** Colour has no place in the languages of pictures. */
const plain: Painter = (_, text) => text

export async function graphOutput(
  answer: GraphAnswer,
  format: GraphFormat,
  target: TextTarget,
): Promise<Iterable<string>> {
  switch (format) {
    case 'text':
      return renderText(textLines(answer, target.width), target)
    case 'mermaid':
      return renderLines(mermaidPicture(pictureOf(answer)), plain)
    case 'dot':
      return renderLines(dotPicture(answer.kind, pictureOf(answer)), plain)
    case 'svg': {
      const { svgLines } = await import('../../formats/graph/svg.ts')
      return (await svgLines(pictureOf(answer))).map((line) => `${line}\n`)
    }
    default:
      return formatData(format, answer.message())
  }
}
