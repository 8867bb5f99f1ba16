/** The text of `proxy-config`. */

import { columnLines } from '../../formats/columns.ts'
import { renderText, type TextTarget } from '../../formats/output.ts'
import { type Line, type Style, styled } from '../../formats/spans.ts'
import { recordLines } from '../../formats/table.ts'
import { type Tree, treeLines } from '../../formats/tree.ts'
import { displayWidth } from '../../formats/width.ts'
import type { Release } from '../../resources/mesh/release.ts'
import { assumedMark, type IsAssumed } from '../assumed.ts'
import { proxyLine } from '../proxy-line.ts'
import { releaseLine } from '../release.ts'
import type { Decision, DecisionKind } from './decision-tree.ts'
import type { Section, Table } from './istioctl-table.ts'
import { sourceCell } from './origin-text.ts'

export interface SectionsStyle {
  /** Print a title above each section. */
  readonly withHeaders: boolean
  /** Whether to add a column with the source of each row, and to mark assumed addresses. */
  readonly explain: boolean
}

const SOURCE = 'SOURCE'
/** No terminal, and no colour. */
const PLAIN: TextTarget = { paint: (_, text) => text, width: undefined }

/** The lines of `--explain`: as a table if it fits the terminal, otherwise as lists, which lose nothing. */
function explainedText(lines: readonly (readonly string[])[], padding: number, target: TextTarget): Iterable<string> {
  const { width } = target
  const table = [...columnLines(lines, padding)]
  if (width === undefined || table.every((line) => displayWidth(line.trimEnd()) <= width)) return table
  const [header = [], ...rows] = lines
  return renderText(
    recordLines(
      header,
      rows.map(([first = '', ...cells]) => [styled('name', first), ...cells]),
      width,
    ),
    target,
  )
}

function tableText(
  { header, explainedHeader, rows, padding }: Table,
  explain: boolean,
  isAssumed: IsAssumed,
  target: TextTarget,
): Iterable<string> {
  // Rows without a header are facts about the proxy itself, which come from no manifest.
  if (header.length === 0)
    return columnLines(
      rows.map(({ cells }) => cells),
      padding,
    )
  if (!explain) return columnLines([header, ...rows.map(({ cells }) => cells)], padding)
  const more = explainedHeader === undefined ? [] : [explainedHeader]
  const lines = rows.map(({ cells, origins, explained }) => [
    ...cells.map((cell) => assumedMark(cell, isAssumed)),
    ...more.map(() => explained?.() ?? '-'),
    sourceCell(origins()),
  ])
  return explainedText([[...header, ...more, SOURCE], ...lines], padding, target)
}

/** Sections with an empty line between them, up to the first at which istioctl gives up. */
export function* sectionsText(
  sections: readonly Section[],
  { withHeaders, explain }: SectionsStyle,
  isAssumed: IsAssumed,
  target: TextTarget = PLAIN,
): Iterable<string> {
  for (const [index, { title, content, missing }] of sections.entries()) {
    if (index > 0) yield '\n'
    if (withHeaders) yield `------ ${title} ------\n\n`
    if (missing !== undefined) return
    if (typeof content === 'string') yield `${content}\n`
    else yield* tableText(content, explain, isAssumed, target)
  }
}

const DECISION_STYLES: Readonly<Record<DecisionKind, Style>> = { resource: 'heading', reason: 'dim', loss: 'warning' }

function treeOf({ kind, text, children }: Decision, isAssumed: IsAssumed): Tree {
  const span = styled(DECISION_STYLES[kind], kind === 'resource' ? assumedMark(text, isAssumed) : text)
  return { span, children: children.map((child) => treeOf(child, isAssumed)) }
}

/** A decision tree, with an empty line before it. */
export function* decisionLines(decision: Decision, isAssumed: IsAssumed, width: number | undefined): Iterable<Line> {
  yield []
  yield* treeLines(treeOf(decision, isAssumed), width)
}

/** What is printed about a proxy. */
export interface Shown {
  readonly sections: readonly Section[]
  /** Printed below the sections; undefined for none. */
  readonly tree: Decision | undefined
  readonly release: Release
  /** The proxy's description. */
  readonly proxy: string
  readonly isAssumed: IsAssumed
}

/** The whole text. As in istioctl, tables are neither coloured nor wrapped, except with `--explain`. */
export function* proxyConfigText(
  { sections, tree, release, proxy, isAssumed }: Shown,
  style: SectionsStyle,
  target: TextTarget,
): Iterable<string> {
  if (style.explain) yield* renderText([releaseLine(release), proxyLine(proxy)], target)
  yield* sectionsText(sections, style, isAssumed, target)
  if (tree) yield* renderText(decisionLines(tree, isAssumed, target.width), target)
}
