/** A proxy's name table as data, for `nametable -o json`. */
import { hostFilter } from '../../common/globs.ts'
import { sameData } from '../../comparison/index.ts'
import { buildNameTable, type NameRecord, type NameTable, nameTableMessage } from '../../dns/name-table.ts'
import { type Comparison, type Marked, markChanges } from '../../findings/changes/index.ts'
import type { Mesh } from '../../pipeline.ts'
import type { ProxyView } from '../../scope/view.ts'
import { assumedField } from '../assumed.ts'
import { changeMessages } from '../changes/message.ts'

/** The table of one proxy, and the source of explanations for its records. */
export interface NameAnswer {
  readonly proxy: string
  /** The requested records. */
  readonly table: NameTable
  /** Whether the whole table is empty. */
  readonly empty: boolean
  readonly mesh: Mesh
  readonly view: ProxyView
}

/** The hosts to include. */
export interface NameFilter {
  readonly globs: readonly string[]
  /** The namespace of their objects. */
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
  const whole = buildNameTable(view)
  return { proxy, table: filterTable(whole, filter), empty: whole.size === 0, mesh, view }
}

/** A host and its entry in the message. */
const recordMessage = (record: NameRecord): unknown =>
  Object.values(nameTableMessage(new Map([[record.host, record]])).table ?? {})[0]

/** Records are equal if the proxy receives the same; their origins may differ. */
const NAME_RECORDS: Comparison<NameRecord> = {
  keyOf: ({ host }) => host,
  same: (before, after) => sameData(recordMessage(before), recordMessage(after)),
}

/** The records of an answer compared with those of an earlier one. */
export const markNames = ({ table }: NameAnswer, before: NameAnswer): readonly Marked<NameRecord>[] =>
  markChanges(before.table.values(), table.values(), NAME_RECORDS)

/** The addresses of a table that the input leaves to the cluster. */
const assumedFieldOf = (table: NameTable, { snapshot }: Mesh) =>
  assumedField(snapshot.assumed, new Set([...table.values()].flatMap(({ ips }) => ips)))

/** The NDS message with the assumed addresses. */
export const namesMessage = ({ table, mesh }: NameAnswer): object => ({
  ...nameTableMessage(table),
  ...assumedFieldOf(table, mesh),
})

/**
 * The message compared with an earlier answer, including the changes.
 * @param onlyChanges omits unchanged hosts
 */
export function markedNamesMessage(answer: NameAnswer, before: NameAnswer, onlyChanges: boolean): object {
  const marked = markNames(answer, before)
  const shown = marked.filter(({ mark }) => mark !== '-' && (!onlyChanges || mark !== undefined))
  const table = new Map(shown.map(({ item }) => [item.host, item]))
  return {
    ...nameTableMessage(table),
    ...assumedFieldOf(table, answer.mesh),
    changes: changeMessages(marked, NAME_RECORDS.keyOf, recordMessage),
  }
}
