/** What the process that computes and those that answer tell each other. */
import type { Expansion, IndexEntry } from '../dns/name-index.ts'
import type { ServedTables } from '../serving/tables.ts'
import type { Counts, QueryEntry } from './recorder.ts'
import type { ServiceOptions } from './service.ts'

/** To a process that answers. Tables come in parts, so that it can answer in between. */
export type Order =
  | { readonly kind: 'tables'; readonly expansions: readonly Expansion[]; readonly views: ServedTables['views'] }
  | { readonly kind: 'entries'; readonly table: number; readonly entries: readonly IndexEntry<number>[] }
  /** The tables are complete. The first time, the sockets are opened. */
  | { readonly kind: 'use'; readonly generation: number; readonly options: ServiceOptions }
  | { readonly kind: 'count' }
  | { readonly kind: 'drain' }

/** From a process that answers. */
export type Report =
  /** The tables of a generation answer. */
  | { readonly kind: 'used'; readonly generation: number }
  | { readonly kind: 'queries'; readonly entries: readonly QueryEntry[]; readonly lost: number }
  | { readonly kind: 'counts'; readonly counts: Counts }
  | { readonly kind: 'drained' }
  /** It cannot open its sockets. */
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined }
