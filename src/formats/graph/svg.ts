/** Graphs as documents of SVG, which need nothing else: no font, script or style from elsewhere. */
import { broken } from '../break.ts'
import { clean } from '../clean.ts'
import { xml } from '../markup/xml.ts'
import { displayWidth } from '../width.ts'
import { CHARACTER, elkGraph, type Fits, LINE, type Shape, shapesOf } from './layout.ts'
import type { Picture } from './model.ts'

/** The width of a box's lines in characters; longer ones are broken. */
const WIDEST = 52
const WIDEST_LABEL = 34
const MARGIN = 16
/** The width of the lines above and below the picture, at least. */
const NOTES = 72

const FITS: Fits = { box: (line) => broken(line, WIDEST), label: (line) => broken(line, WIDEST_LABEL) }

/** Follows the colour scheme of the page or the system. */
const STYLE = `
  .vipctl .page { fill: #ffffff }
  .vipctl text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; text-anchor: middle }
  .vipctl .title, .vipctl .note, .vipctl .label { text-anchor: start }
  .vipctl .title { font-weight: bold }
  .vipctl .note, .vipctl .kind, .vipctl .label { fill: #59636e }
  .vipctl .box { fill: #f6f8fa; stroke: #818b98 }
  .vipctl .box.good { stroke: #1a7f37; stroke-width: 2 }
  .vipctl .box.bad { stroke: #cf222e; stroke-width: 2; stroke-dasharray: 5 3 }
  .vipctl .box.dim { fill: none; stroke-dasharray: 2 2 }
  .vipctl .kind.good { fill: #1a7f37 }
  .vipctl .kind.bad, .vipctl .label.bad { fill: #cf222e }
  .vipctl .arrow { fill: none; stroke: #59636e }
  .vipctl .arrow.bad { stroke: #cf222e; stroke-dasharray: 5 3 }
  .vipctl .head { fill: #59636e }
  .vipctl .cross { stroke: #cf222e; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    .vipctl .page { fill: #0d1117 }
    .vipctl text { fill: #f0f6fc }
    .vipctl .note, .vipctl .kind, .vipctl .label { fill: #9198a1 }
    .vipctl .box { fill: #151b23; stroke: #656c76 }
    .vipctl .box.good { stroke: #3fb950 }
    .vipctl .box.bad { stroke: #f85149 }
    .vipctl .kind.good { fill: #3fb950 }
    .vipctl .kind.bad, .vipctl .label.bad { fill: #f85149 }
    .vipctl .arrow { stroke: #9198a1 }
    .vipctl .arrow.bad { stroke: #f85149 }
    .vipctl .head { fill: #9198a1 }
    .vipctl .cross { stroke: #f85149 }
  }
`

function shapeText({ tag, attributes, children }: Shape): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${xml(String(value))}"`)
  const inside = children.map((child) => (typeof child === 'string' ? xml(child) : shapeText(child)))
  return `<${tag}${written.join('')}${inside.length === 0 ? '/>' : `>${inside.join('')}</${tag}>`}`
}

const textAt = (x: number, y: number, kind: string, text: string): string =>
  `<text x="${x}" y="${y}" class="${kind}">${xml(text)}</text>`

/** @returns lines of the document without line ends */
export async function svgLines(picture: Picture): Promise<readonly string[]> {
  // It is 1.6 MB, so nothing else loads it.
  const { default: elk } = await import('elkjs/lib/elk.bundled.js')
  const placed = await new elk.default().layout(elkGraph(picture, 'RIGHT', FITS))
  const { width: drawn = 0, height: deep = 0 } = placed
  const most = Math.max(NOTES, Math.floor(drawn / CHARACTER))
  const title = broken(picture.title, most)
  const notes = picture.notes.flatMap((note) => broken(note, most))
  const longest = Math.max(...[...title, ...notes].map(displayWidth), 0) * CHARACTER
  const width = Math.ceil(Math.max(drawn, longest)) + 2 * MARGIN
  const top = MARGIN + title.length * LINE
  const bottom = top + deep
  const height = Math.ceil(bottom + (notes.length + 1) * LINE)
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="vipctl" role="img" aria-labelledby="title" ${size}>`,
    `<title id="title">${xml(clean(picture.title))}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...title.map((line, index) => textAt(MARGIN, MARGIN + index * LINE, 'title', line)),
    `<g transform="translate(${Math.max(MARGIN, (width - drawn) / 2)} ${top})">`,
    ...shapesOf(placed, picture, FITS).map(shapeText),
    '</g>',
    ...notes.map((line, index) => textAt(MARGIN, bottom + (index + 1) * LINE, 'note', line)),
    '</svg>',
  ]
}
