/**
 * Helpers for protobuf's JSON mapping. Resources are plain objects; unset fields are `undefined`, and `compact` drops
 * them once, when a message is finished.
 */
import { UNIX_PREFIX } from '../common/addresses.ts'
import { type Duration, formatDuration } from '../kinds/schema/duration.ts'

/** An Envoy message in JSON form. */
export interface EnvoyMessage {
  readonly [field: string]: unknown
}

export interface TypedConfig extends EnvoyMessage {
  readonly '@type': string
}

/** A named extension: filters, transport sockets, access loggers. */
export interface Extension {
  readonly name: string
  readonly typedConfig: TypedConfig
}

/** A named extension whose configuration Envoy requests by its name. */
export interface DiscoveredExtension {
  readonly name: string
  readonly configDiscovery: EnvoyMessage
  readonly typedConfig?: undefined
}

/** A filter of a chain or a connection manager. */
export type Filter = Extension | DiscoveredExtension

export interface SocketAddress {
  readonly socketAddress: { readonly address: string; readonly portValue: number }
}

export interface PipeAddress {
  readonly pipe: { readonly path: string }
}

export type Address = SocketAddress | PipeAddress

/** `type.googleapis.com/envoy.NAME` */
export const envoyType = (name: string): string => `type.googleapis.com/envoy.${name}`

/** Port 0 with a `unix://PATH` address becomes a pipe. */
export function address(host: string, port: number): Address {
  if (port === 0) return { pipe: { path: host.startsWith(UNIX_PREFIX) ? host.slice(UNIX_PREFIX.length) : host } }
  return { socketAddress: { address: host, portValue: port } }
}

/** A duration in protobuf's JSON form; undefined when there is none. */
export function durationText(duration: Duration | undefined): string | undefined {
  return duration && formatDuration(duration)
}

/** Removes undefined fields of one object, without descending into it. */
export function compact<T extends object>(message: T): T {
  for (const key of Object.keys(message)) {
    if ((message as Record<string, unknown>)[key] === undefined) delete (message as Record<string, unknown>)[key]
  }
  return message
}

/** Empty lists are omitted. */
export const unlessEmpty = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined)
