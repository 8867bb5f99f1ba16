/** A proxy's name table as a table. */
import { NameExplainer } from '../../dns/explain.ts'
import { LookupTable } from '../../dns/lookup-table.ts'
import type { NameRecord, RecordRule } from '../../dns/name-table.ts'
import { countChanges, isChange, type Marked } from '../../findings/changes/index.ts'
import { type Line, type Span, styled } from '../../formats/spans.ts'
import { folded, tableLines } from '../../formats/table.ts'
import { fileAndLine } from '../../resources/problems.ts'
import { countLine, markedCell, markedHeaders } from '../changes/marks.ts'
import { proxyLine } from '../proxy-line.ts'
import { releaseLine } from '../release.ts'
import type { NameAnswer } from './message.ts'

export const NAME_HEADERS = ['HOST', 'ADDRESSES', 'REGISTRY', 'SOURCE', 'RULE'] as const

const RULES: Readonly<Record<RecordRule, string>> = {
  'cluster-ip': 'clusterIP',
  'own-address': 'spec.addresses',
  vip: 'automatic',
  headless: 'ready endpoints',
  pod: 'pod by name',
}

/** What the cells of an answer's records are computed with. */
export const explainerOf = ({ view, mesh, table }: NameAnswer): NameExplainer =>
  new NameExplainer(view, mesh.scope, new LookupTable(table, view))

/** How many addresses, and how many sources, of a longer list are shown. */
const ADDRESSES_SHOWN = 3
const SOURCES_SHOWN = 1

const unique = (texts: Iterable<string>): readonly string[] => [...new Set(texts)]

/** The cells of a record; `name` is its first cell. */
export function nameRow(name: Span, record: NameRecord, explainer: NameExplainer): Line {
  const origins = explainer.sourcesOf(record)
  const places = origins.map(({ location, what }) => `${fileAndLine(location)} ${what}`)
  const rules = origins.map(({ source, allocation, assumed }) => {
    const rule = source.rule === 'vip' && allocation ? `${RULES.vip} (${allocation})` : RULES[source.rule]
    return assumed ? `${rule} (assumed)` : rule
  })
  const ips = folded(unique(record.ips), ADDRESSES_SHOWN)
  return [name, ips, record.registry, folded(unique(places), SOURCES_SHOWN), unique(rules).join(', ')]
}

function* markedRows(answer: NameAnswer, before: NameAnswer, marked: Iterable<Marked<NameRecord>>): Iterable<Line> {
  const explainer = explainerOf(answer)
  const earlier = explainerOf(before)
  for (const { mark, item } of marked) {
    yield nameRow(markedCell(mark, item.host), item, mark === '-' ? earlier : explainer)
  }
}

export const namesHead = ({ mesh, proxy }: NameAnswer): readonly Line[] => [
  releaseLine(mesh.snapshot.release),
  proxyLine(proxy),
]

/** @param width that of the terminal; undefined for no truncation */
export function* namesLines(answer: NameAnswer, width: number | undefined): Iterable<Line> {
  const explainer = explainerOf(answer)
  const rows = [...answer.table.values()].map((record) => nameRow(styled('name', record.host), record, explainer))
  if (rows.length > 0) yield* tableLines(NAME_HEADERS, rows, width)
  else yield [answer.empty ? '# the name table is empty' : '# no host of the name table matches']
}

/**
 * The table compared with an earlier answer.
 * @param marked the records of both
 * @param onlyChanges omits unchanged hosts
 */
export function* markedNamesLines(
  answer: NameAnswer,
  before: NameAnswer,
  marked: readonly Marked<NameRecord>[],
  onlyChanges: boolean,
  width: number | undefined,
): Iterable<Line> {
  yield countLine(countChanges(marked))
  const rows = [...markedRows(answer, before, onlyChanges ? marked.filter(isChange) : marked)]
  if (rows.length > 0) yield* tableLines(markedHeaders(NAME_HEADERS), rows, width)
}
