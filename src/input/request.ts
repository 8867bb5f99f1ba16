/** What is to be read, and whose view is taken: plain data, so that any program can ask for it. */
import type { Join } from '../resources/intake/join.ts'
import type { IstiodOverrides } from '../resources/mesh/environment.ts'

/** Names standard input among paths. */
export const STDIN = '-'

/** What standard input is called as a file. */
export const STDIN_NAME = '<stdin>'

/** Where relative paths start, and what the path `-` reads. */
export interface Place {
  readonly cwd: string
  /** Names the kubeconfig and HTTP proxies. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads standard input to its end. */
  readonly stdin: () => Promise<Buffer>
}

/** A live cluster, by the contexts of a kubeconfig. */
export interface ClusterRequest {
  /** A path; undefined: KUBECONFIG, then ~/.kube/config, then the cluster that this runs in. */
  readonly kubeconfig: string | undefined
  /** Names of contexts, that of the config cluster first; empty: the current one. */
  readonly contexts: readonly string[]
  /** Whether the clusters of istiod's remote secrets are read too. */
  readonly remoteSecrets: boolean
  /** The user to impersonate. */
  readonly as: string | undefined
  readonly asGroups: readonly string[]
  /** Milliseconds that one request may take; 0 for no limit. */
  readonly requestTimeout: number
}

/** Where the objects of the mesh are: in files, folders, glob patterns and standard input, or in a live cluster. */
export type MeshRequest =
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'cluster'; readonly cluster: ClusterRequest }

/** What of istiod is stated, over what its Deployment and ConfigMap say. */
export interface IstiodRequest extends IstiodOverrides {
  /** A file with the mesh configuration. */
  readonly meshConfig?: string | undefined
}

/** Objects of a remote cluster in files. */
export interface RemoteRequest {
  /** The cluster's ID. */
  readonly id: string
  readonly path: string
}

/** A pattern of what is left out, as .gitignore writes it. */
export interface ExcludePattern {
  readonly pattern: string
  /** Absolute: where the pattern starts. */
  readonly folder: string
  /** Where it is stated, as messages name it. */
  readonly source: string
}

/** What is left out of folders and globs. */
export interface ExcludeRequest {
  /** A later one overrides an earlier one. */
  readonly patterns: readonly ExcludePattern[]
  /** Whether what .gitignore leaves out is left out of folders that are read with their subfolders. */
  readonly gitignore: boolean
}

export interface InputRequest extends Place {
  readonly mesh: MeshRequest
  /** Paths of files that are laid over the mesh, as if they were applied. */
  readonly over: readonly string[]
  /** Whether folders are read with their subfolders. */
  readonly recursive: boolean
  readonly exclude: ExcludeRequest
  readonly remotes: readonly RemoteRequest[]
  /** Of the config cluster; undefined: as its istiod says. */
  readonly clusterId: string | undefined
  /** Of objects and proxies that state none; undefined: that of the context, or `default`. */
  readonly namespace: string | undefined
  readonly istiod: IstiodRequest
  /** Machines that join a WorkloadGroup. */
  readonly joins: readonly Join[]
}

/** The paths of all files that a request names, but for that of a node. */
export function pathsOf({ mesh, over, remotes, istiod }: InputRequest): readonly string[] {
  const { meshConfig } = istiod
  return [
    ...(mesh.kind === 'files' ? mesh.paths : []),
    ...over,
    ...remotes.map(({ path }) => path),
    ...(meshConfig === undefined ? [] : [meshConfig]),
  ]
}

/** The proxy whose view is taken. */
export interface ProxyRequest {
  /** `[TYPE/]NAME[.NAMESPACE]` of a workload; undefined: a synthetic sidecar. */
  readonly proxy: string | undefined
  /** A file with an Envoy node, in place of a workload. */
  readonly node: string | undefined
  /** Applies over the proxy's own. */
  readonly metadata: ReadonlyMap<string, string>
  /** The resolver's search domains, over those of the proxy. */
  readonly search: readonly string[]
}

/** A mesh, and the proxy that looks at it. */
export interface ViewRequest {
  readonly input: InputRequest
  readonly proxy: ProxyRequest
}
