/** Which listener a service port gets, and who has it. */
import type { AllocatedRegistry } from '../../allocation/allocation.ts'
import { groupBy } from '../../common/collections.ts'
import { oncePer } from '../../common/once.ts'
import type { ConflictParty } from '../../envoy/listeners/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { NamespaceView } from './views.ts'

/** The services of each object. */
export const servicesBySource = oncePer(({ services }: Pick<AllocatedRegistry, 'services'>) =>
  groupBy(services, ({ source }): Resource => source),
)

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
      const { entries, conflicts } = plan.outboundOfPort(number)
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

/** The hosts that want a listener of a port for themselves, or share it: its members and those that lost it. */
export function hostsOnListeners({ plan }: NamespaceView, host: string, number: number): ReadonlySet<string> {
  const { entries, conflicts } = plan.outboundOfPort(number)
  const out = new Set<string>()
  for (const { name, members } of entries) {
    const losers = conflicts.filter(({ listener }) => listener === name).flatMap((each) => each.losers)
    const hosts = [...members.map(({ service }) => service.hostname), ...losers.map((party) => party.host)]
    if (hosts.includes(host)) for (const each of hosts) out.add(each)
  }
  return out
}
