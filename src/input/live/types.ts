/** The interface of a live cluster. It is read-only: there is no way to write. */
import type { ApiKind } from '../../kinds/index.ts'
import type { SourceDocument, SourceProblem } from '../../sources/document.ts'

/** A request for objects of one kind. */
export interface LiveRequest {
  readonly kind: ApiKind
  /** Only these namespaces; all when absent. */
  readonly namespaces?: readonly string[] | undefined
  /** Only objects with these names, each in a separate request (in `namespaces`). */
  readonly names?: readonly string[] | undefined
  readonly labelSelector?: string | undefined
  /** An unmodelled kind: if the server fails for it, a problem is reported and the rest is read. */
  readonly optional?: boolean | undefined
}

/** One list that was read, and the version from which to watch. */
export interface LiveList {
  readonly kind: ApiKind
  /** Without the query: `/apis/networking.istio.io/v1/namespaces/cars/serviceentries`. */
  readonly path: string
  readonly labelSelector: string | undefined
  /** Only the object with this name. */
  readonly name: string | undefined
  readonly resourceVersion: string
}

/** A kind that could not be read because it is forbidden. */
export interface LiveGap {
  readonly kind: ApiKind
  /** Namespaces that were read instead of all; empty when there were none. */
  readonly readNamespaces: readonly string[]
  /** The API server's own message. */
  readonly reason: string
}

export interface LoadedCluster {
  /** In the order of requests, then namespaces, then the server. */
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
  /** Nothing has changed up to this version. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string }

/** An HTTP server in a pod. */
export interface PodPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
  /** Whose port it is. */
  readonly server: 'Envoy' | 'istiod'
}

/** What an HTTP server in a pod answered. */
export interface PodAnswer {
  readonly status: number
  readonly text: string
}

/** One cluster, as selected by a context. */
export interface LiveCluster {
  /** The `cluster` of its documents: '' for the config cluster, else a remote cluster's ID. */
  readonly id: string
  /** The name in the kubeconfig, or the remote secret's name. */
  readonly context: string
  /** The URL without credentials. */
  readonly server: string
  /** The context's own namespace. */
  readonly namespace: string | undefined
  /**
   * Reads the requested objects, several kinds at a time.
   * @throws LiveError when there is no connection, no access at all, or no Kubernetes
   */
  load(requests: readonly LiveRequest[], onProgress?: OnProgress): Promise<LoadedCluster>
  /**
   * Reads one list again, such as after an expired watch.
   * @throws LiveError
   */
  reload(list: LiveList): Promise<{ readonly documents: readonly SourceDocument[]; readonly list: LiveList }>
  /**
   * The changes of a list after its `resourceVersion`, until the server ends the stream (after some minutes, which is
   * not an error) or the signal aborts. The caller continues with the last `resourceVersion` that it saw.
   * @throws ExpiredError when the version is too old: `reload` the list, then watch that
   * @throws LiveError when the connection or the access is lost
   */
  watch(list: LiveList, signal: AbortSignal): AsyncIterable<WatchEvent>
  /**
   * The clusters of the remote secrets in istiod's namespace; those that cannot be used become problems.
   * @param localId the config cluster's own ID
   * @throws LiveError
   */
  remotes(istioNamespace: string, localId: string): Promise<RemoteClusters>
  /**
   * Gets what an HTTP server in a pod has at a path, by port-forward. Nothing runs in the pod.
   * @param path with its query, such as `/config_dump?include_eds`
   * @throws PodError when the pod cannot be asked, LiveError when the API server cannot
   */
  ask(pod: PodPort, path: string): Promise<PodAnswer>
  /** The same cluster under another ID. */
  named(id: string): LiveCluster
  /** Closes connections, which would otherwise keep the process running. */
  close(): void
}

export interface RemoteClusters {
  readonly clusters: readonly LiveCluster[]
  readonly problems: readonly SourceProblem[]
}

export interface ConnectOptions {
  /** `--kubeconfig`; when absent, KUBECONFIG, then ~/.kube/config, then the cluster that the program runs in. */
  readonly kubeconfig?: string | undefined
  /** Context names, the config cluster's first; empty for the current one. */
  readonly contexts: readonly string[]
  readonly as?: string | undefined
  readonly asGroups: readonly string[]
  /** Milliseconds per request; 0 for no limit. */
  readonly requestTimeout: number
  /** Namespaces to try besides the context's own if listing all namespaces is forbidden. */
  readonly usualNamespaces: readonly string[]
  /** Keep kubectl's record of the last apply, which merging files over the objects needs. */
  readonly keepsApplied?: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}
