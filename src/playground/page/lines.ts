/** Lines of an answer as the command line prints them, with places that lead to the editor. */
import type { Line, Span } from '../../formats/spans.ts'
import { el } from './dom.ts'

/** Shows a line of a file in the editor. */
export type GoTo = (file: string, line: number) => void

/** `FILE:LINE`, anywhere in a text. */
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function placesIn(files: readonly string[]): RegExp | undefined {
  if (files.length === 0) return undefined
  const longestFirst = [...files].sort((a, b) => b.length - a.length)
  return new RegExp(`(${longestFirst.map(escaped).join('|')}):(\\d+)`, 'g')
}

function nodesOf(text: string, places: RegExp | undefined, goTo: GoTo): (Node | string)[] {
  if (!places) return [text]
  const out: (Node | string)[] = []
  let at = 0
  for (const match of text.matchAll(places)) {
    const [whole, file = '', line = ''] = match
    out.push(text.slice(at, match.index), placeButton(whole, file, Number(line), goTo))
    at = match.index + whole.length
  }
  out.push(text.slice(at))
  return out
}

/** A place in a file, which leads there. */
export const placeButton = (text: string, file: string, line: number, goTo: GoTo): HTMLButtonElement =>
  el('button', { type: 'button', class: 'place', click: () => goTo(file, line) }, text)

const spanNode = (span: Span, places: RegExp | undefined, goTo: GoTo): Node =>
  typeof span === 'string'
    ? el('span', {}, ...nodesOf(span, places, goTo))
    : el('span', { class: `style-${span.style}` }, ...nodesOf(span.text, places, goTo))

/** @param files names that lead to the editor */
export function linesElement(lines: readonly Line[], files: readonly string[], goTo: GoTo): HTMLElement {
  const places = placesIn(files)
  return el(
    'div',
    { class: 'lines' },
    ...lines.map((line) => el('div', { class: 'line' }, ...line.map((span) => spanNode(span, places, goTo)))),
  )
}

/** How many characters fit into a line of an element. */
export function columnsOf(element: HTMLElement): number {
  const probe = el('span', { class: 'lines probe' }, '0'.repeat(50))
  element.append(probe)
  const width = probe.getBoundingClientRect().width / 50
  probe.remove()
  const columns = width > 0 ? Math.floor((element.clientWidth - 32) / width) : 80
  return Math.min(100, Math.max(36, columns))
}
