/**
 * Small helpers for protobuf's JSON mapping, which all transcribers share. Resources are plain objects; a field that is
 * not set is `undefined` and dropped by `compact` once, at the edge.
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

export interface SocketAddress {
  readonly socketAddress: { readonly address: string; readonly portValue: number }
}

export interface PipeAddress {
  readonly pipe: { readonly path: string }
}

export type Address = SocketAddress | PipeAddress

/** `type.googleapis.com/envoy.NAME` */
export const envoyType = (name: string): string => `type.googleapis.com/envoy.${name}`

/** Port 0 with a `unix://PATH` address is a pipe. */
export function address(host: string, port: number): Address {
  if (port === 0) return { pipe: { path: host.startsWith(UNIX_PREFIX) ? host.slice(UNIX_PREFIX.length) : host } }
  return { socketAddress: { address: host, portValue: port } }
}

/** Protobuf's form of a duration, undefined when there is none. */
export function durationText(duration: Duration | undefined): string | undefined {
  return duration && formatDuration(duration)
}

/** Drops fields that are undefined from one object; does not descend. */
export function compact<T extends object>(message: T): T {
  for (const key of Object.keys(message)) {
    if ((message as Record<string, unknown>)[key] === undefined) delete (message as Record<string, unknown>)[key]
  }
  return message
}

/** Fields that are lists are left out when they are empty. */
export const unlessEmpty = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined)
