/** What to read, and for which proxy: plain data that any program can create. */
import type { Memory } from '../common/memory.ts'
import type { AssumeOptions } from '../resources/assumed/options.ts'
import type { Join } from '../resources/intake/join.ts'
import type { IstiodOverrides } from '../resources/mesh/environment.ts'
import type { JsonValue, SourceFile, SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import type { StatedAt } from './stated.ts'

/** The path that means standard input. */
export const STDIN = '-'

/** The file name of standard input in messages. */
export const STDIN_NAME = '<stdin>'

/** The base of relative paths, and standard input. */
export interface Place {
  readonly cwd: string
  /** Environment variables for the kubeconfig and HTTP proxies. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads standard input to its end. */
  readonly stdin: () => Promise<Buffer>
}

/** A place, and which paths the configuration names. */
export type StatedPlace = Place & Pick<InputRequest, 'statedAt'>

/** A live cluster, selected by contexts of a kubeconfig. */
export interface ClusterRequest {
  /** A path; undefined for KUBECONFIG, then ~/.kube/config, then the cluster that the program runs in. */
  readonly kubeconfig: string | undefined
  /** Context names, the config cluster's first; empty for the current one. */
  readonly contexts: readonly string[]
  /** Whether to also read the clusters of istiod's remote secrets. */
  readonly remoteSecrets: boolean
  /** The user to impersonate. */
  readonly as: string | undefined
  readonly asGroups: readonly string[]
  /** Milliseconds per request; 0 for no limit. */
  readonly requestTimeout: number
}

/** The source of the mesh's objects: files, folders, glob patterns and standard input, or a live cluster. */
export type MeshRequest =
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'cluster'; readonly cluster: ClusterRequest }

/** Settings of istiod that override those of its Deployment and ConfigMap. */
export interface IstiodRequest extends IstiodOverrides {
  /** A file with the mesh configuration. */
  readonly meshConfig?: string | undefined
}

/** A remote cluster's objects in files. */
export interface RemoteRequest {
  /** The cluster's ID. */
  readonly id: string
  readonly path: string
}

/** An exclusion pattern in the syntax of .gitignore. */
export interface ExcludePattern {
  readonly pattern: string
  /** Absolute; the pattern is relative to it. */
  readonly folder: string
  /** The origin of the pattern, for messages. */
  readonly source: string
}

/** Exclusions in folders and globs. */
export interface ExcludeRequest {
  /** A later pattern overrides an earlier one. */
  readonly patterns: readonly ExcludePattern[]
  /** Whether .gitignore applies to folders that are read with their subfolders. */
  readonly gitignore: boolean
}

interface RenderedInputBase {
  /** The name in messages: a folder in the user's notation, or a command. */
  readonly name: string
  /** The entry of the configuration that asks for it. */
  readonly at: Location
  /** Absolute: the folder of the configuration, where the program runs. */
  readonly folder: string
  /** The namespace of objects that state none; undefined for that of the request. */
  readonly namespace: string | undefined
}

/** A chart that `helm template` renders. Paths are absolute. */
export interface HelmInput extends RenderedInputBase {
  readonly tool: 'helm'
  readonly path: string
  readonly values: readonly string[]
  /** Values by path, such as `image.tag`. */
  readonly set: readonly (readonly [path: string, value: JsonValue])[]
  readonly releaseName: string | undefined
}

/** A folder that kustomize builds. */
export interface KustomizeInput extends RenderedInputBase {
  readonly tool: 'kustomize'
  /** Absolute. */
  readonly path: string
}

/** A program that prints manifests. */
export interface CommandInput extends RenderedInputBase {
  readonly tool: 'command'
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]]
}

/** Manifests that a program makes of files. */
export type RenderedInput = HelmInput | KustomizeInput | CommandInput

