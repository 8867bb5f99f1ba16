/** Servers of one router that conflict. */

import type { DroppedServer, GatewayChain, GatewayServer, RouterGateways } from '../../envoy/gateways/index.ts'
import { serverOrigin } from '../../envoy/gateways/plan/chains.ts'
import { ResourceOrigin } from '../../envoy/listeners/plan/origins.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Location } from '../../sources/location.ts'

/**
 * A server is dropped because another one has its hosts, port or route name; a tls match because another one has its
 * server names; two filter chains match the same connections, so Envoy rejects the listener; or a Gateway has a host
 * twice on one port, which duplicates its routes.
 */
export type GatewayConflictKind =
  | 'duplicate-tls-host'
  | 'protocol-conflict'
  | 'duplicate-route-name'
  | 'duplicate-server-name'
  | 'same-match'
  | 'duplicate-host'

/** One side of a conflict. */
export interface GatewayParty {
  /** `Gateway shop/web servers[0] (443 HTTPS)` */
  readonly what: string
  readonly location: Location
  /** The object at the location: the Gateway, or a VirtualService that is bound to it. */
  readonly resource: Resource
  /** Seconds since 1970, 0 when unknown. */
  readonly creationTime: number
  /** `NAMESPACE/NAME` of the Gateway. */
  readonly gateway: string
}

export interface GatewayConflict {
  readonly kind: GatewayConflictKind
  readonly winner: GatewayParty
  readonly loser: GatewayParty
  /** The hosts or server names that conflict; may be empty. */
  readonly hosts: readonly string[]
  /** The port of the listener. */
  readonly port: number
  /** Neither side has a creation time, so names decided. */
  readonly orderAssumed: boolean
}

export const serverText = ({ owner, index, port }: GatewayServer): string =>
  `Gateway ${owner} servers[${index}] (${port.number} ${port.protocol})`

export const serverLocation = ({ gateway, index }: GatewayServer): Location =>
  gateway.location.child('spec', 'servers', index)

function partyOf(server: GatewayServer): GatewayParty {
  const { creationTime } = server.gateway.meta
  const { gateway, owner } = server
  return { what: serverText(server), location: serverLocation(server), resource: gateway, creationTime, gateway: owner }
}

/** The origin of a chain: a VirtualService if there is one, otherwise its server. */
function chainParty({ server, origins }: GatewayChain): GatewayParty {
  const [origin] = origins
  const party = partyOf(server)
  if (!origin?.location || origin.what === serverOrigin(server, '').what) return party
  const resource = origin instanceof ResourceOrigin ? origin.resource : party.resource
  return { ...party, what: `${origin.what} at ${party.what}`, location: origin.location, resource }
}

type Sides = Pick<GatewayConflict, 'kind' | 'winner' | 'loser' | 'hosts' | 'port'>

function conflict(sides: Sides): GatewayConflict {
  const { winner, loser } = sides
  const orderAssumed = winner.gateway !== loser.gateway && winner.creationTime === 0 && loser.creationTime === 0
  return { ...sides, orderAssumed }
}

function droppedConflict({ server, winner, reason, hosts }: DroppedServer): GatewayConflict {
  const port = server.resolvedPort
  return conflict({ kind: reason, winner: partyOf(winner), loser: partyOf(server), hosts, port })
}

/** Hosts that two plain-text servers of one Gateway have on the same port, which duplicates their routes. */
function* repeatedHosts({ merged }: RouterGateways): Iterable<GatewayConflict> {
  for (const { servers, port } of new Set(merged.slots)) {
    const first = new Map<string, GatewayServer>()
    for (const server of servers.filter(({ kind }) => kind === 'http')) {
      for (const host of server.hosts) {
        const key = `${server.owner} ${host}`
        const before = first.get(key)
        if (!before) first.set(key, server)
        else if (before !== server) {
          const [winner, loser] = [partyOf(before), partyOf(server)]
          yield conflict({ kind: 'duplicate-host', winner, loser, hosts: [host], port })
        }
      }
    }
  }
}

/** All conflicts of one router. */
export function gatewayConflicts(gateways: RouterGateways): readonly GatewayConflict[] {
  const { merged, listeners } = gateways
  return [
    ...merged.dropped.map(droppedConflict),
    ...listeners.skippedMatches.map(({ server, virtualService, origin, serverNames, winner }) => {
      const own = partyOf(server)
      const { source } = virtualService
      const location = origin.location ?? source.location
      const loser = { ...own, what: `${origin.what} at ${own.what}`, location, resource: source }
      return conflict({
        kind: 'duplicate-server-name',
        winner: chainParty(winner),
        loser,
        hosts: serverNames,
        port: server.resolvedPort,
      })
    }),
    ...listeners.clashes.map(({ first, second }) =>
      conflict({
        kind: 'same-match',
        winner: chainParty(first),
        loser: chainParty(second),
        hosts: second.serverNames,
        port: second.server.resolvedPort,
      }),
    ),
    ...repeatedHosts(gateways),
  ]
}
