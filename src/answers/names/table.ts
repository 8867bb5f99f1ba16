/** The name table of a proxy in the words of the command. */

import { hostFilter } from '../../common/globs.ts'
import { NameExplainer } from '../../dns/explain.ts'
import { LookupTable } from '../../dns/lookup-table.ts'
import { type NameRecord, type NameTable, nameTableMessage, type RecordRule } from '../../dns/name-table.ts'
import { countChanges, isChange, type Marked, markChanges } from '../../findings/changes/index.ts'
import { type Line, type Span, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { computeNameTable, type Mesh } from '../../pipeline.ts'
import type { ProxyView } from '../../scope/view.ts'
import { countLine, markedCell, markedHeaders } from '../changes/marks.ts'
import { NAME_RECORDS, nameChanges } from '../changes/message.ts'
import type { Report } from '../report.ts'

const HEADERS = ['HOST', 'ADDRESSES', 'REGISTRY', 'SOURCE', 'RULE']

const RULES: Readonly<Record<RecordRule, string>> = {
  'cluster-ip': 'clusterIP',
  'own-address': 'spec.addresses',
  vip: 'automatic',
  headless: 'ready endpoints',
  pod: 'pod by name',
}

/** The table of one proxy, with what explains its records. */
export interface NameAnswer {
  readonly proxy: string
  /** What was asked for. */
  readonly table: NameTable
  /** The whole table has no host at all. */
  readonly empty: boolean
  readonly mesh: Mesh
  readonly view: ProxyView
}

/** Which hosts are asked for. */
export interface NameFilter {
  readonly globs: readonly string[]
  /** Of this namespace's objects. */
  readonly from: string | undefined
}

function filterTable(table: NameTable, { globs, from }: NameFilter): NameTable {
  if (globs.length === 0 && from === undefined) return table
  const matches = hostFilter(globs)
  const isFrom = (record: NameRecord) =>
    from === undefined || record.sources.some(({ service }) => service.namespace === from)
  return new Map([...table].filter(([host, record]) => matches(host) && isFrom(record)))
}

export function nameAnswer(proxy: string, mesh: Mesh, view: ProxyView, filter: NameFilter): NameAnswer {
  const whole = computeNameTable(view)
  return { proxy, table: filterTable(whole, filter), empty: whole.size === 0, mesh, view }
}

const explainerOf = ({ view, mesh, table }: NameAnswer): NameExplainer =>
  new NameExplainer(view, mesh.scope, new LookupTable(table, view.proxy))

const joined = (texts: Iterable<string>): string => [...new Set(texts)].join(', ')

function row(name: Span, record: NameRecord, explainer: NameExplainer): Line {
  const origins = explainer.sourcesOf(record)
  const places = origins.map(({ location, what }) => {
    const { file, line } = location.position()
    return `${file}:${line} ${what}`
  })
  const rules = origins.map(({ source, allocation }) =>
    source.rule === 'vip' && allocation ? `${RULES.vip} (${allocation})` : RULES[source.rule],
  )
  return [name, joined(record.ips), record.registry, joined(places), joined(rules)]
}

const marksOf = (answer: NameAnswer, before: NameAnswer): readonly Marked<NameRecord>[] =>
  markChanges(before.table.values(), answer.table.values(), NAME_RECORDS)

function* markedRows(answer: NameAnswer, before: NameAnswer, marked: Iterable<Marked<NameRecord>>): Iterable<Line> {
  const explainer = explainerOf(answer)
  const earlier = explainerOf(before)
  for (const { mark, item } of marked) {
    yield row(markedCell(mark, item.host), item, mark === '-' ? earlier : explainer)
  }
}

function* plainText(answer: NameAnswer, width: number | undefined): Iterable<Line> {
  const explainer = explainerOf(answer)
  const rows = [...answer.table.values()].map((record) => row(styled('name', record.host), record, explainer))
  if (rows.length > 0) yield* tableLines(HEADERS, rows, width)
  else yield [answer.empty ? '# the name table is empty' : '# no host of the name table matches']
}

export const nameReport: Report<NameAnswer> = {
  *text(answer, before, { onlyChanges, width }) {
    yield [styled('dim', '# proxy: '), styled('heading', answer.proxy)]
    if (!before) {
      yield* plainText(answer, width)
      return
    }
    const marked = marksOf(answer, before)
    yield countLine(countChanges(marked))
    const rows = [...markedRows(answer, before, onlyChanges ? marked.filter(isChange) : marked)]
    if (rows.length > 0) yield* tableLines(markedHeaders(HEADERS), rows, width)
  },

  message(answer, before, onlyChanges) {
    if (!before) return nameTableMessage(answer.table)
    const marked = marksOf(answer, before)
    const wanted = marked.filter(({ mark }) => mark !== '-' && (!onlyChanges || mark !== undefined))
    const table = new Map(wanted.map(({ item }) => [item.host, item]))
    return { ...nameTableMessage(table), changes: nameChanges(marked) }
  },

  count: (answer, before) => countChanges(marksOf(answer, before)),
}
