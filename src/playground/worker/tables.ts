/** The tables of names and listeners, of which the page asks for the rows that it shows. */
import { assumedIn } from '../../answers/assumed.ts'
import { type Loss, lossesOf } from '../../answers/conflicts/message.ts'
import { conflictsLines, partyName } from '../../answers/conflicts/table.ts'
import { explainerOf, NAME_HEADERS, nameRow } from '../../answers/names/table.ts'
import { explainListener } from '../../answers/proxy-config/decision-tree.ts'
import { byName } from '../../answers/proxy-config/dump.ts'
import { listenerTable } from '../../answers/proxy-config/listeners/table.ts'
import { decisionLines } from '../../answers/proxy-config/text.ts'
import { groupBy } from '../../common/collections.ts'
import { once } from '../../common/once.ts'
import type { WithoutListener } from '../../findings/conflicts/index.ts'
import { type Line, styled, textOf } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import type { Location } from '../../sources/location.ts'
import type { Level, PageRow, RowsAnswer, RowsRequest, TableName } from '../messages.ts'
import { type ProxyAnswers, placeOf } from './answers.ts'
import type { PageMesh } from './mesh.ts'

/** A row whose cells and place are computed when it is shown. */
interface LateRow {
  readonly key: string
  /** What a filter searches. */
  readonly text: () => string
  readonly cells: () => Line
  readonly location: () => Location | undefined
  readonly level?: Level
}

interface Table {
  readonly headers: readonly string[]
  readonly rows: readonly LateRow[]
  readonly empty: string
}

function nameTable({ mesh }: PageMesh, answers: ProxyAnswers): Table {
  const table = answers.names()
  const explainer = explainerOf({ proxy: '', table, empty: false, mesh, view: answers.view })
  const rows = [...table.values()].map((record): LateRow => {
    const text = () => `${record.host} ${record.ips.join(' ')}`
    return {
      key: record.host,
      text,
      cells: () => nameRow(styled('name', record.host), record, explainer),
      location: () => explainer.sourcesOf(record)[0]?.location,
    }
  })
  return { headers: NAME_HEADERS, rows, empty: 'The name table of this proxy is empty.' }
}

const LISTENER_HEADERS = ['ADDRESSES', 'PORT', 'MATCH', 'DESTINATION']

function lossRow({ conflict, loser }: Loss): LateRow {
  const { listener, port, rule } = conflict
  const cells = [styled('error', 'kept out'), String(port), rule, styled('error', partyName(loser))]
  return {
    key: listener,
    text: () => cells.map(textOf).join(' '),
    cells: () => cells,
    location: () => loser.location,
    level: 'error',
  }
}

function lostRow(lost: WithoutListener): LateRow {
  const cells = [styled('warning', 'no listener'), String(lost.port), lost.reason, styled('warning', partyName(lost))]
  return {
    key: '',
    text: () => cells.map(textOf).join(' '),
    cells: () => cells,
    location: () => lost.location,
    level: 'warning',
  }
}

/** Every filter chain, what it keeps out below it, and the ports without a listener. */
function listenersTable(answers: ProxyAnswers): Table {
  const { conflicts, withoutListener } = answers.conflicts()
  const losses = groupBy(lossesOf(conflicts), ({ conflict }) => conflict.listener)
  const { rows } = listenerTable(byName(answers.listeners().listeners), { verbose: true, named: true })
  const out: LateRow[] = []
  for (const [index, { cells: all, origins }] of rows.entries()) {
    const [named = '', ...cells] = all
    const listener = named.replace('listener/', '')
    out.push({
      key: listener,
      text: () => all.join(' '),
      cells: () => cells,
      location: () => origins().find(({ location }) => location)?.location,
    })
    const next = rows[index + 1]?.cells[0]
    if (next === named) continue
    out.push(...(losses.get(listener) ?? []).map(lossRow))
    losses.delete(listener)
  }
  const others = [...losses.values()].flat().map(lossRow)
  return {
    headers: LISTENER_HEADERS,
    rows: [...out, ...others, ...withoutListener.map(lostRow)],
    empty: 'This proxy gets no listeners.',
  }
}

/** The tables of one proxy. */
export class Tables {
  readonly #page: PageMesh
  readonly #answers: ProxyAnswers
  readonly #tables: Readonly<Record<TableName, () => Table>>
  /** The rows of the last filter. */
  #filtered: { readonly table: Table; readonly filter: string; readonly rows: readonly LateRow[] } | undefined

  constructor(page: PageMesh, answers: ProxyAnswers) {
    this.#page = page
    this.#answers = answers
    this.#tables = { names: once(() => nameTable(page, answers)), listeners: once(() => listenersTable(answers)) }
  }

  #matching(table: Table, filter: string): readonly LateRow[] {
    const word = filter.trim().toLowerCase()
    if (word === '') return table.rows
    const known = this.#filtered
    if (known?.table === table && known.filter === word) return known.rows
    const rows = table.rows.filter(({ text }) => text().toLowerCase().includes(word))
    this.#filtered = { table, filter: word, rows }
    return rows
  }

  rows({ table: name, filter, from, to }: RowsRequest): RowsAnswer {
    const table = this.#tables[name]()
    const rows = this.#matching(table, filter)
    const shown = rows.slice(from, to).map(({ key, cells, location, level }): PageRow => {
      const at = location()
      return { key, cells: cells(), place: at && placeOf(at), level }
    })
    const { headers, empty } = table
    return {
      headers,
      total: rows.length,
      from,
      rows: shown,
      empty: table.rows.length === 0 ? empty : 'No row matches.',
    }
  }

  /** What is below the table about a listener: its chains with their origins, and its conflicts. */
  listenerLines(name: string, width: number): readonly Line[] {
    const { listeners, conflicts: all } = this.#answers.listeners()
    const { assumed } = this.#page.mesh.snapshot
    const found = listeners.filter(({ resource }) => resource.name === name)
    const answer = this.#answers.conflicts()
    const conflicts = answer.conflicts.filter(({ listener }) => listener === name)
    const trees = found.flatMap((each) =>
      [...decisionLines(explainListener(each, all), assumedIn(assumed), width)].slice(1),
    )
    if (conflicts.length === 0) return trees
    return [...trees, [], ...conflictsLines({ ...answer, conflicts, withoutListener: [] }, width, tableLines)]
  }
}
