/** A list as the user looks at it: filtered, sorted, with a cursor. */
import type { Row, ViewId } from '../../protocol.ts'
import { rowFilter } from './filter.ts'
import type { Rows } from './rows.ts'
import { Slices } from './slices.ts'
import { type Sorting, sortRows } from './sort.ts'

/** Rows that are filtered without a pause. */
const STEP = 500

export class List {
  readonly view: ViewId
  readonly rows: Rows
  /** What Enter does, if it is not to open the row. */
  readonly pick: ((row: Row) => void) | undefined
  #filter: string
  #sorting: Sorting | undefined
  #shown: readonly Row[] = []
  #cursor = 0
  #top = 0
  #height = 1
  /** The first column after the pinned one. */
  offset = 0
  /** Widths that columns have had; they only grow, so that columns do not jump. */
  readonly widths: number[] = []
  readonly #slices = new Slices()
  readonly #changed: () => void

  constructor(view: ViewId, rows: Rows, changed: () => void, filter = '', pick?: (row: Row) => void) {
    this.view = view
    this.rows = rows
    this.#filter = filter
    this.#changed = changed
    this.pick = pick
    this.arrange()
  }

  get filter(): string {
    return this.#filter
  }

  get sorting(): Sorting | undefined {
    return this.#sorting
  }

  get shown(): readonly Row[] {
    return this.#shown
  }

  get cursor(): number {
    return this.#cursor
  }

  get current(): Row | undefined {
    return this.#shown[this.#cursor]
  }

  /** The name of the thing under the cursor. */
  get currentName(): string | undefined {
    const column = this.rows.columns.findIndex(({ isName }) => isName)
    return this.current?.cells[Math.max(column, 0)]
  }

  set filter(text: string) {
    if (text === this.#filter) return
    this.#filter = text
    this.arrange()
  }

  /** Sorts by the next column, then in the original order. */
  sortNext(): void {
    const next = this.#sorting === undefined ? 0 : this.#sorting.column + 1
    this.#sorting = next < this.rows.columns.length ? { column: next, isDescending: false } : undefined
    this.arrange()
  }

  reverse(): void {
    const { column, isDescending } = this.#sorting ?? { column: 0, isDescending: false }
    this.#sorting = { column, isDescending: !isDescending }
    this.arrange()
  }

  /** Filters and sorts again; the cursor keeps its thing. */
  arrange(): void {
    this.#slices.run(this.#arranged(), (shown) => {
      this.#show(shown)
      this.#changed()
    })
  }

  /** Rows were added at the end. */
  append(rows: readonly Row[]): void {
    // A running job reads the rows to their end, wherever that is.
    if (this.#slices.isRunning) return
    if (this.#sorting !== undefined && this.rows.isComplete) {
      this.arrange()
      return
    }
    const filter = rowFilter(this.#filter, this.rows.columns)
    const more = filter ? rows.filter(filter) : rows
    if (more.length === 0) return
    const shown = this.#shown as Row[]
    for (const row of more) shown.push(row)
  }

  *#arranged(): Generator<void, Row[]> {
    const { all, columns } = this.rows
    const filter = rowFilter(this.#filter, columns)
    let found: Row[] = []
    if (filter) {
      for (let index = 0; index < all.length; index++) {
        const row = all[index] as Row
        if (filter(row)) found.push(row)
        if (index % STEP === STEP - 1) yield
      }
    } else found = [...all]
    return this.#sorting ? [...(yield* sortRows(found, this.#sorting))] : found
  }

  #show(shown: readonly Row[]): void {
    const key = this.current?.key
    this.#shown = shown
    if (key !== undefined && shown[this.#cursor]?.key !== key) {
      const index = shown.findIndex((row) => row.key === key)
      if (index >= 0) {
        this.#top += index - this.#cursor
        this.#cursor = index
      }
    }
    this.#clamp()
  }

  #clamp(): void {
    this.#cursor = Math.max(0, Math.min(this.#cursor, this.#shown.length - 1))
  }

  move(by: number): void {
    this.#cursor += by
    this.#clamp()
  }

  moveTo(end: 'first' | 'last'): void {
    this.#cursor = end === 'first' ? 0 : this.#shown.length - 1
    this.#clamp()
  }

  /** Scrolls columns; the first one stays. */
  scroll(by: number): void {
    this.offset = Math.max(0, Math.min(this.offset + by, this.rows.columns.length - 2))
  }

  /** How many rows the last window had. */
  get height(): number {
    return this.#height
  }

  /** The rows of a window of this height, with the cursor in it. */
  window(height: number): { readonly top: number; readonly rows: readonly Row[] } {
    this.#height = height
    const most = Math.max(0, this.#shown.length - height)
    if (this.#cursor < this.#top) this.#top = this.#cursor
    if (this.#cursor >= this.#top + height) this.#top = this.#cursor - height + 1
    this.#top = Math.max(0, Math.min(this.#top, most))
    return { top: this.#top, rows: this.#shown.slice(this.#top, this.#top + height) }
  }
}
