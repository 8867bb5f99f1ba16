/** The rows of one view, as the other thread sends them, and which of them changed lately. */
import type { Column, Report, Row } from '../../protocol.ts'

/** Milliseconds for which a change is marked. */
export const MARKED_FOR = 8_000

export type Mark = '+' | '~'

type RowsReport = Extract<Report, { kind: 'rows' }>

/** What an update changed. */
export interface Changes {
  readonly added: number
  readonly changed: number
  readonly gone: number
}

export class Rows {
  columns: readonly Column[] = []
  /** How many rows there will be. */
  size = 0
  isComplete = false
  #rows: Row[] = []
  /** Parts of an update that is not complete. */
  #parts: RowsReport[] = []
  readonly #marks = new Map<string, { readonly mark: Mark; readonly until: number }>()

  get all(): readonly Row[] {
    return this.#rows
  }

  /**
   * @returns what changed; undefined while an update is not complete, and for the rows of the first list
   */
  take(report: RowsReport, now: number): Changes | 'filled' | undefined {
    if (report.isFirst) {
      this.#splice(report.at, report.removed, report.rows)
      if (report.done) this.isComplete = true
      return 'filled'
    }
    this.#parts.push(report)
    if (!report.done) return undefined
    const [first] = this.#parts as [RowsReport]
    const fresh = this.#parts.flatMap(({ rows }) => rows)
    this.#parts = []
    const old = this.#rows.slice(first.at, first.at + first.removed)
    this.#splice(first.at, first.removed, fresh)
    this.isComplete = true
    return this.#markChanges(old, fresh, now)
  }

  #splice(at: number, removed: number, rows: readonly Row[]): void {
    if (at === this.#rows.length) for (const row of rows) this.#rows.push(row)
    else this.#rows = [...this.#rows.slice(0, at), ...rows, ...this.#rows.slice(at + removed)]
  }

  #markChanges(old: readonly Row[], fresh: readonly Row[], now: number): Changes {
    const before = new Map(old.map((row) => [row.key, row]))
    const places = new Set(this.columns.flatMap(({ isPlace }, index) => (isPlace ? [index] : [])))
    const isSame = (a: Row, b: Row): boolean =>
      a.cells.every((cell, index) => places.has(index) || cell === b.cells[index])
    const counts = { added: 0, changed: 0, gone: 0 }
    for (const row of fresh) {
      const earlier = before.get(row.key)
      before.delete(row.key)
      if (earlier && isSame(row, earlier)) continue
      counts[earlier ? 'changed' : 'added']++
      this.#marks.set(row.key, { mark: earlier ? '~' : '+', until: now + MARKED_FOR })
    }
    counts.gone = before.size
    return counts
  }

  markOf({ key }: Row, now: number): Mark | undefined {
    const known = this.#marks.get(key)
    return known && known.until > now ? known.mark : undefined
  }

  /** Forgets marks that are over. */
  sweep(now: number): void {
    for (const [key, { until }] of this.#marks) if (until <= now) this.#marks.delete(key)
  }
}
