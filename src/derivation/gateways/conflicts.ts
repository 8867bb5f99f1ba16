/** Listeners of one Gateway that exclude each other (pilot/pkg/config/kube/gatewaycommon/listener_conflict.go). */
import type { ListenerConflict, OwnedListener } from './listener.ts'

/** Protocols that a hostname tells apart, and those that take the whole port. */
const WITH_HOSTNAME: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'TLS'])
const WHOLE_PORT: ReadonlySet<string> = new Set(['TCP', 'UDP'])

type Sort = 'hostname' | 'port' | 'other'

function sortOf({ listener: { protocol } }: OwnedListener): Sort {
  if (WITH_HOSTNAME.has(protocol)) return 'hostname'
  return WHOLE_PORT.has(protocol) ? 'port' : 'other'
}

/** What an accepted listener is found by, and what a later one looks for. */
interface Keys {
  readonly own: readonly string[]
  readonly against: readonly string[]
}

function keysOf(owned: OwnedListener): Keys {
  const { listener, port } = owned
  const key = (...parts: readonly string[]): string => JSON.stringify([port, ...parts])
  const sort = sortOf(owned)
  if (sort === 'other') return { own: [key(sort, listener.protocol)], against: [key(sort, listener.protocol)] }
  if (sort === 'port') return { own: [key(sort)], against: [key('port'), key('hostname')] }
  const hostname = key(sort, listener.hostname || '*')
  return { own: [key(sort), hostname], against: [hostname, key('port')] }
}

function reasonOf(a: OwnedListener, b: OwnedListener): ListenerConflict['reason'] {
  const isSame = a.listener.protocol === b.listener.protocol && sortOf(a) !== 'port'
  return isSame ? 'HostnameConflict' : 'ProtocolConflict'
}

/**
 * The conflicts of the listeners that lose, each against an earlier one that does not.
 * @param listeners of a Gateway and of its ListenerSets, in order
 */
export function listenerConflicts(listeners: readonly OwnedListener[]): ReadonlyMap<OwnedListener, ListenerConflict> {
  const lost = new Map<OwnedListener, ListenerConflict>()
  const accepted = new Map<string, OwnedListener>()
  for (const listener of listeners) {
    const { own, against } = keysOf(listener)
    const winner = against.map((key) => accepted.get(key)).find((each) => each !== undefined)
    if (winner) lost.set(listener, { reason: reasonOf(listener, winner), winner })
    else for (const key of own) if (!accepted.has(key)) accepted.set(key, listener)
  }
  return lost
}
