/** What a DNS server does, as data: one value per event. */
import type { Position } from '../../sources/document.ts'

/** One query and its response. */
export interface Query {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly client: string
  readonly transport: string
  /** With its final dot; '' without a question. */
  readonly name: string
  readonly type: string
  readonly outcome: string
  readonly code: string
  readonly answers: readonly string[]
  readonly upstream: string | undefined
  /** The manifest behind the answer. */
  readonly location: Position | undefined
  readonly microseconds: number
}

export type ServingEvent =
  | {
      readonly event: 'listening'
      readonly addresses: readonly string[]
      readonly upstreams: readonly string[]
      readonly proxies: readonly string[]
      readonly names: number
    }
  /** New tables answer. */
  | { readonly event: 'reloaded'; readonly names: number }
  /** The input has errors, so the tables stay as they were. */
  | { readonly event: 'kept' }
  | { readonly event: 'stopped' }

export function queryMessage({ time, upstream, location, ...query }: Query): unknown {
  return {
    event: 'query',
    time: new Date(time).toISOString(),
    ...query,
    ...(upstream !== undefined && { upstream }),
    ...(location && { location }),
  }
}