/** What programs add to the inputs of a configuration. */
export interface ConfiguredRenders {
  /** In the order of the configuration. */
  readonly inputs: readonly RenderedInput[]
  /** What nothing that is rendered may lead out of; undefined if the user trusts the configuration. */
  readonly root: string | undefined
  /** Absolute. */
  readonly configuration: string
}

/** Whether programs add anything to the inputs of a configuration. */
export const hasRenders = (renders: ConfiguredRenders | undefined): renders is ConfiguredRenders =>
  renders !== undefined && renders.inputs.length > 0

/** What programs add to the input. The user allows them to run. */
export interface RenderRequest extends ConfiguredRenders {
  /** Whether they belong to the files that are merged over the mesh. */
  readonly over: boolean
}

/** A configuration that states parts of a request, for programs that follow the input. */
export interface UsedConfiguration {
  /** Absolute. */
  readonly path: string
  /** Differs after the file has changed (`stateOfFile`). */
  readonly state: string
  /** Builds the request again. If there is none, the problems say why the configuration cannot be used. */
  again(): Promise<{ readonly request: InputRequest | undefined; readonly problems: readonly SourceProblem[] }>
}

export interface InputRequest extends Place {
  readonly mesh: MeshRequest
  /** Paths of files to merge over the mesh, as if they were applied. */
  readonly over: readonly string[]
  /** What programs add; absent for nothing. What they print is kept for this object, as long as its files are the same. */
  readonly renders?: RenderRequest | undefined
  /** Manifests that were made of charts and overlays. */
  readonly rendered?: readonly SourceFile[] | undefined
  /** Files to take instead of what is stored under their names. */
  readonly edited?: ReadonlyMap<string, SourceFile> | undefined
  /** Whether the memory keeps what the file system has (`StoredFiles`), because the program tells it what changes. */
  readonly keepsFiles?: boolean | undefined
  /** Whether to leave out charts and what overlays are built from, because they are rendered and read separately. */
  readonly skipsBuilt?: boolean | undefined
  /** Whether to read folders with their subfolders. */
  readonly recursive: boolean
  readonly exclude: ExcludeRequest
  readonly remotes: readonly RemoteRequest[]
  /** The config cluster's ID; undefined to use its istiod's. */
  readonly clusterId: string | undefined
  /** The namespace of objects and proxies without one; undefined for the context's, or `default`. */
  readonly namespace: string | undefined
  readonly istiod: IstiodRequest
  /** Machines that join a WorkloadGroup. */
  readonly joins: readonly Join[]
  /** What to assume about a cluster; undefined: everything, for objects that no API server has stored. */
  readonly assume: AssumeOptions | undefined
  /** Keeps what stays the same when the request is read again. */
  readonly memory?: Memory | undefined
  /** Where the configuration states parts of the request. */
  readonly statedAt?: StatedAt | undefined
  /** The configuration that states parts of the request. */
  readonly configuration?: UsedConfiguration | undefined
}

/** The paths of all files in a request, except that of a node. */
export function pathsOf({ mesh, over, remotes, istiod }: InputRequest): readonly string[] {
  const { meshConfig } = istiod
  return [
    ...(mesh.kind === 'files' ? mesh.paths : []),
    ...over,
    ...remotes.map(({ path }) => path),
    ...(meshConfig === undefined ? [] : [meshConfig]),
  ]
}

/** The proxy to compute for. */
export interface ProxyRequest {
  /** `[TYPE/]NAME[.NAMESPACE]` of a workload; undefined for a synthetic sidecar. */
  readonly proxy: string | undefined
  /** A file with an Envoy node, instead of a workload. */
  readonly node: string | undefined
  /** Overrides the proxy's own metadata. */
  readonly metadata: ReadonlyMap<string, string>
  /** The resolver's search domains, which override the proxy's. */
  readonly search: readonly string[]
}

/** A mesh and the proxy to compute for. */
export interface ViewRequest {
  readonly input: InputRequest
  readonly proxy: ProxyRequest
}
