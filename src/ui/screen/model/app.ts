/** The state of the interface: what is shown, and what keys and reports change. */
import type {
  FilePlace,
  Form,
  Head,
  Link,
  Message,
  Order,
  Page,
  ProxyWish,
  Report,
  Row,
  ViewId,
} from '../../protocol.ts'
import { helpPage, messagesPage } from './help.ts'
import { List } from './list.ts'
import type { Prompt } from './prompt.ts'
import { type Changes, MARKED_FOR, Rows } from './rows.ts'
import { type Source, TextPage } from './text.ts'
import { Updates } from './updates.ts'

/** What the interface does to the world. */
export interface Effects {
  send(order: Order): void
  quit(): void
  suspend(): void
  copy(text: string): void
  /** Opens the editor; resolves to what went wrong. */
  edit(place: FilePlace): string | undefined
}

/** Why a page was asked for. */
interface Asked {
  readonly source: Source | undefined
  /** The page to replace, after a change. */
  readonly refreshes?: TextPage
}

export class App extends Updates {
  readonly #effects: Effects
  readonly #tables = new Map<ViewId, Rows>()
  readonly #asked = new Map<number, Asked>()
  #requests = 0
  stack: (List | TextPage)[] = []
  prompt: Prompt | undefined
  head: Head | undefined
  phase: string | undefined = 'starting'
  messages: readonly Message[] = []
  /** The input has an error, and what is shown is from before it. */
  isKept = false
  columns = 80
  height = 24
  wish: ProxyWish = {}

  constructor(effects: Effects, view: ViewId) {
    super()
    this.onLater = () => {
      for (const rows of this.#tables.values()) rows.sweep(Date.now())
    }
    this.#effects = effects
    this.go(view)
  }

  resize(columns: number, height: number): void {
    this.columns = columns
    this.height = height
    this.#refresh()
    this.changed()
  }

  get top(): List | TextPage {
    return this.stack.at(-1) as List | TextPage
  }

  /** The list that is looked at, or that the text on top of it came from. */
  get list(): List {
    return this.stack.findLast((page) => page instanceof List) as List
  }

  /** Rows of the page: without title, header, status and keys. */
  get room(): number {
    return Math.max(1, this.height - (this.top instanceof List ? 4 : 3))
  }

  #rowsOf(view: ViewId): Rows {
    const known = this.#tables.get(view)
    if (known) return known
    const rows = new Rows()
    this.#tables.set(view, rows)
    return rows
  }

