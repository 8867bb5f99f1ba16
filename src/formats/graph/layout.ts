/** Places the boxes of a graph by elkjs, whatever draws them. */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'
import { displayWidth } from '../width.ts'
import type { Arrow, Box, Graph, Tone } from './model.ts'

/** The size of a character of the fixed-width font, in the units of the picture, for a font of 12. */
export const CHARACTER = 7.3
export const LINE = 17
const MARGIN = 11

/** Where arrows lead. */
export type Direction = 'DOWN' | 'RIGHT'

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.layered.spacing.nodeNodeBetweenLayers': '30',
  'elk.spacing.nodeNode': '22',
  'elk.edgeRouting': 'ORTHOGONAL',
  // Parts that nothing connects are placed together, in their order, and not packed by their size.
  'elk.separateConnectedComponents': 'false',
  // Branches stay in their order.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
}

/** Cuts or breaks a line. */
type Fit = (line: string) => readonly string[]

/** How the texts of a picture are fitted to it. */
export interface Fits {
  readonly box: Fit
  readonly label: Fit
}

const linesOf = ({ text }: Box, fits: Fits): readonly string[] => text.filter((line) => line !== '').flatMap(fits.box)

/** The graph as elkjs takes it. */
export function elkGraph({ boxes, arrows }: Graph, direction: Direction, fits: Fits): ElkNode {
  return {
    id: 'root',
    layoutOptions: { ...OPTIONS, 'elk.direction': direction },
    children: boxes.map((box) => {
      const lines = linesOf(box, fits)
      const longest = Math.max(...lines.map(displayWidth), 4)
      return { id: box.id, width: longest * CHARACTER + 2 * MARGIN, height: lines.length * LINE + MARGIN }
    }),
    edges: arrows.map(({ from, to, label }, index) => {
      const lines = label === '' ? [] : fits.label(label)
      const size = { width: Math.max(...lines.map(displayWidth), 0) * CHARACTER, height: lines.length * LINE }
      const labels = lines.length > 0 ? [{ text: label, ...size }] : []
      return { id: `arrow${index}`, sources: [from], targets: [to], labels }
    }),
  }
}

/** An element of SVG. */
export interface Shape {
  readonly tag: 'defs' | 'g' | 'marker' | 'path' | 'rect' | 'text'
  readonly attributes: Readonly<Record<string, string | number>>
  readonly children: readonly (Shape | string)[]
}

const shape = (tag: Shape['tag'], attributes: Shape['attributes'], ...children: Shape['children']): Shape => ({
  tag,
  attributes,
  children,
})

const classOf = (name: string, tone: Tone | undefined): string => (tone ? `${name} ${tone}` : name)

function boxShape({ x = 0, y = 0, width = 0, height = 0 }: ElkNode, box: Box, fits: Fits): Shape {
  const lines = linesOf(box, fits)
  return shape(
    'g',
    { transform: `translate(${x} ${y})` },
    shape('rect', { width, height, rx: 5, class: classOf('box', box.tone) }),
    ...lines.map((text, index) => {
      const kind = index === 0 && lines.length > 1 ? classOf('kind', box.tone) : 'name'
      return shape('text', { x: width / 2, y: (index + 1) * LINE, class: kind }, text)
    }),
  )
}

function arrowShape({ sections = [], labels = [] }: ElkExtendedEdge, arrow: Arrow | undefined, fits: Fits): Shape {
  const tone = arrow?.tone
  const paths = sections.map(({ startPoint, bendPoints = [], endPoint }) => {
    const points = [startPoint, ...bendPoints, endPoint].map(({ x, y }) => `${x} ${y}`)
    const end = tone === 'bad' ? 'url(#cross)' : 'url(#head)'
    return shape('path', { d: `M${points.join('L')}`, class: classOf('arrow', tone), 'marker-end': end })
  })
  const texts = labels.flatMap(({ x = 0, y = 0, text = '' }) =>
    fits
      .label(text)
      .map((line, index) => shape('text', { x, y: y + 13 + index * LINE, class: classOf('label', tone) }, line)),
  )
  return shape('g', {}, ...paths, ...texts)
}

const marker = (id: string, d: string): Shape =>
  shape(
    'marker',
    { id, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    shape('path', { d, class: id }),
  )

/** The placed graph as shapes, whose classes a style colours. */
export function shapesOf(
  { children = [], edges = [] }: ElkNode,
  { boxes, arrows }: Graph,
  fits: Fits,
): readonly Shape[] {
  const byId = new Map(boxes.map((box) => [box.id, box]))
  return [
    shape('defs', {}, marker('head', 'M0 0L8 4L0 8z'), marker('cross', 'M1 1L7 7M7 1L1 7')),
    ...edges.map((edge, index) => arrowShape(edge, arrows[index], fits)),
    ...children.flatMap((node) => {
      const box = byId.get(node.id)
      return box ? [boxShape(node, box, fits)] : []
    }),
  ]
}
