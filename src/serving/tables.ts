/** The tables of a server as plain data, which can be sent to another process. */
import type { Prefix } from '../common/addresses.ts'
import { type Expansion, type IndexEntry, NameIndex } from '../dns/name-index.ts'
import { Responder } from './responder.ts'
import { Views } from './views.ts'

/** A table whose records are numbers. */
export interface ServedTable {
  readonly expansion: Expansion
  readonly entries: readonly IndexEntry<number>[]
}

export interface ServedTables {
  /** The first one answers clients without a view. */
  readonly tables: readonly ServedTable[]
  readonly views: readonly { readonly prefix: Prefix; readonly table: number }[]
}

/** The tables in a form that answers. */
export type LiveTables = Views<Responder<number>>

/** Builds tables from parts, each of which takes little time, so that a server can answer in between. */
export class TablesBuilder {
  readonly #indexes: readonly NameIndex<number>[]
  readonly #views: ServedTables['views']

  constructor(expansions: readonly Expansion[], views: ServedTables['views']) {
    this.#indexes = expansions.map((expansion) => new NameIndex<number>(expansion))
    this.#views = views
  }

  add(table: number, entries: readonly IndexEntry<number>[]): void {
    for (const entry of entries) this.#indexes[table]?.add(entry)
  }

  /** @throws RangeError if there is no table */
  build(): LiveTables {
    const responders = this.#indexes.map((index) => new Responder(index))
    const [fallback] = responders
    if (!fallback) throw new RangeError('no table')
    const views = this.#views.map(({ prefix, table }) => ({ prefix, of: responders[table] ?? fallback }))
    return new Views(fallback, views)
  }
}

export function buildTables({ tables, views }: ServedTables): LiveTables {
  const builder = new TablesBuilder(
    tables.map(({ expansion }) => expansion),
    views,
  )
  for (const [index, { entries }] of tables.entries()) builder.add(index, entries)
  return builder.build()
}
