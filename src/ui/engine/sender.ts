/** Sends the rows of a list in pieces, and later only what differs from what was sent. */
import { sameList } from '../../common/collections.ts'
import { commonEnd, commonStart } from '../../common/common-ends.ts'
import { clean } from '../../formats/clean.ts'
import { textOf } from '../../formats/spans.ts'
import type { Report, Row, ViewId } from '../protocol.ts'
import type { OpenView } from './view.ts'

/** Rows of one message: taking them does not keep a key waiting. */
const PIECE = 1_000
/** The first piece fills a screen at once. */
const FIRST_PIECE = 200
/** Milliseconds of computing after which orders are looked at. */
const TURN = 20

const TONES = new Set(['dim', 'good', 'warning', 'error'])

function rowOf(key: string, cells: ReturnType<OpenView['cells']>): Row {
  const at = cells.findIndex((cell) => typeof cell !== 'string' && TONES.has(cell.style))
  const toned = cells[at]
  const texts = cells.map((cell) => clean(textOf(cell)))
  if (toned === undefined || typeof toned === 'string') return { key, cells: texts }
  return { key, cells: texts, tone: [at, toned.style as 'dim' | 'good' | 'warning' | 'error'] }
}

const isSame = (a: Row | undefined, b: Row | undefined): boolean =>
  a !== undefined && b !== undefined && a.key === b.key && sameList(a.cells, b.cells)

/** Lets orders and reports through. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export class Sender {
  readonly #send: (report: Report) => void
  /** Resolves when the other thread took the last rows. */
  readonly #taken: () => Promise<void>
  /** What the other thread has, by view. */
  readonly #sent = new Map<ViewId, readonly Row[]>()
  /** The lists that it has in full. */
  readonly #complete = new Map<ViewId, OpenView>()
  /** Views whose first list was not sent to its end. */
  readonly #partial = new Set<ViewId>()

  constructor(send: (report: Report) => void, taken: () => Promise<void>) {
    this.#send = send
    this.#taken = taken
  }

  /**
   * @param isWanted false to stop: the user looks at something else, or the mesh has changed
   */
  async send(view: ViewId, open: OpenView, isWanted: () => boolean): Promise<void> {
    if (this.#complete.get(view) === open) return
    const { columns, size } = open
    this.#send({ kind: 'columns', view, columns, size })
    const before = this.#sent.get(view)
    const whole = await (before === undefined
      ? this.#fill(view, open, isWanted)
      : this.#update(view, open, before, isWanted))
    if (!whole) return
    this.#sent.set(view, whole)
    this.#complete.set(view, open)
    this.#partial.delete(view)
  }

  async #piece(report: Extract<Report, { kind: 'rows' }>): Promise<void> {
    this.#send(report)
    await this.#taken()
  }

  /** Sends rows while they are computed. */
  async #fill(view: ViewId, open: OpenView, isWanted: () => boolean): Promise<readonly Row[] | undefined> {
    const all: Row[] = []
    let sent = 0
    for (const step of rowsOf(open)) {
      if (step === undefined) await nextTurn()
      else all.push(step)
      const piece = sent === 0 ? FIRST_PIECE : PIECE
      if (all.length - sent < piece) continue
      if (!isWanted()) {
        // What was sent is replaced by the next update.
        this.#sent.set(view, all.slice(0, sent))
        this.#partial.add(view)
        return undefined
      }
      await this.#piece({ kind: 'rows', view, at: sent, removed: 0, rows: all.slice(sent), done: false, isFirst: true })
      sent = all.length
    }
    await this.#piece({ kind: 'rows', view, at: sent, removed: 0, rows: all.slice(sent), done: true, isFirst: true })
    return all
  }

  /** Sends the part between the rows that are the same at the start and at the end. */
  async #update(
    view: ViewId,
    open: OpenView,
    before: readonly Row[],
    isWanted: () => boolean,
  ): Promise<readonly Row[] | undefined> {
    const all: Row[] = []
    for (const step of rowsOf(open)) {
      if (step === undefined) await nextTurn()
      else all.push(step)
      if (step === undefined && !isWanted()) return undefined
    }
    const start = commonStart(before, all, isSame)
    const end = commonEnd(before, all, start, isSame)
    const fresh = all.slice(start, all.length - end)
    const removed = before.length - start - end
    const isFirst = this.#partial.has(view)
    for (let at = 0; at < fresh.length || at === 0; at += PIECE) {
      const rows = fresh.slice(at, at + PIECE)
      const done = at + PIECE >= fresh.length
      await this.#piece({ kind: 'rows', view, at: start + at, removed: at === 0 ? removed : 0, rows, done, isFirst })
    }
    return all
  }
}

/** The rows, and undefined whenever it is time to look at orders. */
function* rowsOf(open: OpenView): Iterable<Row | undefined> {
  let turn = performance.now()
  const keys = new Keys()
  for (let index = 0; index < open.size; index++) {
    yield rowOf(keys.next(open.key(index)), open.cells(index))
    if (performance.now() - turn < TURN) continue
    yield undefined
    turn = performance.now()
  }
}

/** Makes keys unique, in the same way for the same list. */
class Keys {
  readonly #seen = new Map<string, number>()

  next(key: string): string {
    const count = this.#seen.get(key) ?? 0
    this.#seen.set(key, count + 1)
    return count === 0 ? key : `${key}\0${count}`
  }
}

/** The index of the thing with a key; undefined if it is gone. */
export function indexOfKey(open: OpenView, wanted: string): number | undefined {
  const keys = new Keys()
  for (let index = 0; index < open.size; index++) if (keys.next(open.key(index)) === wanted) return index
  return undefined
}
