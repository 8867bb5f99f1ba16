import type { MeshMemory } from './memory.ts'

/** A text with manifests: YAML with any number of documents, or JSON. */
export interface ManifestText {
  /** Names the text in places and problems, such as `shop/web.yaml`. */
  readonly name: string
  readonly text: string
  /** The ID of the remote cluster that has the objects; those of the config cluster when absent. */
  readonly cluster?: string | undefined
}

/** What a mesh is made of, and the istiod that it is computed for. Names and meanings are those of the command line. */
export interface MeshOptions {
  /** The manifests. Texts that cannot be read become problems of the mesh. */
  readonly texts?: readonly ManifestText[] | undefined
  /** `1.27`, `1.27.3`, `latest` or `master`; otherwise that of istiod in the input, or the newest. */
  readonly istioVersion?: string | undefined
  /** The namespace of istiod; `istio-system` by default. */
  readonly istioNamespace?: string | undefined
  /** The revision of istiod, if the input has several. */
  readonly revision?: string | undefined
  /** Environment variables of istiod, which override those of its Deployment. */
  readonly istiodEnv?: Readonly<Record<string, string>> | undefined
  /** A MeshConfig, istiod's ConfigMap or Helm values, which override those of the input. */
  readonly meshConfig?: ManifestText | undefined
  /** The namespace of objects and proxies without one; `default` by default. */
  readonly namespace?: string | undefined
  /** The ID of the config cluster; `Kubernetes` by default. */
  readonly clusterId?: string | undefined
  /**
   * What to assume that a cluster would add to manifests: `all`, `none`, or some of `cluster-ips`, `pods`, `gateways` and
   * `certificates` with commas between them. By default everything, for objects that no cluster has stored.
   */
  readonly assume?: string | undefined
  /** Whether problems include istiod's warnings about objects that it accepts. */
  readonly verbose?: boolean | undefined
  /** Keeps what stays the same when the mesh is loaded again. */
  readonly memory?: MeshMemory | undefined
}

/** Tells loadMesh to stop, such as an `AbortSignal`. */
export interface CancelSignal {
  readonly aborted: boolean
  readonly reason?: unknown
}

/** The same with files, which Node.js reads. */
export interface FileOptions extends Omit<MeshOptions, 'meshConfig'> {
  /** Files, folders and glob patterns, as `vipctl -f` takes them; `-` is standard input. */
  readonly files?: readonly string[] | undefined
  /** The same for remote clusters, by their IDs. */
  readonly remotes?: Readonly<Record<string, string | readonly string[]>> | undefined
  /** Whether folders are read with their subfolders. */
  readonly recursive?: boolean | undefined
  /** What to leave out of folders and patterns, in the syntax of .gitignore. */
  readonly exclude?: readonly string[] | undefined
  /** false to also read what .gitignore excludes from folders that are read with their subfolders. */
  readonly gitignore?: boolean | undefined
  /** The folder that paths are relative to; the process's own by default. */
  readonly cwd?: string | undefined
  /** A text, or the path of a file. */
  readonly meshConfig?: ManifestText | string | undefined
  /** Stops reading files: loadMesh is rejected with its reason. */
  readonly signal?: CancelSignal | undefined
}
