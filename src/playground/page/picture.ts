/** The picture of a trace: elkjs places the boxes, in a worker of its own that starts with the first picture. */
import elkApi, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api.js'
import type { Box, Graph } from '../../answers/trace/graph.ts'
import { workerFrom } from './client.ts'
import { svg } from './dom.ts'

const CHARACTER = 7.3
const LINE = 17
const MARGIN = 11
/** Longer texts are cut; the steps above the picture have them in full. */
const LONGEST = 46

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)
const linesOf = ({ text }: Box): readonly string[] => text.filter((line) => line !== '').map(shortened)

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.layered.spacing.nodeNodeBetweenLayers': '30',
  'elk.spacing.nodeNode': '22',
  'elk.edgeRouting': 'ORTHOGONAL',
  // Branches stay in their order.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
}

let elk: InstanceType<typeof elkApi.default> | undefined

function graphFor({ boxes, arrows }: Graph): ElkNode {
  return {
    id: 'root',
    layoutOptions: OPTIONS,
    children: boxes.map((box) => {
      const lines = linesOf(box)
      const longest = Math.max(...lines.map(({ length }) => length), 4)
      return { id: box.id, width: longest * CHARACTER + 2 * MARGIN, height: lines.length * LINE + MARGIN }
    }),
    edges: arrows.map(({ from, to, label }, index) => ({
      id: `arrow${index}`,
      sources: [from],
      targets: [to],
      labels: label === '' ? [] : [{ text: label, width: label.length * CHARACTER, height: LINE }],
    })),
  }
}

function boxElement({ x = 0, y = 0, width = 0, height = 0 }: ElkNode, box: Box | undefined): SVGElement {
  const lines = box ? linesOf(box) : []
  return svg(
    'g',
    { transform: `translate(${x} ${y})` },
    svg('rect', { width, height, rx: 5, class: 'box' }),
    ...lines.map((text, index) =>
      svg(
        'text',
        { x: width / 2, y: (index + 1) * LINE, class: index === 0 && lines.length > 1 ? 'kind' : 'name' },
        text,
      ),
    ),
  )
}

function arrowElement({ sections = [], labels = [] }: ElkExtendedEdge): SVGElement {
  const paths = sections.map(({ startPoint, bendPoints = [], endPoint }) => {
    const points = [startPoint, ...bendPoints, endPoint].map(({ x, y }) => `${x} ${y}`)
    return svg('path', { d: `M${points.join('L')}`, class: 'arrow', 'marker-end': 'url(#head)' })
  })
  const texts = labels.map(({ x = 0, y = 0, text = '' }) => svg('text', { x, y: y + 13, class: 'label' }, text))
  return svg('g', {}, ...paths, ...texts)
}

const head = (): SVGElement =>
  svg(
    'defs',
    {},
    svg(
      'marker',
      { id: 'head', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
      svg('path', { d: 'M0 0L8 4L0 8z', class: 'head' }),
    ),
  )

/** The picture; `label` describes it to screen readers. */
export async function pictureOf(graph: Graph, label: string): Promise<SVGElement> {
  elk ??= new elkApi.default({ workerFactory: () => workerFrom('elk') })
  const { children = [], edges = [], width = 0, height = 0 } = await elk.layout(graphFor(graph))
  const boxes = new Map(graph.boxes.map((box) => [box.id, box]))
  return svg(
    'svg',
    { class: 'picture', role: 'img', 'aria-label': label, viewBox: `0 0 ${width} ${height}`, width, height },
    head(),
    ...edges.map(arrowElement),
    ...children.map((node) => boxElement(node, boxes.get(node.id))),
  )
}
