/** A table of any number of rows: only those on the screen exist, and only they are asked for. */
import { textOf } from '../../formats/spans.ts'
import type { PageRow, RowsAnswer, RowsRequest, TableName } from '../messages.ts'
import { el, later } from './dom.ts'

/** Rows are asked for in blocks of this many. */
const BLOCK = 100
/** Browsers limit the height of elements. */
const TALLEST = 10_000_000
const NARROW = matchMedia('(max-width: 800px)')

export interface GridOptions {
  readonly table: TableName
  readonly label: string
  readonly rows: (request: RowsRequest) => Promise<RowsAnswer>
  /** A row is chosen: by a click, or by Enter. */
  readonly choose: (row: PageRow) => void
}

/** A grid of rows with one active row, as in the pattern of the same name of ARIA. */
export class Grid {
  readonly element: HTMLElement
  readonly #options: GridOptions
  readonly #head = el('div', { role: 'row', class: 'grid-head' })
  readonly #body = el('div', { class: 'grid-body', role: 'rowgroup' })
  readonly #scroll: HTMLElement
  readonly #empty = el('p', { class: 'empty', hidden: true })
  readonly #search: HTMLInputElement
  #blocks = new Map<number, readonly PageRow[]>()
  #asked = new Set<number>()
  #total = 0
  #active = -1
  #version = 0

  constructor(options: GridOptions) {
    this.#options = options
    this.#search = el('input', {
      type: 'search',
      class: 'filter',
      placeholder: 'Filter',
      'aria-label': `Filter ${options.label}`,
      spellcheck: 'false',
      input: later(60, () => void this.refresh()),
    })
    this.#scroll = el('div', {
      class: `grid grid-${options.table}`,
      role: 'grid',
      tabindex: 0,
      // Without an answer it has no columns yet.
      hidden: true,
      'aria-label': options.label,
      scroll: () => this.#draw(),
      keydown: (event: KeyboardEvent) => this.#key(event),
    })
    this.#scroll.append(el('div', { role: 'rowgroup', class: 'grid-top' }, this.#head), this.#body)
    this.element = el('div', { class: 'grid-frame' }, this.#search, this.#scroll, this.#empty)
    new ResizeObserver(() => this.#draw()).observe(this.#scroll)
  }

  get #rowHeight(): number {
    return NARROW.matches ? 70 : 27
  }

  /** Asks again for what is on the screen. The old rows stay until the new ones are there. */
  async refresh(): Promise<void> {
    const version = ++this.#version
    const first = Math.max(0, Math.floor(this.#scroll.scrollTop / this.#rowHeight / BLOCK))
    const answer = await this.#ask(first)
    if (version !== this.#version) return
    this.#blocks = new Map([[first, answer.rows]])
    this.#asked = new Set([first])
    this.#total = answer.total
    this.#head.replaceChildren(...answer.headers.map((text) => el('span', { role: 'columnheader' }, text)))
    this.#empty.textContent = answer.total === 0 ? answer.empty : ''
    this.#empty.hidden = answer.total > 0
    this.#scroll.hidden = answer.total === 0
    this.#scroll.setAttribute('aria-rowcount', String(answer.total + 1))
    this.#body.style.height = `${Math.min(TALLEST, answer.total * this.#rowHeight)}px`
    this.#draw()
  }

  #ask(block: number): Promise<RowsAnswer> {
    const { table, rows } = this.#options
    return rows({ table, filter: this.#search.value, from: block * BLOCK, to: (block + 1) * BLOCK })
  }

  async #fill(block: number): Promise<void> {
    if (this.#asked.has(block)) return
    this.#asked.add(block)
    const version = this.#version
    const { rows } = await this.#ask(block)
    if (version !== this.#version) return
    this.#blocks.set(block, rows)
    this.#draw()
  }

  #rowAt(index: number): PageRow | undefined {
    return this.#blocks.get(Math.floor(index / BLOCK))?.[index % BLOCK]
  }

  #draw(): void {
    const height = this.#rowHeight
    const first = Math.max(0, Math.floor(this.#scroll.scrollTop / height) - 5)
    const last = Math.min(this.#total, Math.ceil((this.#scroll.scrollTop + this.#scroll.clientHeight) / height) + 5)
    for (let block = Math.floor(first / BLOCK); block * BLOCK < last; block++) {
      this.#fill(block).catch(() => this.#asked.delete(block))
    }
    const rows: HTMLElement[] = []
    for (let index = first; index < last; index++) rows.push(this.#rowElement(index, height))
    this.#body.replaceChildren(...rows)
    this.#scroll.setAttribute('aria-activedescendant', this.#active < 0 ? '' : this.#idOf(this.#active))
  }

  readonly #idOf = (index: number): string => `${this.#options.table}-${index}`

  #rowElement(index: number, height: number): HTMLElement {
    const row = this.#rowAt(index)
    const classes = ['row', row?.level ?? '', index === this.#active ? 'active' : ''].join(' ')
    const cells = (row?.cells ?? ['…']).map((span) =>
      el('span', { role: 'gridcell', title: textOf(span), class: cellClass(span) }, textOf(span)),
    )
    return el(
      'div',
      {
        role: 'row',
        id: this.#idOf(index),
        class: classes,
        style: `top:${index * height}px;height:${height}px`,
        'aria-rowindex': index + 2,
        'aria-selected': index === this.#active ? 'true' : 'false',
        click: () => this.#choose(index),
      },
      ...cells,
    )
  }

  #choose(index: number): void {
    this.#active = index
    this.#draw()
    const row = this.#rowAt(index)
    if (row) this.#options.choose(row)
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.#scroll.clientHeight / this.#rowHeight) - 2)
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: this.#total - 1,
    }
    const to = moves[event.key]
    if (to === undefined && event.key !== 'Enter') return
    event.preventDefault()
    if (to === undefined) {
      this.#choose(Math.max(0, this.#active))
      return
    }
    this.#active = Math.min(this.#total - 1, Math.max(0, to))
    const top = this.#active * this.#rowHeight
    const room = this.#scroll.clientHeight - this.#rowHeight - 30
    if (top < this.#scroll.scrollTop) this.#scroll.scrollTop = top
    else if (top > this.#scroll.scrollTop + room) this.#scroll.scrollTop = top - room
    this.#draw()
  }
}

const cellClass = (span: PageRow['cells'][number]): string => (typeof span === 'string' ? '' : `style-${span.style}`)
