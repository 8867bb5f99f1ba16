/** Keeps data from live clusters up to date: list, then watch, and list again when a watch fails. */
import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { firstBy } from '../../common/collections.ts'
import { oncePer } from '../../common/once.ts'
import { groupOf } from '../../kinds/lookup.ts'
import type { JsonValue, SourceDocument } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import { ExpiredError, type LiveCluster, LiveError, type LiveList } from './index.ts'
import type { ReadCluster } from './mesh.ts'

/** Servers end a watch after some minutes. One that is silent for longer than this is gone. */
const LONGEST_WATCH = 360_000
/** A watch that was open for this long has worked. */
const LONG_ENOUGH = 10_000
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000

/** Callbacks for changes in a followed cluster. */
export interface FollowEvents {
  /** Objects were added, changed or removed. */
  changed(): void
  /** A cluster does not answer; called once until it answers again. */
  lost(error: LiveError): void
  /** A list can be read but not watched, so it is polled instead; called once per cluster. */
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

/** What distinguishes the objects of all clusters; kept, because it takes reading the object. */
const keyOf = oncePer(
  (document: SourceDocument): string =>
    `${document.cluster}\n${textAt(document.value, 'apiVersion')}\n${document.file.name}`,
)

/** Whether an object belongs to a list. */
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

/** The current objects of one list. */
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

  /** Replaces the list by a newly read one. @returns whether it differs */
  replace(list: LiveList, documents: readonly SourceDocument[]): boolean {
    this.list = list
    const before = new Map([...this.#documents].map(([name, document]) => [name, versionOf(document)]))
    this.#documents.clear()
    for (const document of documents) this.put(document)
    return before.size !== documents.length || documents.some((each) => before.get(nameOf(each)) !== versionOf(each))
  }
}

/** Whether a cluster answers: it does not while any of its lists cannot be read. */
class Health {
  readonly #cluster: LiveCluster
  readonly #events: FollowEvents
  readonly #lost = new Set<FollowedList>()
  #isUnwatchable = false

  constructor(cluster: LiveCluster, events: FollowEvents) {
    this.#cluster = cluster
    this.#events = events
  }

  /** Not even the list can be read. */
  fails(list: FollowedList, error: LiveError): void {
    if (this.#lost.size === 0) this.#events.lost(error)
    this.#lost.add(list)
  }

  /** Listing works but watching does not; the role may lack the `watch` verb. */
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
    // Aborted: no need to wait.
  }
}

/** Pauses grow with each attempt. */
const pauseBefore = (attempt: number): number => Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)

/** Follows the lists of clusters until its signal aborts. */
export class Follower {
  readonly #lists: readonly FollowedList[]
  readonly #events: FollowEvents
  readonly #signal: AbortSignal

  /** @param documents those of all clusters, in reading order */
  constructor(
    clusters: readonly ReadCluster[],
    documents: readonly SourceDocument[],
    events: FollowEvents,
    signal: AbortSignal,
  ) {
    this.#events = events
    this.#signal = signal
    // Every list adds a listener.
    setMaxListeners(0, signal)
    this.#lists = clusters.flatMap(({ cluster, lists }) => lists.map((list) => new FollowedList(cluster, list)))
    this.#assign(documents)
  }

  /** All current documents. An object in two lists is included once. */
  documents(): readonly SourceDocument[] {
    const all = this.#lists.flatMap(({ documents }) => [...documents])
    return [...firstBy(all, keyOf).values()]
  }

  /** Ends when the signal aborts. @throws errors that are not a cluster's */
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
      // A server that ends watches immediately is not asked again immediately.
      if (failures > 0) await pause(pauseBefore(failures), this.#signal)
    }
  }

  /** Reads the list again after an interrupted watch. An occasional interruption is not reported. */
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

  /** Reads a list again because its watch failed. @returns whether that succeeded */
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
