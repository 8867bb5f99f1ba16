/** Graphs as boxes in a terminal: what follows a box is below it and to the right. */
import { append } from '../../common/collections.ts'
import { broken } from '../break.ts'
import { clean } from '../clean.ts'
import { type Line, type Span, type Style, styled } from '../spans.ts'
import { displayWidth } from '../width.ts'
import type { Arrow, Box, Graph, Tone } from './model.ts'

/** Without a terminal. */
const DEFAULT_WIDTH = 80
/** The width of the text in a box, at least, even if the terminal is narrower. */
const NARROWEST = 16
/** The width of a box's frame: a line and a space on both sides. */
const FRAME = 4

/** In front of what follows a box; all have the same width. */
const TRUNK = ' │   '
const NOTHING = '     '
const BRANCH = ' ├'
const LAST_BRANCH = ' └'
const HEAD = '──▶'
const BAD_HEAD = '╌╌✗'

const STYLES: Readonly<Record<Tone, Style>> = { good: 'good', bad: 'error', dim: 'dim' }

const toned = (tone: Tone | undefined, text: string): Span => (tone ? styled(STYLES[tone], text) : text)

/** The box alone; if it has several lines, the first one is in its frame. */
function frame({ text, tone }: Box, width: number, hasMore: boolean): readonly Line[] {
  const [first = '', ...others] = text.filter((line) => line !== '')
  const kind = others.length > 0 ? `─ ${clean(first)} ` : ''
  const body = others.length > 0 ? others : [first]
  const most = Math.max(width - FRAME, NARROWEST)
  const lines = body.flatMap((line) => broken(line, most))
  const wide = Math.max(...lines.map(displayWidth), displayWidth(kind) - 1)
  const edge = (left: string, begin: string, right: string): Line => [
    toned(tone, `${left}${begin}${'─'.repeat(wide + 2 - displayWidth(begin))}${right}`),
  ]
  return [
    edge('┌', kind, '┐'),
    ...lines.map((line, index): Line => {
      const gap = ' '.repeat(wide - displayWidth(line))
      return [toned(tone, '│ '), index === 0 ? styled('name', line) : line, gap, toned(tone, ' │')]
    }),
    edge('└', hasMore ? '┬' : '', '┘'),
  ]
}

class Drawing {
  readonly #boxes: ReadonlyMap<string, Box>
  readonly #below = new Map<string, Arrow[]>()
  readonly #drawn = new Set<string>()

  constructor({ boxes, arrows }: Graph) {
    this.#boxes = new Map(boxes.map((box) => [box.id, box]))
    for (const arrow of arrows) append(this.#below, arrow.from, arrow)
  }

  isDrawn({ id }: Box): boolean {
    return this.#drawn.has(id)
  }

  /** A box and everything that follows it. */
  block(box: Box, width: number): readonly Line[] {
    this.#drawn.add(box.id)
    const arrows = this.#below.get(box.id) ?? []
    const lines = [...frame(box, width, arrows.length > 0)]
    for (const [index, arrow] of arrows.entries()) {
      lines.push(...this.#branch(arrow, width - TRUNK.length, index === arrows.length - 1))
    }
    return lines
  }

  /** @param width that is left for the label and the box below */
  #branch({ to, label, tone }: Arrow, width: number, isLast: boolean): readonly Line[] {
    const box = this.#boxes.get(to)
    if (!box) return []
    const trunk = styled('dim', TRUNK)
    const branch: Line = [
      styled('dim', isLast ? LAST_BRANCH : BRANCH),
      toned(tone ?? 'dim', tone === 'bad' ? BAD_HEAD : HEAD),
    ]
    const labels = label === '' ? [] : broken(label, Math.max(width, NARROWEST))
    const lines: Line[] = labels.map((line) => [trunk, toned(tone ?? 'dim', line)])
    if (this.isDrawn(box)) return [...lines, [...branch, ` ${clean(box.text.slice(0, 2).join(' '))}, as above`]]
    const [top = [], first = [], ...rest] = this.block(box, width)
    const after = isLast ? styled('dim', NOTHING) : trunk
    return [...lines, [trunk, ...top], [...branch, ...first], ...rest.map((line): Line => [after, ...line])]
  }
}

/**
 * The graph as a tree that starts at the boxes to which no arrow leads; a box that several arrows lead to is drawn once.
 * @param width that of the terminal
 */
export function* boxLines(graph: Graph, width = DEFAULT_WIDTH): Iterable<Line> {
  const drawing = new Drawing(graph)
  const targets = new Set(graph.arrows.map(({ to }) => to))
  const roots = graph.boxes.filter(({ id }) => !targets.has(id))
  // Boxes of a circle have no root.
  for (const box of [...roots, ...graph.boxes]) {
    if (!drawing.isDrawn(box)) yield* drawing.block(box, width)
  }
}
