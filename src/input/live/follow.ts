/** Keeps what was read of live clusters up to date: list, then watch, and list again where a watch cannot go on. */
import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { groupOf } from '../../kinds/lookup.ts'
import type { JsonValue, SourceDocument } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import { ExpiredError, type LiveCluster, LiveError, type LiveList } from './index.ts'
import type { ReadCluster } from './mesh.ts'

/** A server ends a watch after some minutes. One that is silent for longer than this is not there any more. */
const LONGEST_WATCH = 360_000
/** A watch that was open for so long did work. */
const LONG_ENOUGH = 10_000
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000

/** What whoever follows a cluster hears of. */
export interface FollowEvents {
  /** Objects came, changed or went. */
  changed(): void
  /** A cluster does not answer; said once until it does again. */
  lost(error: LiveError): void
  /** A list may be read but not watched; said once a cluster. It is read again and again instead. */
  unwatchable(error: LiveError): void
  back(cluster: LiveCluster): void
}

function textAt(value: JsonValue | undefined, ...path: readonly string[]): string {
  let at = value
  for (const key of path) at = isMapping(at) && Object.hasOwn(at, key) ? at[key] : undefined
  return typeof at === 'string' ? at : ''
}

const nameOf = ({ value }: SourceDocument): string =>
  `${textAt(value, 'metadata', 'namespace')}/${textAt(value, 'metadata', 'name')}`

const versionOf = ({ value }: SourceDocument): string => textAt(value, 'metadata', 'resourceVersion')

const NAMESPACE = /\/namespaces\/([^/]+)\/[^/]+$/

function hasLabel(value: JsonValue, selector: string): boolean {
  const [label = '', wanted] = selector.split('=')
  return textAt(value, 'metadata', 'labels', label) === wanted
}

/** Whether an object is one of a list's. */
function isOf({ value }: SourceDocument, { kind, path, name, labelSelector }: LiveList): boolean {
  const [, namespace] = NAMESPACE.exec(path) ?? []
  return (
    textAt(value, 'kind') === kind.kind &&
    groupOf(textAt(value, 'apiVersion')) === kind.group &&
    (namespace === undefined || textAt(value, 'metadata', 'namespace') === decodeURIComponent(namespace)) &&
    (name === undefined || textAt(value, 'metadata', 'name') === name) &&
    (labelSelector === undefined || hasLabel(value, labelSelector))
  )
}

/** The objects of one list, as its events leave them. */
class FollowedList {
  readonly cluster: LiveCluster
  list: LiveList
  readonly #documents = new Map<string, SourceDocument>()

  constructor(cluster: LiveCluster, list: LiveList) {
    this.cluster = cluster
    this.list = list
  }

  get documents(): Iterable<SourceDocument> {
    return this.#documents.values()
  }

  put(document: SourceDocument): void {
    this.#documents.set(nameOf(document), document)
  }

  remove(document: SourceDocument): void {
    this.#documents.delete(nameOf(document))
  }

