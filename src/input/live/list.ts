/** Lists, page by page. */
import type { JsonValue, SourceDocument } from '../../sources/document.ts'
import { withThousands } from '../../sources/limits.ts'
import { isMapping, textAt } from '../../sources/mapping.ts'
import { checkMemory } from '../memory.ts'
import type { Connection, Query } from './connection.ts'
import { liveDocument, type Origin } from './document.ts'
import { AnswerError, StatusError } from './errors.ts'

/** Objects per page, the same as kubectl's. */
const PAGE = '500'
/** Ten million objects; a server that sends more pages is assumed to never end. */
const MOST_PAGES = 20_000

export interface ListResult {
  readonly documents: readonly SourceDocument[]
  readonly resourceVersion: string
  /** Objects may be missing or out of date, because the list's version expired twice during reading. */
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
    throw new AnswerError(`${path} sent something that is not a list`, 'is it an API server?')
  }
  return {
    items,
    continueToken: textAt(value.metadata, 'continue'),
    resourceVersion: textAt(value.metadata, 'resourceVersion'),
  }
}

/** Reads the pages of one list. */
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
    throw new AnswerError(`${this.#path} sent more than ${withThousands(MOST_PAGES)} pages`)
  }

  /** undefined: the list has to be read from the start again. */
  async #page(token: string): Promise<Page | undefined> {
    try {
      return await this.#get(token)
    } catch (error) {
      if (!(error instanceof StatusError) || error.status !== 410 || token === '') throw error
      this.#expired++
      if (this.#expired === 1) return undefined
      // A version that expired twice would expire again, so the rest is read at the current version.
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
    checkMemory()
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
 * All objects of a list at one version. If the version expires before the last page, the list is read again; if that
 * happens again, the rest is read at the current version.
 * @throws the errors of `Connection.get`, and UserError when there is not enough memory
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
