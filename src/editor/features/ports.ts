/** Which listener a service port gets, and who has it. */
import type { AllocatedRegistry } from '../../allocation/allocation.ts'
import { groupBy } from '../../common/collections.ts'
import { oncePer, oncePerKey } from '../../common/once.ts'
import type { ConflictParty, SidecarPlan } from '../../envoy/listeners/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { NamespaceView } from './views.ts'

/** The services of each object. */
export const servicesBySource = oncePer(({ services }: Pick<AllocatedRegistry, 'services'>) =>
  groupBy(services, ({ source }): Resource => source),
)

type OutboundPlan = Pick<SidecarPlan['outbound'], 'entries' | 'conflicts'>

/** The listeners of a sidecar by port, planned once for all questions about it. */
const outboundByPort = oncePer(({ outbound }: SidecarPlan) => {
  const entries = groupBy(outbound.entries, ({ port }) => port.number)
  const conflicts = groupBy(outbound.conflicts, ({ port }) => port)
  return (port: number): OutboundPlan => ({ entries: entries.get(port) ?? [], conflicts: conflicts.get(port) ?? [] })
})

/** A service port in the listeners of a sidecar. */
export interface PortListener {
  readonly host: string
  readonly port: number
  readonly protocol: string
  /** Names of the listeners that lead to it. */
  readonly listeners: readonly string[]
  /** Hosts that share these listeners with it, because requests tell them apart. */
  readonly sharing: readonly string[]
  /** Hosts that get no place in these listeners because of it. */
  readonly keptOut: readonly string[]
  /** A listener that another service has instead. */
  readonly lost: { readonly listener: string; readonly winner: ConflictParty } | undefined
}

/** The ports of a host; empty if the sidecar does not see it. @param only a port number */
export function portListeners({ view, plan }: NamespaceView, host: string, only?: number): readonly PortListener[] {
  const ports = view.serviceByHost.get(host)?.ports ?? []
  return ports
    .filter(({ number }) => only === undefined || number === only)
    .map(({ number, protocol }) => {
      const { entries, conflicts } = outboundByPort(plan)(number)
      const own = entries.filter(({ members }) =>
        members.some(({ service, port }) => service.hostname === host && port.number === number),
      )
      const others = own.flatMap(({ members }) => members.map(({ service }) => service.hostname))
      const isThis = (party: ConflictParty): boolean => party.host === host && party.port === number
      const won = conflicts.filter(({ winner }) => isThis(winner)).flatMap(({ losers }) => losers)
      const lost = conflicts.find(({ losers }) => losers.some(isThis))
      return {
        host,
        port: number,
        protocol,
        listeners: [...new Set(own.map(({ name }) => name))],
        sharing: [...new Set(others)].filter((other) => other !== host),
        keptOut: [...new Set(won.map((party) => party.host))].filter((other) => other !== host),
        lost: lost && { listener: lost.listener, winner: lost.winner },
      }
    })
}

/** The hosts on each listener of a port: those that share it, and those that lost it. */
const hostsByListener = oncePer((plan: SidecarPlan) =>
  oncePerKey((number: number): readonly ReadonlySet<string>[] => {
    const { entries, conflicts } = outboundByPort(plan)(number)
    const losers = groupBy(conflicts, ({ listener }) => listener)
    return entries.map(({ name, members }) => {
      const lost = (losers.get(name) ?? []).flatMap((conflict) => conflict.losers.map(({ host }) => host))
      return new Set([...members.map(({ service }) => service.hostname), ...lost])
    })
  }),
)

/** The hosts that want the same listener of a port as a host. */
export function hostsOnListeners({ plan }: NamespaceView, host: string, number: number): ReadonlySet<string> {
  const found = hostsByListener(plan)(number).filter((hosts) => hosts.has(host))
  return found.length === 1 && found[0] ? found[0] : new Set(found.flatMap((hosts) => [...hosts]))
}
