/** One live cluster: reads what is requested, or reports why it cannot. */

import { isMapping, textAt } from '../../sources/mapping.ts'
import { Connection } from './connection.ts'
import { type Groups, readGroups, servedVersions } from './discovery.ts'
import { liveDocument, type Origin } from './document.ts'
import { ExpiredError, liveError } from './errors.ts'
import { findContexts } from './kubeconfig/contexts.ts'
import { CONNECTIONS, type Target, targetOf } from './kubeconfig/target.ts'
import { readList } from './list.ts'
import {
  type ApiPlace,
  apiVersionOf,
  isFailure,
  isStatus,
  joined,
  listProblems,
  NOTHING,
  pathOf,
  placesOf,
  queryOf,
  type Read,
  type Reloaded,
  unanswered,
} from './places.ts'
import { inParallel } from './pool.ts'
import { readRemotes } from './remotes.ts'
import type {
  ConnectOptions,
  LiveCluster,
  LiveGap,
  LiveList,
  LiveRequest,
  LoadedCluster,
  OnProgress,
  PodAnswer,
  PodPort,
  RemoteClusters,
  WatchEvent,
} from './types.ts'
import { watchList } from './watch.ts'

/** At most this many namespaces are tried one by one. */
const MOST_NAMESPACES = 200

class ConnectedCluster implements LiveCluster {
  readonly id: string
  readonly #connection: Connection
  readonly #options: ConnectOptions
  /** Namespaces to try if listing all namespaces is forbidden. */
  readonly #usual: readonly string[]
  #groups: Promise<Groups> | undefined
  #namespaces: Promise<readonly string[]> | undefined

  constructor(id: string, connection: Connection, options: ConnectOptions) {
    this.id = id
    this.#connection = connection
    this.#options = options
    const own = connection.target.namespace ?? ''
    this.#usual = [...new Set([own, ...options.usualNamespaces])].filter((name) => name !== '')
  }

  get context(): string {
    return this.#connection.target.context
  }

  get server(): string {
    return this.#connection.serverText
  }

  get namespace(): string | undefined {
    return this.#connection.target.namespace
  }

  close(): void {
    this.#connection.close()
  }

  async load(requests: readonly LiveRequest[], onProgress?: OnProgress): Promise<LoadedCluster> {
    try {
      return await this.#load(requests, onProgress)
    } catch (error) {
      throw this.#error(error)
    }
  }

  async reload(list: LiveList): Promise<Reloaded> {
    try {
      return await this.#reload(list)
    } catch (error) {
      throw this.#error(error)
    }
  }

