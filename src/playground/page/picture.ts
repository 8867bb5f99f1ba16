/** The picture of a trace: elkjs places the boxes, in a worker of its own that starts with the first picture. */
import elkApi from 'elkjs/lib/elk-api.js'
import { elkGraph, type Fits, type Shape, shapesOf } from '../../formats/graph/layout.ts'
import type { Graph } from '../../formats/graph/model.ts'
import { workerFrom } from './client.ts'
import { svg } from './dom.ts'

/** Longer texts are cut; the steps above the picture have them in full. */
const LONGEST = 46

const cut = (text: string) => [text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text]

const FITS: Fits = { box: cut, label: cut }

let elk: InstanceType<typeof elkApi.default> | undefined

const elementOf = ({ tag, attributes, children }: Shape): SVGElement =>
  svg(tag, attributes, ...children.map((child) => (typeof child === 'string' ? child : elementOf(child))))

/** The picture; `label` describes it to screen readers. */
export async function pictureOf(graph: Graph, label: string): Promise<SVGElement> {
  elk ??= new elkApi.default({ workerFactory: () => workerFrom('elk') })
  const placed = await elk.layout(elkGraph(graph, 'DOWN', FITS))
  const { width = 0, height = 0 } = placed
  return svg(
    'svg',
    { class: 'picture', role: 'img', 'aria-label': label, viewBox: `0 0 ${width} ${height}`, width, height },
    ...shapesOf(placed, graph, FITS).map(elementOf),
  )
}
