/** What a listener's inspectors learn from the first bytes of a connection. */
import { type Connection, protocolOf } from '../connection.ts'
import type { Listener, ListenerFilter, PortPredicate } from '../resources.ts'

export type Inspector = 'TLS' | 'HTTP'

export interface Inspected {
  readonly address: string | undefined
  readonly port: number
  readonly source: string | undefined
  /** '' unless TLS is seen. */
  readonly sni: string
  readonly transportProtocol: string
  readonly applicationProtocols: readonly string[]
  /** The inspectors that looked at the connection. */
  readonly inspectors: readonly Inspector[]
  /** Milliseconds that the client waits for the inspectors; Infinity if both sides wait for ever. */
  readonly waits: number
}

/** Envoy's default for listener_filters_timeout, in milliseconds. */
const DEFAULT_TIMEOUT = 15_000

function isDisabled(predicate: PortPredicate | undefined, port: number): boolean {
  if (!predicate) return false
  const { destinationPortRange: range, orMatch, notMatch } = predicate
  if (range) return port >= (range.start ?? 0) && port < (range.end ?? 0)
  if (orMatch) return orMatch.rules.some((rule) => isDisabled(rule, port))
  return notMatch !== undefined && !isDisabled(notMatch, port)
}

/** A duration of protobuf's JSON in milliseconds; a timeout of 0 is none. */
function timeoutOf({ listenerFiltersTimeout: text }: Listener): number {
  if (text === undefined) return DEFAULT_TIMEOUT
  const seconds = Number(text.replace(/s$/, ''))
  return seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY
}

function httpProtocol(connection: Connection): readonly string[] {
  return connection.http?.version === '2' ? ['h2c'] : ['http/1.1']
}

/** Without an inspector, a connection is a stream of bytes, whatever it contains. */
export function inspect(listener: Listener, connection: Connection): Inspected {
  const { address, port, source, tls, serverFirst } = connection
  const runs = (inspector: string): boolean =>
    listener.listenerFilters?.some(
      ({ name, filterDisabled }: ListenerFilter) => name.endsWith(inspector) && !isDisabled(filterDisabled, port),
    ) ?? false
  const inspectors: Inspector[] = []
  if (runs('tls_inspector')) inspectors.push('TLS')
  if (runs('http_inspector')) inspectors.push('HTTP')
  const seen = { address, port, source, inspectors, waits: 0 }
  const raw = { ...seen, sni: '', transportProtocol: 'raw_buffer', applicationProtocols: [] }
  // A client that begins TLS sends first, whoever sends first inside of it.
  if (serverFirst && !tls && inspectors.length > 0) return { ...raw, waits: timeoutOf(listener) }
  const protocol = protocolOf(connection)
  if (tls && inspectors.includes('TLS')) {
    return { ...seen, sni: tls.sni.toLowerCase(), transportProtocol: 'tls', applicationProtocols: tls.alpn }
  }
  if (protocol === 'http' && inspectors.includes('HTTP')) {
    return { ...raw, applicationProtocols: httpProtocol(connection) }
  }
  return raw
}