  async *watch(list: LiveList, signal: AbortSignal): AsyncIterable<WatchEvent> {
    try {
      yield* watchList(this.#connection, list, queryOf(list), this.#origin(list), signal)
    } catch (error) {
      throw this.#error(error)
    }
  }

  async remotes(istioNamespace: string, localId: string): Promise<RemoteClusters> {
    try {
      const { remotes, problems } = await readRemotes(this.#connection, istioNamespace, localId, this.#options)
      return { clusters: remotes.map(({ id, target }) => clusterOf(target, id, this.#options)), problems }
    } catch (error) {
      throw this.#error(error)
    }
  }

  async ask(pod: PodPort, path: string): Promise<PodAnswer> {
    // Loaded only by commands that ask pods.
    const { askPod } = await import('./forward/ask.ts')
    return askPod(this.#connection, pod, path)
  }

  named(id: string): LiveCluster {
    return new ConnectedCluster(id, this.#connection, this.#options)
  }

  #error(error: unknown): unknown {
    if (error instanceof ExpiredError) return error
    const { place, target } = this.#connection
    return liveError(error, place, (text) => target.secrets.hide(text))
  }

  #origin({ kind, path }: Pick<LiveList, 'kind' | 'path'>): Origin {
    const parts = path.split('/')
    return {
      context: this.context,
      cluster: this.id,
      kind,
      apiVersion: apiVersionOf(kind, (kind.group === '' ? parts[2] : parts[3]) ?? ''),
      keepsApplied: this.#options.keepsApplied ?? false,
    }
  }

  async #load(requests: readonly LiveRequest[], onProgress: OnProgress | undefined): Promise<LoadedCluster> {
    // First checks that there is an API server and that it accepts the credentials.
    await this.#knownGroups()
    const gaps: LiveGap[] = []
    const results = await inParallel(requests, CONNECTIONS, (request) => this.#request(request, gaps, onProgress))
    return { ...joined(results), gaps }
  }

  async #reload(list: LiveList): Promise<Reloaded> {
    try {
      const result = await readList(this.#connection, list.path, queryOf(list), this.#origin(list), () => {})
      return { documents: result.documents, list: { ...list, resourceVersion: result.resourceVersion } }
    } catch (error) {
      // The kind was installed before, and no longer is.
      if (isStatus(error, 404)) return { documents: [], list }
      // Reading a single object may be allowed without the right to list.
      if (list.name === undefined || !isStatus(error, 403)) throw error
      return await this.#reloadNamed(list, list.name)
    }
  }

  async #reloadNamed(list: LiveList, name: string): Promise<Reloaded> {
    try {
      return await this.#readNamed(list, name)
    } catch (error) {
      if (!isStatus(error, 404)) throw error
      return { documents: [], list }
    }
  }

  /** @throws StatusError with 404 when there is no such object */
  async #readNamed(list: Omit<LiveList, 'resourceVersion'>, name: string): Promise<Reloaded> {
    const value = await this.#connection.get(`${list.path}/${encodeURIComponent(name)}`)
    const resourceVersion = isMapping(value) ? textAt(value.metadata, 'resourceVersion') : ''
    const document = liveDocument(value, this.#origin(list))
    return { documents: document ? [document] : [], list: { ...list, resourceVersion } }
  }

  #knownGroups(): Promise<Groups> {
    this.#groups ??= readGroups(this.#connection)
    return this.#groups
  }

  async #request(request: LiveRequest, gaps: LiveGap[], onProgress: OnProgress | undefined): Promise<Read> {
    const results: Read[] = []
    const readNamespaces = new Set<string>()
    let reason: string | undefined
    for (const place of placesOf(request)) {
      try {
        results.push(await this.#read(place, onProgress))
        if (place.namespace !== undefined) readNamespaces.add(place.namespace)
      } catch (error) {
        if (request.optional && isFailure(error)) {
          results.push({ ...NOTHING, problems: [unanswered(request.kind, error, this.#connection.place)] })
          continue
        }
        if (!isStatus(error, 403)) throw error
        reason ??= error.message
        const fallback = await this.#byNamespace(place, onProgress)
        for (const namespace of fallback.namespaces) readNamespaces.add(namespace)
        results.push(...fallback.results)
      }
    }
    if (reason !== undefined) gaps.push({ kind: request.kind, readNamespaces: [...readNamespaces], reason })
    return joined(results)
  }

  /** Reads a list by namespace when reading it as a whole is forbidden. */
  async #byNamespace(
    place: ApiPlace,
    onProgress: OnProgress | undefined,
  ): Promise<{ readonly namespaces: readonly string[]; readonly results: readonly Read[] }> {
    if (!place.kind.namespaced || place.namespace !== undefined) return { namespaces: [], results: [] }
    const namespaces: string[] = []
    const results: Read[] = []
    for (const namespace of await this.#allowedNamespaces()) {
      try {
        results.push(await this.#read({ ...place, namespace }, onProgress))
        namespaces.push(namespace)
      } catch (error) {
        if (!isStatus(error, 403)) throw error
      }
    }
    return { namespaces, results }
  }

  /** All namespaces if listing them is allowed, otherwise those that the user probably works in. */
  #allowedNamespaces(): Promise<readonly string[]> {
    this.#namespaces ??= this.#listNamespaces()
    return this.#namespaces
  }

  async #listNamespaces(): Promise<readonly string[]> {
    try {
      const path = '/api/v1/namespaces'
      const value = await this.#connection.get(path, { limit: String(MOST_NAMESPACES) })
      const items = isMapping(value) && Array.isArray(value.items) ? value.items : []
      const names = items
        .map((item) => (isMapping(item) ? textAt(item.metadata, 'name') : ''))
        .filter((name) => name !== '')
      return [...new Set([...this.#usual, ...names])]
    } catch (error) {
      if (isStatus(error, 403)) return this.#usual
      throw error
    }
  }

  /** Reads one list or object in the best version that the server has. @throws StatusError with 403 */
  async #read(place: ApiPlace, onProgress: OnProgress | undefined): Promise<Read> {
    for (const version of servedVersions(place.kind, await this.#knownGroups())) {
      try {
        return await this.#readVersion(place, version, onProgress)
      } catch (error) {
        // The group exists, but not the kind, or not in this version.
        if (!isStatus(error, 404)) throw error
      }
    }
    return NOTHING
  }

  async #readVersion(place: ApiPlace, version: string, onProgress: OnProgress | undefined): Promise<Read> {
    const { kind, name, labelSelector } = place
    const path = pathOf(place, version)
    const list = { kind, path, labelSelector, name }
    const origin = this.#origin(list)
    if (name !== undefined) {
      const read = await this.#readNamed(list, name)
      onProgress?.(1, kind)
      return { documents: read.documents, lists: [read.list], problems: [] }
    }
    const result = await readList(this.#connection, path, queryOf(list), origin, (objects) =>
      onProgress?.(objects, kind),
    )
    return {
      documents: result.documents,
      lists: [{ ...list, resourceVersion: result.resourceVersion }],
      problems: listProblems(kind, result.inconsistent, result.unreadable, this.context),
    }
  }
}

/** @param id '' for the config cluster */
function clusterOf(target: Target, id: string, options: ConnectOptions): LiveCluster {
  return new ConnectedCluster(id, new Connection(target, options.requestTimeout), options)
}

/**
 * The clusters of the contexts in the options, the config cluster first; nothing is sent yet.
 * @returns undefined when there is no kubeconfig and the program does not run in a cluster
 * @throws LiveError when a kubeconfig cannot be used
 */
export function clustersOf(options: ConnectOptions): readonly LiveCluster[] | undefined {
  const found = findContexts(options)
  if (!found) return undefined
  const contexts = options.contexts.length > 0 ? options.contexts : [undefined]
  return contexts.map((context, index) => {
    const target = targetOf(found, context, options)
    return clusterOf(target, index === 0 ? '' : target.context, options)
  })
}