  #show(page: List | TextPage): void {
    this.stack.push(page)
    if (page instanceof List) this.#effects.send({ kind: 'show', view: page.view })
    this.changed()
  }

  /** Replaces everything by a list. */
  go(view: ViewId, filter = ''): void {
    this.stack = []
    this.#show(new List(view, this.#rowsOf(view), this.changed, filter))
  }

  /** A list to choose from, on top of what is shown. */
  choose(view: ViewId, pick: (row: Row) => void): void {
    this.#show(new List(view, this.#rowsOf(view), this.changed, '', pick))
  }

  follow(link: Link | undefined): void {
    if (link) this.#show(new List(link.view, this.#rowsOf(link.view), this.changed, link.filter))
  }

  back(): void {
    const { top } = this
    if (top instanceof List && top.filter !== '' && this.stack.length === 1) top.filter = ''
    else if (this.stack.length > 1) {
      this.stack.pop()
      this.#effects.send({ kind: 'show', view: this.list.view })
    }
    this.changed()
  }

  showHelp(): void {
    this.#show(new TextPage(helpPage(this.columns)))
  }

  showMessages(): void {
    this.#show(new TextPage(messagesPage(this.messages, this.columns)))
  }

  /** Asks for a text about the row under the cursor, or the one that is open. */
  open(form: Form): void {
    const { top } = this
    const source = top instanceof TextPage ? top.source : top.current && { view: top.view, key: top.current.key, form }
    if (source) this.#ask({ ...source, form }, { source: { ...source, form } })
    else
      this.notify(top instanceof List ? 'there is nothing under the cursor' : 'this text is not about a single thing')
  }

  #ask(source: Source, asked: Asked): void {
    const request = this.#requests++
    this.#asked.set(request, asked)
    this.#effects.send({ kind: 'open', request, ...source, width: this.columns })
  }

  askAbout(form: 'trace' | 'dig', text: string): void {
    const request = this.#requests++
    this.#asked.set(request, { source: undefined })
    this.#effects.send({ kind: 'ask', request, form, text, width: this.columns })
  }

  /** Asks again for the texts that are shown, because the mesh or the width has changed. */
  #refresh(): void {
    for (const page of this.stack) {
      if (page instanceof TextPage && page.source) this.#ask(page.source, { source: page.source, refreshes: page })
    }
  }

  copy(): void {
    const { top } = this
    const text = top instanceof TextPage ? top.title : top.currentName
    if (text === undefined) return
    this.#effects.copy(text)
    this.notify(`copied ${text}`, 'good')
  }

  edit(place: FilePlace | undefined): void {
    if (!place) {
      this.notify('it is not written in a file')
      return
    }
    const problem = this.#effects.edit(place)
    if (problem === undefined) this.changed()
    else this.notify(problem, 'error')
  }

  chooseProxy(wish: ProxyWish): void {
    this.wish = wish
    this.#effects.send({ kind: 'choose', wish })
    this.phase = `computing for ${wish.proxy ?? `a sidecar in namespace ${wish.namespace}`}`
    this.changed()
  }

  quit(): void {
    this.#effects.quit()
  }

  suspend(): void {
    this.#effects.suspend()
  }

  receive(report: Report): void {
    switch (report.kind) {
      case 'phase':
        this.phase = report.text
        this.changed()
        break
      case 'head':
        this.head = report.head
        this.#refresh()
        this.changed()
        break
      case 'messages':
        this.messages = report.messages
        this.isKept = report.kept
        this.changed()
        break
      case 'columns': {
        const rows = this.#rowsOf(report.view)
        rows.columns = report.columns
        rows.size = report.size
        this.changedSoon()
        break
      }
      case 'rows':
        this.#takeRows(report)
        break
      case 'page':
        this.#takePage(report.request, report.page)
        break
      case 'refused':
        this.#asked.delete(report.request)
        this.notify(report.text, 'error')
        break
      case 'fatal':
    }
  }

  #takeRows(report: Extract<Report, { kind: 'rows' }>): void {
    const result = this.#rowsOf(report.view).take(report, Date.now())
    this.#effects.send({ kind: 'taken' })
    if (result === undefined) return
    const lists = this.stack.filter((page): page is List => page instanceof List && page.view === report.view)
    for (const list of lists) {
      if (result === 'filled' && report.removed === 0) list.append(report.rows)
      else list.arrange()
    }
    if (result !== 'filled') this.#tellChanges(result)
    this.changedSoon()
  }

  #tellChanges({ added, changed, gone }: Changes): void {
    if (added + changed + gone === 0) return
    const parts = [added > 0 && `${added} new`, changed > 0 && `${changed} changed`, gone > 0 && `${gone} gone`]
    this.notify(parts.filter((part) => part !== false).join(', '), 'good')
    this.changedLater(MARKED_FOR)
  }

  #takePage(request: number, page: Page): void {
    const asked = this.#asked.get(request)
    this.#asked.delete(request)
    if (!asked) return
    if (asked.source?.form === 'place') {
      this.edit(page.place)
      return
    }
    if (asked.refreshes) asked.refreshes.replace(page)
    else this.stack.push(new TextPage(page, asked.source))
    this.changed()
  }

  /** The worst message, for the status line. */
  get worst(): Message | undefined {
    return (
      this.messages.find(({ severity }) => severity === 'error') ??
      this.messages.find(({ severity }) => severity === 'warning')
    )
  }
}
