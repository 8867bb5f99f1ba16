/** Everything about one thing, as text. */
import { clean } from '../../formats/clean.ts'
import { formatData } from '../../formats/data.ts'
import { type Line, styled, textOf, withText } from '../../formats/spans.ts'
import { wrapLine } from '../../formats/wrap.ts'
import { fileAndLine } from '../../resources/problems.ts'
import type { FilePlace, Page } from '../protocol.ts'
import { manifestLines } from './manifest.ts'
import type { OpenView, Origin, Thing } from './view.ts'

const INDENT = '  '
/** More origins than this only get their first line; a catch-all listener may have thousands. */
const MOST_IN_FULL = 5
const MOST_ORIGINS = 50
/** More lines than a user reads on a screen; the commands print all of them. */
const MOST_LINES = 20_000

/** Lines whose spans are safe to print as they are. */
export const cleaned = (lines: Iterable<Line>): readonly Line[] => {
  const out: Line[] = []
  for (const line of lines) {
    out.push(line.map((span) => withText(span, clean(textOf(span)))))
    if (out.length < MOST_LINES) continue
    out.push([styled('warning', 'the rest is left out')])
    break
  }
  return out
}

function* columnLines(view: OpenView, index: number, width: number): Iterable<Line> {
  const titles = view.columns.map(({ title }) => title)
  const widest = Math.max(...titles.map((title) => title.length))
  for (const [at, cell] of view.cells(index).entries()) {
    const title = styled('dim', `${(titles[at] ?? '').padEnd(widest)}  `)
    yield* wrapLine([title, cell], width, ' '.repeat(widest + INDENT.length))
  }
}

function* originLines({ what, location, why }: Origin, isInFull: boolean, width: number): Iterable<Line> {
  const place = location === undefined ? '' : `${fileAndLine(location)}  `
  yield* wrapLine([styled('name', place), what], width, INDENT)
  if (why !== '') yield* wrapLine([INDENT, why], width, INDENT)
  if (isInFull && location !== undefined) yield* manifestLines(location, width)
}

function* originsLines(origins: readonly Origin[], width: number): Iterable<Line> {
  if (origins.length === 0) return
  yield []
  yield [styled('heading', 'from')]
  const shown = new Set<string>()
  for (const [index, origin] of origins.slice(0, MOST_ORIGINS).entries()) {
    if (index > 0 && index < MOST_IN_FULL) yield []
    // The same lines are not shown twice.
    const place = origin.location?.toString() ?? ''
    yield* originLines(origin, index < MOST_IN_FULL && !shown.has(place), width)
    shown.add(place)
  }
  const more = origins.length - MOST_ORIGINS
  if (more > 0) yield [styled('dim', `and ${more} more`)]
}

/** The place to edit: that of the first origin that is written somewhere. */
export function placeOf({ origins }: Thing): FilePlace | undefined {
  return origins.find(({ location }) => location !== undefined)?.location?.position()
}

/** What it is, where it comes from and why, and what is related. */
export function detailPage(view: OpenView, index: number, width: number): Page {
  const thing = view.thing(index)
  function* lines(): Iterable<Line> {
    yield* columnLines(view, index, width)
    yield* originsLines(thing.origins, width)
    const more = thing.lines ? [...thing.lines(width)] : []
    if (more.length > 0) yield []
    yield* more
  }
  const links = thing.links.map((link) => ({ ...link, label: clean(link.label) }))
  return { title: clean(thing.name), lines: cleaned(lines()), links, place: placeOf(thing) }
}

/** The thing as JSON or YAML. */
export async function dataPage(thing: Thing, format: 'json' | 'yaml'): Promise<Page> {
  const text = [...(await formatData(format, thing.message()))].join('')
  const lines = text.trimEnd().split('\n')
  return {
    title: `${clean(thing.name)} (${format.toUpperCase()})`,
    lines: cleaned(lines.map((line) => [line])),
    links: [],
    place: placeOf(thing),
  }
}
