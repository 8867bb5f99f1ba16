/** The text of `proxy-config`. */

import { columnLines } from '../../formats/columns.ts'
import { type Line, type Painter, renderLines, type Style, styled } from '../../formats/spans.ts'
import { type Tree, treeLines } from '../../formats/tree.ts'
import type { Release } from '../../resources/mesh/release.ts'
import { proxyLine } from '../proxy-line.ts'
import { releaseLine } from '../release.ts'
import type { Decision, DecisionKind } from './decision-tree.ts'
import type { Section, Table } from './istioctl-table.ts'
import { sourceCell } from './origin-text.ts'

export interface SectionsStyle {
  /** Print a title above each section. */
  readonly withHeaders: boolean
  /** Add a last column with the origins of each row. */
  readonly explain: boolean
}

const SOURCE = 'SOURCE'

function tableText({ header, rows, padding }: Table, explain: boolean): Iterable<string> {
  // Rows without a header are properties of the proxy itself, which do not come from a manifest.
  if (header.length === 0)
    return columnLines(
      rows.map(({ cells }) => cells),
      padding,
    )
  if (!explain) return columnLines([header, ...rows.map(({ cells }) => cells)], padding)
  const explained = rows.map(({ cells, origins }) => [...cells, sourceCell(origins())])
  return columnLines([[...header, SOURCE], ...explained], padding)
}

/** Sections separated by empty lines, up to the first one at which istioctl stops. */
export function* sectionsText(sections: readonly Section[], { withHeaders, explain }: SectionsStyle): Iterable<string> {
  for (const [index, { title, content, missing }] of sections.entries()) {
    if (index > 0) yield '\n'
    if (withHeaders) yield `------ ${title} ------\n\n`
    if (missing !== undefined) return
    if (typeof content === 'string') yield `${content}\n`
    else yield* tableText(content, explain)
  }
}

const DECISION_STYLES: Readonly<Record<DecisionKind, Style>> = { resource: 'heading', reason: 'dim', loss: 'warning' }

function treeOf({ kind, text, children }: Decision): Tree {
  return { span: styled(DECISION_STYLES[kind], text), children: children.map(treeOf) }
}

/** A decision tree, with an empty line before it. */
function* decisionLines(decision: Decision): Iterable<Line> {
  yield []
  yield* treeLines(treeOf(decision))
}

/** What is printed about a proxy. */
export interface Shown {
  readonly sections: readonly Section[]
  /** Printed below the sections; undefined for none. */
  readonly tree: Decision | undefined
  readonly release: Release
  /** The proxy's description. */
  readonly proxy: string
}

/** The whole text. As in istioctl, tables are not coloured. */
export function* proxyConfigText(
  { sections, tree, release, proxy }: Shown,
  style: SectionsStyle,
  paint: Painter,
): Iterable<string> {
  if (style.explain) yield* renderLines([releaseLine(release), proxyLine(proxy)], paint)
  yield* sectionsText(sections, style)
  if (tree) yield* renderLines(decisionLines(tree), paint)
}
