/** What the rest of the program knows of a live cluster. Reading only: there is no way to write through this. */
import type { ApiKind } from '../../kinds/index.ts'
import type { SourceDocument, SourceProblem } from '../../sources/document.ts'

/** What to read of one kind. */
export interface LiveRequest {
  readonly kind: ApiKind
  /** Only these namespaces; absent: everywhere. */
  readonly namespaces?: readonly string[] | undefined
  /** Only the objects of these names, each by a request of its own (in `namespaces`). */
  readonly names?: readonly string[] | undefined
  readonly labelSelector?: string | undefined
  /** Nothing is computed from it: when the server fails for it alone, that is a problem, and the rest is read. */
  readonly optional?: boolean | undefined
}

/** One list that was read, and from where a watch goes on. */
export interface LiveList {
  readonly kind: ApiKind
  /** Without the query: `/apis/networking.istio.io/v1/namespaces/cars/serviceentries`. */
  readonly path: string
  readonly labelSelector: string | undefined
  /** Only the object of this name. */
  readonly name: string | undefined
  readonly resourceVersion: string
}

/** What could not be read, because it is forbidden. */
export interface LiveGap {
  readonly kind: ApiKind
  /** Namespaces that were read instead of all; empty when nothing of the kind was. */
  readonly readNamespaces: readonly string[]
  /** What the API server says, in its own words. */
  readonly reason: string
}

export interface LoadedCluster {
  /** In the order of the requests, then of the namespaces, then of the server. */
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly SourceProblem[]
  readonly gaps: readonly LiveGap[]
  readonly lists: readonly LiveList[]
}

/** Called after each page. */
export type OnProgress = (objects: number, kind: ApiKind) => void

export type WatchEvent =
  | {
      readonly type: 'added' | 'modified' | 'deleted'
      readonly document: SourceDocument
      readonly resourceVersion: string
    }
  /** Nothing changed up to here. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string }

/** One cluster, by the context that leads to it. */
export interface LiveCluster {
  /** '' for the config cluster, else the ID of a remote one: what its documents say as `cluster`. */
  readonly id: string
  /** Of the kubeconfig, or the remote secret's name. */
  readonly context: string
  /** URL without credentials. */
  readonly server: string
  /** The context's own namespace. */
  readonly namespace: string | undefined
  /**
   * Reads what is asked for, several kinds at a time.
   * @throws LiveError when nothing can be said: no connection, no access at all, no Kubernetes
   */
  load(requests: readonly LiveRequest[], onProgress?: OnProgress): Promise<LoadedCluster>
  /**
   * Reads one list again, as after an expired watch.
   * @throws LiveError
   */
  reload(list: LiveList): Promise<{ readonly documents: readonly SourceDocument[]; readonly list: LiveList }>
  /**
   * The changes of a list from its `resourceVersion` on, until the server ends the stream (after some minutes, which
   * is not an error) or the signal aborts. The caller goes on with the last `resourceVersion` that it saw.
   * @throws ExpiredError when the version is too old: `reload` the list, then watch that
   * @throws LiveError when the connection or the access is lost
   */
  watch(list: LiveList, signal: AbortSignal): AsyncIterable<WatchEvent>
  /**
   * The clusters of the remote secrets in istiod's namespace; those that cannot be used are problems.
   * @param localId the config cluster's own ID
   * @throws LiveError
   */
  remotes(istioNamespace: string, localId: string): Promise<RemoteClusters>
  /** The same cluster under another ID. */
  named(id: string): LiveCluster
  /** Lets go of connections; without it the process would wait for them. */
  close(): void
}

export interface RemoteClusters {
  readonly clusters: readonly LiveCluster[]
  readonly problems: readonly SourceProblem[]
}

export interface ConnectOptions {
  /** `--kubeconfig`; absent: KUBECONFIG, then ~/.kube/config, then the cluster that this runs in. */
  readonly kubeconfig?: string | undefined
  /** Contexts by name, the config cluster's first; empty: the current one. */
  readonly contexts: readonly string[]
  readonly as?: string | undefined
  readonly asGroups: readonly string[]
  /** Milliseconds that one request may take; 0 for no limit. */
  readonly requestTimeout: number
  /** Namespaces to try, beside the context's own, where all of them may not be listed. */
  readonly usualNamespaces: readonly string[]
  /** Keep what kubectl noted of the last apply, for those who lay files over the objects. */
  readonly keepsApplied?: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}
