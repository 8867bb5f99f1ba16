/** The listeners that several services want a place in: who is in them, and who is not. */
import { groupBy } from '../../../common/collections.ts'
import { type ListenerEntry, type PortRef, planSidecar } from '../../../envoy/listeners/index.ts'
import { type Conflict, findConflicts, reachOf, type WithoutListener } from '../../../findings/conflicts/index.ts'
import type { ProxyView } from '../../../scope/view.ts'

/** A listener with the services that are reached by it. */
export interface SharedListener {
  /** Such as `0.0.0.0_3306`. */
  readonly name: string
  readonly port: number
  /** Once per host; empty for gateways, whose listeners are those of their servers. */
  readonly members: readonly PortRef[]
  /** What tells the connections of several members apart. */
  readonly toldApartBy: readonly string[]
  readonly conflicts: readonly Conflict[]
}

export interface ListenerGraph {
  /** By port; those of one port in the order of the proxy. */
  readonly listeners: readonly SharedListener[]
  /** Ports of the host in focus that are not reached, without a conflict. */
  readonly withoutListener: readonly WithoutListener[]
  /** How many ports several hosts have, and lose nothing. */
  readonly peacefulPorts: number
}

/** What tells apart the connections to a listener's services. */
function toldApartBy({ chains, sharesRoutes, members }: ListenerEntry): readonly string[] {
  if (members.length < 2) return []
  const names = [
    ...(chains.some(({ match }) => match.sni.length > 0) ? ['TLS server name'] : []),
    ...(chains.some(({ match }) => match.cidr.length > 0) ? ['address'] : []),
  ]
  return sharesRoutes || chains.some(({ kind }) => kind === 'http') ? [...names, 'HTTP host'] : names
}

/** A service of several addresses is a member once. */
function membersOf({ members }: ListenerEntry): readonly PortRef[] {
  const byHost = new Map<string, PortRef>()
  for (const member of members) {
    if (!byHost.has(member.service.hostname)) byHost.set(member.service.hostname, member)
  }
  return [...byHost.values()]
}

/** Ports that several hosts of a proxy have, by number. */
function sharedPorts({ egressListeners }: ProxyView): readonly number[] {
  const hosts = new Map<number, string>()
  const shared = new Set<number>()
  for (const { services } of egressListeners) {
    for (const { hostname, ports } of services) {
      for (const { number } of ports) {
        const known = hosts.get(number)
        if (known === undefined) hosts.set(number, hostname)
        else if (known !== hostname) shared.add(number)
      }
    }
  }
  return [...shared].sort((a, b) => a - b)
}

const isAbout = ({ winner, losers }: Conflict, host: string): boolean =>
  winner.host === host || losers.some((loser) => loser.host === host)

/** The planned listeners of some ports, with the conflicts in them. */
function listenersOf(
  view: ProxyView,
  ports: Iterable<number>,
  conflicts: ReadonlyMap<string, readonly Conflict[]>,
): readonly SharedListener[] {
  if (view.proxy.type === 'router') {
    return [...conflicts].map(([name, own]) => {
      return { name, port: own[0]?.port ?? 0, members: [], toldApartBy: [], conflicts: own }
    })
  }
  const plan = planSidecar(view)
  return [...ports].flatMap((port) =>
    plan.outboundOfPort(port).entries.map((entry): SharedListener => {
      const { name } = entry
      const own = conflicts.get(name) ?? []
      return { name, port, members: membersOf(entry), toldApartBy: toldApartBy(entry), conflicts: own }
    }),
  )
}

const hasHost = ({ members, conflicts }: SharedListener, host: string): boolean =>
  conflicts.some((conflict) => isAbout(conflict, host)) || members.some(({ service }) => service.hostname === host)

function portsOf(view: ProxyView, host: string, conflicts: readonly Conflict[]): readonly number[] {
  const ports = new Set<number>()
  for (const { services } of view.egressListeners) {
    for (const { hostname, ports: own } of services)
      if (hostname === host) for (const { number } of own) ports.add(number)
  }
  for (const conflict of conflicts) if (isAbout(conflict, host)) ports.add(conflict.port)
  return [...ports].sort((a, b) => a - b)
}

/**
 * The listeners with conflicts; if there are none, those of ports that several hosts have; with a host, those that it
 * has or wants a place in.
 */
export function listenerGraph(view: ProxyView, host: string | undefined): ListenerGraph {
  const { conflicts, withoutListener } = findConflicts(view, reachOf(view))
  const byListener = groupBy(conflicts, ({ listener }) => listener)
  const shared = sharedPorts(view)
  if (host !== undefined) {
    const all = listenersOf(view, portsOf(view, host, conflicts), byListener)
    return {
      listeners: all.filter((listener) => hasHost(listener, host)),
      withoutListener: withoutListener.filter((lost) => lost.host === host),
      peacefulPorts: 0,
    }
  }
  const contested = new Set(conflicts.map(({ port }) => port))
  const peacefulPorts = shared.filter((port) => !contested.has(port)).length
  const wanted = conflicts.length > 0 ? [...contested].sort((a, b) => a - b) : shared
  const all = listenersOf(view, wanted, byListener)
  const listeners = conflicts.length > 0 ? all.filter((listener) => listener.conflicts.length > 0) : all
  return { listeners, withoutListener: [], peacefulPorts: conflicts.length > 0 ? peacefulPorts : 0 }
}
