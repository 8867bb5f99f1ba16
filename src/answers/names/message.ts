/** The name table of a proxy as data: what `nametable -o json` prints. */
import { hostFilter } from '../../common/globs.ts'
import { sameData } from '../../comparison/index.ts'
import { buildNameTable, type NameRecord, type NameTable, nameTableMessage } from '../../dns/name-table.ts'
import { type Comparison, type Marked, markChanges } from '../../findings/changes/index.ts'
import type { Mesh } from '../../pipeline.ts'
import type { ProxyView } from '../../scope/view.ts'
import { changeMessages } from '../changes/message.ts'

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
  const whole = buildNameTable(view)
  return { proxy, table: filterTable(whole, filter), empty: whole.size === 0, mesh, view }
}

/** A host and what the message says of it. */
const recordMessage = (record: NameRecord): unknown =>
  Object.values(nameTableMessage(new Map([[record.host, record]])).table ?? {})[0]

/** Two records are the same when the proxy is sent the same; where it comes from may differ. */
const NAME_RECORDS: Comparison<NameRecord> = {
  keyOf: ({ host }) => host,
  same: (before, after) => sameData(recordMessage(before), recordMessage(after)),
}

/** The records of an answer beside those of an earlier one. */
export const markNames = ({ table }: NameAnswer, before: NameAnswer): readonly Marked<NameRecord>[] =>
  markChanges(before.table.values(), table.values(), NAME_RECORDS)

/** The NDS message itself. */
export const namesMessage = ({ table }: NameAnswer): object => nameTableMessage(table)

/**
 * The message beside an earlier answer, with what changed.
 * @param onlyChanges leaves out hosts that are as before
 */
export function markedNamesMessage(answer: NameAnswer, before: NameAnswer, onlyChanges: boolean): object {
  const marked = markNames(answer, before)
  const shown = marked.filter(({ mark }) => mark !== '-' && (!onlyChanges || mark !== undefined))
  const table = new Map(shown.map(({ item }) => [item.host, item]))
  return { ...nameTableMessage(table), changes: changeMessages(marked, NAME_RECORDS.keyOf, recordMessage) }
}
