/** Which listener filters look at inbound connections, and at which ports they do not (core/listener_inbound.go). */
import { LISTENER_FILTERS } from '../../filters/write/constants.ts'
import type { EnvoyMessage, Extension } from '../../json.ts'
import type { FilterChain, ListenerFilter } from './resource.ts'

interface Needs {
  tls: boolean
  http: boolean
}

const PLAIN_HTTP = new Set(['http/1.1', 'h2c'])

/** What the chains of each port need to be told; chains of any port count as port 0. */
function needsByPort(chains: readonly FilterChain[]): ReadonlyMap<number, Needs> {
  const out = new Map<number, Needs>()
  for (const { filterChainMatch: match } of chains) {
    const port = match?.destinationPort ?? 0
    const needs = out.get(port) ?? { tls: false, http: false }
    needs.tls ||= match?.transportProtocol === 'tls'
    needs.http ||= match?.applicationProtocols?.some((name) => PLAIN_HTTP.has(name)) ?? false
    out.set(port, needs)
  }
  return out
}

/** A range without its first port; protobuf leaves a start at 0 out. */
function portRange(port: number): EnvoyMessage {
  return { destinationPortRange: port === 0 ? { end: 1 } : { start: port, end: port + 1 } }
}

/** The predicate that is true for the ports; undefined for none. */
function ports(list: readonly number[]): EnvoyMessage | undefined {
  const rules = [...list].sort((a, b) => a - b).map(portRange)
  return rules.length > 1 ? { orMatch: { rules } } : rules[0]
}

function inspector(filter: Extension, filterDisabled: EnvoyMessage | undefined): ListenerFilter {
  return filterDisabled ? { ...filter, filterDisabled } : filter
}

type Entries = readonly (readonly [port: number, needs: Needs])[]

/** Off at the ports without TLS where unknown ports need it, else on only at the ports with TLS. */
function tlsInspector(entries: Entries): ListenerFilter {
  const declared = entries.filter(([port]) => port > 0)
  const everywhere = entries.some(([port, needs]) => port === 0 && needs.tls)
  const listed = ports(declared.filter(([, needs]) => needs.tls !== everywhere).map(([port]) => port))
  const disabled = everywhere || listed === undefined ? listed : { notMatch: listed }
  return inspector(LISTENER_FILTERS.tlsInspector, disabled)
}

function httpInspector(entries: Entries): ListenerFilter {
  const without = entries.filter(([, needs]) => !needs.http).map(([port]) => port)
  return inspector(LISTENER_FILTERS.httpInspector, ports(without))
}

/** The inspectors that the chains of an inbound listener need. */
export function inspectorsFor(chains: readonly FilterChain[]): readonly ListenerFilter[] {
  const entries = [...needsByPort(chains)]
  const out: ListenerFilter[] = []
  if (entries.some(([, needs]) => needs.tls)) out.push(tlsInspector(entries))
  if (entries.some(([, needs]) => needs.http)) out.push(httpInspector(entries))
  return out
}
