/** Lists, page by page. */
import type { JsonValue, SourceDocument } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import type { Connection, Query } from './connection.ts'
import { liveDocument, type Origin } from './document.ts'
import { AnswerError, StatusError } from './errors.ts'
import { textAt } from './object.ts'

/** Objects a page, as kubectl asks for them. */
const PAGE = '500'
/** Ten million objects; whoever sends more pages than that does not end. */
const MOST_PAGES = 20_000

export interface ListResult {
  readonly documents: readonly SourceDocument[]
  readonly resourceVersion: string
  /** Objects may be missing or out of date: the server forgot the version of the list while it was read, twice. */
  readonly inconsistent: boolean
  /** Items that are not objects. */
  readonly unreadable: number
}

interface Page {
  readonly items: readonly JsonValue[]
  readonly continueToken: string
  readonly resourceVersion: string
}

function pageOf(value: JsonValue, path: string): Page {
  const items = isMapping(value) && Object.hasOwn(value, 'items') ? (value.items ?? []) : undefined
  if (!isMapping(value) || !Array.isArray(items)) {
    throw new AnswerError(`${path} is answered with something that is not a list`, 'is it an API server?')
  }
  return {
    items,
    continueToken: textAt(value.metadata, 'continue'),
    resourceVersion: textAt(value.metadata, 'resourceVersion'),
  }
}

/** One walk through the pages of a list. */
class Walk {
  readonly #connection: Connection
  readonly #path: string
  readonly #query: Query
  readonly #origin: Origin
  readonly #onPage: (objects: number) => void
  #documents: SourceDocument[] = []
  #unreadable = 0
  #expired = 0

  constructor(connection: Connection, path: string, query: Query, origin: Origin, onPage: (objects: number) => void) {
    this.#connection = connection
    this.#path = path
    this.#query = query
    this.#origin = origin
    this.#onPage = onPage
  }

  async run(): Promise<ListResult> {
    let token = ''
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page = await this.#page(token)
      if (page === undefined) {
        this.#documents = []
        this.#unreadable = 0
        token = ''
        continue
      }
      this.#take(page.items)
      token = page.continueToken
      if (token === '') return this.#result(page.resourceVersion)
    }
    throw new AnswerError(`${this.#path} is answered with page after page without end`)
  }

  /** undefined: the list has to be read from its beginning. */
  async #page(token: string): Promise<Page | undefined> {
    try {
      return await this.#get(token)
    } catch (error) {
      if (!(error instanceof StatusError) || error.status !== 410 || token === '') throw error
      this.#expired++
      if (this.#expired === 1) return undefined
      // What expired twice would do so again: the rest is read as it is now.
      if (error.continueToken === '') throw error
      return this.#get(error.continueToken)
    }
  }

  async #get(token: string): Promise<Page> {
    const query = { ...this.#query, limit: PAGE, ...(token !== '' && { continue: token }) }
    return pageOf(await this.#connection.get(this.#path, query), this.#path)
  }

  #take(items: readonly JsonValue[]): void {
    for (const item of items) {
      const document = liveDocument(item, this.#origin)
      if (document) this.#documents.push(document)
      else this.#unreadable++
    }
    this.#onPage(items.length)
  }

  #result(resourceVersion: string): ListResult {
    return {
      documents: this.#documents,
      resourceVersion,
      inconsistent: this.#expired > 1,
      unreadable: this.#unreadable,
    }
  }
}

/**
 * All objects of a list as of one moment. When the server forgets that moment before the last page, the list is read
 * anew, and if that happens again, the rest is read as it is by then.
 * @throws what `Connection.get` throws
 */
export function readList(
  connection: Connection,
  path: string,
  query: Query,
  origin: Origin,
  onPage: (objects: number) => void,
): Promise<ListResult> {
  return new Walk(connection, path, query, origin, onPage).run()
}
