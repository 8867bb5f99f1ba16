/** The columns of a list, from the headers of the table that a command prints. */
import type { Column } from '../../protocol.ts'

/** What a column is besides its title, by title. */
export type ColumnFacts<T extends string = string> = Readonly<Partial<Record<T, Omit<Column, 'title'>>>>

export const columnsOf = <T extends string>(titles: readonly T[], facts: ColumnFacts<T>): readonly Column[] =>
  titles.map((title) => ({ title, ...facts[title] }))
