/** What the page asks its worker and what it gets: plain data, which the browser copies between the two. */
import type { Graph } from '../formats/graph/model.ts'
import type { Line } from '../formats/spans.ts'

/** A file as the page has it; its name may contain slashes. */
export interface PageFile {
  readonly name: string
  readonly text: string
}

/** What a command line would state with options. */
export interface Settings {
  /** A version of Istio; '' for the one that the manifests state, otherwise the newest. */
  readonly version: string
  /** Whether the proxies capture DNS; `mesh` follows the mesh configuration. */
  readonly capture: 'mesh' | 'true' | 'false'
  /** `workload REFERENCE` or `namespace NAME`; '' for a sidecar in the first namespace. */
  readonly proxy: string
  /** The ID of the config cluster; '' for the default. */
  readonly clusterId: string
  /** `ID=PATH`, separated by spaces: the files below a path are those of a remote cluster. */
  readonly remotes: string
}

export const DEFAULT_SETTINGS: Settings = { version: '', capture: 'mesh', proxy: '', clusterId: '', remotes: '' }

export type Level = 'error' | 'warning' | 'info'

/** A place in a file. Lines and columns count from 1; `length` is 0 if it is not known. */
export interface PagePlace {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
}

/** A problem with the input that no rule reports. */
export interface PageProblem {
  readonly level: Level
  readonly message: string
  readonly place: PagePlace | undefined
}

/** One entry of the list of proxies. */
export interface PageProxy {
  /** The value of the setting. */
  readonly value: string
  readonly label: string
  readonly group: 'Workloads' | 'Gateways' | 'Any sidecar'
}

export interface MeshAnswer {
  /** `Istio 1.31.0 (assumed)` */
  readonly release: string
  readonly proxies: readonly PageProxy[]
  /** How many more proxies there are than those in the list. */
  readonly moreProxies: number
  /** The value of the setting that applies. */
  readonly chosen: string
  /** The description of the proxy; undefined if the input does not have it. */
  readonly proxy: string | undefined
  readonly capturesDns: boolean
  readonly problems: readonly PageProblem[]
  readonly objects: number
  /** How many names the proxy gets. */
  readonly names: number
  /** What is not modelled, by kind: `2 WasmPlugin`. */
  readonly notModelled: readonly string[]
}

export type TableName = 'names' | 'listeners'

/** The part of a table that is on the screen. */
export interface RowsRequest {
  readonly table: TableName
  /** A word that rows must contain. */
  readonly filter: string
  readonly from: number
  readonly to: number
}

export interface PageRow {
  readonly cells: Line
  readonly place: PagePlace | undefined
  /** What the row is about, for `detail`. */
  readonly key: string
  /** Set for what is lost. */
  readonly level: Level | undefined
}

export interface RowsAnswer {
  readonly headers: readonly string[]
  /** The number of rows that match. */
  readonly total: number
  readonly from: number
  readonly rows: readonly PageRow[]
  /** A sentence for an empty table. */
  readonly empty: string
}

export interface PageFix {
  /** The position of its finding. */
  readonly finding: number
  readonly title: string
  /** The change as YAML. */
  readonly change: string
}

export interface PageFinding {
  readonly rule: string
  readonly level: Level
  readonly message: string
  readonly object: string
  readonly place: PagePlace
  readonly related: readonly { readonly message: string; readonly place: PagePlace }[]
  readonly notes: readonly string[]
  /** What the rule is about, and how to fix what it finds. */
  readonly title: string
  readonly howToFix: string
}

export interface LintAnswer {
  /** The first ones in the order of files and lines. */
  readonly findings: readonly PageFinding[]
  readonly counts: Readonly<Record<Level, number>>
  /** How many service ports the proxy cannot reach because of another one. */
  readonly conflicts: number
}

/** Parts of a file to replace, in text order. Offsets are UTF-16 code units. */
export interface PageEdit {
  readonly file: string
  readonly parts: readonly { readonly from: number; readonly to: number; readonly insert: string }[]
}

export interface FixAnswer {
  readonly edits: readonly PageEdit[]
  /** A manifest that the input lacks. */
  readonly added: PageFile | undefined
}

export interface MeshRequest {
  readonly files: readonly PageFile[]
  readonly settings: Settings
}

export interface TraceAnswer {
  readonly lines: readonly Line[]
  readonly graph: Graph
}

/** Every call: its request and its answer. `lint` and those after it are about the mesh of the last `mesh`. */
export interface Calls {
  readonly mesh: { readonly request: MeshRequest; readonly answer: MeshAnswer }
  readonly rows: { readonly request: RowsRequest; readonly answer: RowsAnswer }
  readonly detail: {
    readonly request: { readonly table: TableName; readonly key: string; readonly width: number }
    readonly answer: readonly Line[]
  }
  readonly lint: { readonly request: null; readonly answer: LintAnswer }
  /** Proven fixes of the findings of `lint`. */
  readonly fixes: { readonly request: null; readonly answer: readonly PageFix[] }
  readonly fix: { readonly request: { readonly finding: number }; readonly answer: FixAnswer }
  readonly dig: {
    readonly request: { readonly question: string; readonly width: number }
    readonly answer: readonly Line[]
  }
  readonly trace: {
    readonly request: { readonly target: string; readonly headers: string; readonly width: number }
    readonly answer: TraceAnswer
  }
}

export type CallName = keyof Calls

export interface CallMessage<C extends CallName = CallName> {
  readonly id: number
  readonly call: C
  readonly request: Calls[C]['request']
}

/** A mistake by the user, or a failure of the program. */
export interface CallError {
  readonly message: string
  readonly hint: string | undefined
}

export type ReplyMessage =
  | { readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly id: number; readonly error: CallError }
