/** Writes the listener filters that inspect inbound connections. */
import { LISTENER_FILTERS } from '../../filters/write/constants.ts'
import type { EnvoyMessage, Extension } from '../../json.ts'
import type { InboundInspectors, InspectedPorts } from '../plan/inbound/inspectors.ts'
import type { ListenerFilter } from './resource.ts'

/** A range of one port; protobuf omits a start at 0. */
function portRange(port: number): EnvoyMessage {
  return { destinationPortRange: port === 0 ? { end: 1 } : { start: port, end: port + 1 } }
}

/** A predicate that matches the ports; undefined for none. */
function anyOf(ports: readonly number[]): EnvoyMessage | undefined {
  const rules = ports.map(portRange)
  return rules.length > 1 ? { orMatch: { rules } } : rules[0]
}

/** A predicate for the ports at which a filter is disabled. */
function disabledAt(ports: InspectedPorts): EnvoyMessage | undefined {
  return 'except' in ports ? anyOf(ports.except) : { notMatch: anyOf(ports.only) }
}

function inspector(filter: Extension, ports: InspectedPorts): ListenerFilter {
  const filterDisabled = disabledAt(ports)
  return filterDisabled ? { ...filter, filterDisabled } : filter
}

export function inspectorFilters({ tls, http }: InboundInspectors): readonly ListenerFilter[] {
  return [
    ...(tls ? [inspector(LISTENER_FILTERS.tlsInspector, tls)] : []),
    ...(http ? [inspector(LISTENER_FILTERS.httpInspector, http)] : []),
  ]
}
