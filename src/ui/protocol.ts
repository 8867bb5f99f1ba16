/** What the thread that computes and the one that owns the terminal tell each other. */
import type { Line } from '../formats/spans.ts'

/** In the order of the help. */
export const VIEW_IDS = [
  'hosts',
  'names',
  'listeners',
  'clusters',
  'endpoints',
  'routes',
  'gateways',
  'conflicts',
  'findings',
  'proxies',
] as const

/** `namespaces` is only a list to choose from. */
export type ViewId = (typeof VIEW_IDS)[number] | 'namespaces'

/** What a filter term such as `port:3306` asks about. */
export const ROLES = ['host', 'ns', 'port', 'file', 'object'] as const
export type Role = (typeof ROLES)[number]

export interface Column {
  readonly title: string
  /** The filter terms that search it. */
  readonly roles?: readonly Role[]
  /** It tells where something is written, so a difference is not a change of the thing. */
  readonly isPlace?: boolean
  /** It has the name that `c` copies; the first column does if none says so. */
  readonly isName?: boolean
}

/** A row of a list. */
export interface Row {
  /** Identifies the thing in its view, also after changes. */
  readonly key: string
  /** Cleaned texts: safe to print. */
  readonly cells: readonly string[]
  /** The style of the row's most remarkable cell: its index and style. */
  readonly tone?: readonly [cell: number, style: 'dim' | 'good' | 'warning' | 'error']
}

/** A jump to another list. */
export interface Link {
  readonly label: string
  readonly view: ViewId
  readonly filter: string
}

/** A place that an editor can open. */
export interface FilePlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Text about one thing. Its lines are cleaned, and wrapped to the width that was asked for. */
export interface Page {
  readonly title: string
  readonly lines: readonly Line[]
  readonly links: readonly Link[]
  readonly place?: FilePlace | undefined
}

/** A problem of the input, or a message about it. */
export interface Message {
  readonly severity: 'error' | 'warning' | 'note'
  /** `mesh/db.yaml:12:3`; '' for no place. */
  readonly place: string
  readonly text: string
  /** What to do about it. */
  readonly hint?: string | undefined
}

/** How to show a thing. */
export type Form = 'detail' | 'json' | 'yaml' | 'trace' | 'dig' | 'place'

/** Which proxy the answers are for. */
export interface ProxyWish {
  /** A reference as `--proxy` takes it; undefined for a synthetic sidecar in the namespace. */
  readonly proxy?: string | undefined
  readonly namespace?: string | undefined
}

/** To the thread that computes. */
export type Order =
  /** Send this list, and its changes, until another one is wanted. */
  | { readonly kind: 'show'; readonly view: ViewId }
  /** The last rows were taken; more may come. */
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'open'
      readonly request: number
      readonly view: ViewId
      readonly key: string
      readonly form: Form
      readonly width: number
    }
  /** A trace or a question about a text that the user typed. */
  | {
      readonly kind: 'ask'
      readonly request: number
      readonly form: 'trace' | 'dig'
      readonly text: string
      readonly width: number
    }
  | { readonly kind: 'choose'; readonly wish: ProxyWish }

/** What is computed at the moment. */
export interface Head {
  readonly release: string
  readonly proxy: string
  /** The time at which the mesh was read, as `hh:mm:ss`. */
  readonly time: string
}

/** From the thread that computes. */
export type Report =
  /** What it does; undefined when it waits. */
  | { readonly kind: 'phase'; readonly text: string | undefined }
  | { readonly kind: 'head'; readonly head: Head }
  /** The problems of the present state; with `kept`, those of an input that is not shown. */
  | { readonly kind: 'messages'; readonly messages: readonly Message[]; readonly kept: boolean }
  | { readonly kind: 'columns'; readonly view: ViewId; readonly columns: readonly Column[]; readonly size: number }
  /** Rows that replace others. An update is complete with `done`. */
  | {
      readonly kind: 'rows'
      readonly view: ViewId
      readonly at: number
      readonly removed: number
      readonly rows: readonly Row[]
      readonly done: boolean
      /** It fills the list, instead of changing it. */
      readonly isFirst: boolean
    }
  | { readonly kind: 'page'; readonly request: number; readonly form: Form; readonly page: Page }
  | { readonly kind: 'refused'; readonly request: number; readonly text: string }
  /** There is nothing to show at all. */
  | { readonly kind: 'fatal'; readonly message: string; readonly hint: string | undefined }