  /** Takes a list that was read anew. @returns whether it differs from what was known */
  replace(list: LiveList, documents: readonly SourceDocument[]): boolean {
    this.list = list
    const before = new Map([...this.#documents].map(([name, document]) => [name, versionOf(document)]))
    this.#documents.clear()
    for (const document of documents) this.put(document)
    return before.size !== documents.length || documents.some((each) => before.get(nameOf(each)) !== versionOf(each))
  }
}

/** Whether a cluster answers: while one of its lists is not to be had, it does not, whatever others do. */
class Health {
  readonly #cluster: LiveCluster
  readonly #events: FollowEvents
  readonly #lost = new Set<FollowedList>()
  #isUnwatchable = false

  constructor(cluster: LiveCluster, events: FollowEvents) {
    this.#cluster = cluster
    this.#events = events
  }

  /** Not even a list is to be had. */
  fails(list: FollowedList, error: LiveError): void {
    if (this.#lost.size === 0) this.#events.lost(error)
    this.#lost.add(list)
  }

  /** Lists are to be had, watches are not: a right may be missing. */
  cannotWatch(error: LiveError): void {
    if (!this.#isUnwatchable && this.#lost.size === 0) this.#events.unwatchable(error)
    this.#isUnwatchable = true
  }

  answers(list: FollowedList): void {
    if (this.#lost.delete(list) && this.#lost.size === 0) this.#events.back(this.#cluster)
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal })
  } catch {
    // It is over: there is nothing to wait for.
  }
}

/** Longer from one attempt to the next. */
const pauseBefore = (attempt: number): number => Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)

/** Follows the lists of clusters until its signal aborts. */
export class Follower {
  readonly #lists: readonly FollowedList[]
  readonly #events: FollowEvents
  readonly #signal: AbortSignal

  /** @param documents of all clusters, in the order in which they were read */
  constructor(
    clusters: readonly ReadCluster[],
    documents: readonly SourceDocument[],
    events: FollowEvents,
    signal: AbortSignal,
  ) {
    this.#events = events
    this.#signal = signal
    // Every list listens to it.
    setMaxListeners(0, signal)
    this.#lists = clusters.flatMap(({ cluster, lists }) => lists.map((list) => new FollowedList(cluster, list)))
    this.#assign(documents)
  }

  /** Everything as it is now. What two lists have counts once. */
  documents(): readonly SourceDocument[] {
    const all = new Map<string, SourceDocument>()
    for (const followed of this.#lists) {
      for (const document of followed.documents) {
        const key = `${document.cluster}\n${textAt(document.value, 'apiVersion')}\n${document.file.name}`
        if (!all.has(key)) all.set(key, document)
      }
    }
    return [...all.values()]
  }

  /** Ends when the signal aborts. @throws what is not a trouble with a cluster */
  async run(): Promise<void> {
    const health = new Map(this.#lists.map(({ cluster }) => [cluster, new Health(cluster, this.#events)]))
    await Promise.all(this.#lists.map((followed) => this.#follow(followed, health.get(followed.cluster) as Health)))
  }

  #assign(documents: readonly SourceDocument[]): void {
    for (const document of documents) {
      this.#lists.find(({ cluster, list }) => cluster.id === document.cluster && isOf(document, list))?.put(document)
    }
  }

  async #follow(followed: FollowedList, health: Health): Promise<void> {
    for (let failures = 0; !this.#signal.aborted; ) {
      const began = Date.now()
      let trouble: unknown
      try {
        await this.#watch(followed, health)
      } catch (error) {
        trouble = error
      }
      const lasted = Date.now() - began
      if (this.#signal.aborted) return
      failures = lasted > (trouble === undefined ? FIRST_PAUSE : LONG_ENOUGH) ? 0 : failures + 1
      if (trouble !== undefined) await this.#recover(followed, health, trouble, failures)
      // A server that ends its watches at once is not asked at once again.
      if (failures > 0) await pause(pauseBefore(failures), this.#signal)
    }
  }

  /** After a watch that broke off: reads the list again. A stream that is cut once in a while is not worth a word. */
  async #recover(followed: FollowedList, health: Health, trouble: unknown, failures: number): Promise<void> {
    if (!(trouble instanceof LiveError || trouble instanceof ExpiredError)) throw trouble
    for (let attempt = 1; !(await this.#resync(followed, health)); attempt++) {
      await pause(pauseBefore(attempt), this.#signal)
      if (this.#signal.aborted) return
    }
    if (failures > 1 && trouble instanceof LiveError) health.cannotWatch(trouble)
  }

  async #watch(followed: FollowedList, health: Health): Promise<void> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(LONGEST_WATCH)])
    for await (const event of followed.cluster.watch(followed.list, signal)) {
      health.answers(followed)
      if (event.resourceVersion !== '') {
        followed.list = { ...followed.list, resourceVersion: event.resourceVersion }
      }
      if (event.type === 'bookmark') continue
      if (event.type === 'deleted') followed.remove(event.document)
      else followed.put(event.document)
      this.#events.changed()
    }
  }

  /** Reads a list again, because its watch could not go on. @returns whether that went well */
  async #resync(followed: FollowedList, health: Health): Promise<boolean> {
    try {
      const { list, documents } = await followed.cluster.reload(followed.list)
      health.answers(followed)
      if (followed.replace(list, documents)) this.#events.changed()
      return true
    } catch (error) {
      if (this.#signal.aborted) return false
      if (!(error instanceof LiveError)) throw error
      health.fails(followed, error)
      return false
    }
  }
}
