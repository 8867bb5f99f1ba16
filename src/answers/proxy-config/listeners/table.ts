/** The order and cells of `proxy-config listeners` (istioctl writer/envoy/configdump/listener.go). */

import { compareBytes } from '../../../common/bytes.ts'
import { chainsOf, type ExplainedListener } from '../../../envoy/listeners/index.ts'
import { goSorted } from '../go-sort.ts'
import { LISTENER_PADDING, type Row, type Table } from '../istioctl-table.ts'
import {
  describeChainMatch,
  describeDestination,
  hostOf,
  type ListenerType,
  listenerAddresses,
  listenerPort,
  listenerType,
} from './words.ts'

export interface ListenerColumns {
  /** Filter chains instead of the listener's type. */
  readonly verbose: boolean
  /** The first column is `listener/NAME`. */
  readonly named?: boolean
}

interface Sortable {
  readonly listener: ExplainedListener
  readonly port: number
  readonly address: string
  readonly type: ListenerType
}

function comesBefore(a: Sortable, b: Sortable): boolean {
  if (a.port !== b.port) return a.port < b.port
  return (compareBytes(a.address, b.address) || compareBytes(a.type, b.type)) < 0
}

function chainRows(listener: ExplainedListener, start: readonly string[]): Row[] {
  const chains = chainsOf(listener.resource).map((chain, index) => ({
    match: describeChainMatch(chain.filterChainMatch),
    destination: describeDestination(chain),
    origins: () => listener.chains[index] ?? listener.origins,
  }))
  // istioctl sorts them in descending order.
  const sorted = goSorted(chains, (a, b) => compareBytes(a.destination, b.destination) > 0)
  return sorted.map(({ match, destination, origins }) => ({
    cells: [...start, match, destination],
    origins,
    subject: listener.resource,
  }))
}

function listenerRows({ listener, port, type }: Sortable, { verbose, named }: ListenerColumns): Row[] {
  const addresses = listenerAddresses(listener.resource).join()
  const start = [...(named ? [`listener/${listener.resource.name}`] : []), addresses, String(port)]
  return verbose
    ? chainRows(listener, start)
    : [{ cells: [...start, type], origins: () => listener.origins, subject: listener.resource }]
}

/** @param listeners those that passed the filter, in the order of Envoy's dump */
export function listenerTable(listeners: readonly ExplainedListener[], columns: ListenerColumns): Table {
  const sortable = listeners.map((listener) => ({
    listener,
    port: listenerPort(listener.resource),
    address: hostOf(listener.resource.address),
    type: listenerType(listener.resource),
  }))
  return {
    header: [
      ...(columns.named ? ['NAME'] : []),
      'ADDRESSES',
      'PORT',
      ...(columns.verbose ? ['MATCH', 'DESTINATION'] : ['TYPE']),
    ],
    rows: goSorted(sortable, comesBefore).flatMap((item) => listenerRows(item, columns)),
    padding: LISTENER_PADDING,
  }
}
