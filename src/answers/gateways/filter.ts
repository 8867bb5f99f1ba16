/** Restricts an answer to some Gateways. */
import type { GatewayConflict } from '../../findings/gateways/index.ts'
import type { GatewaysAnswer } from './message.ts'

/** @param owner `namespace/name` of a Gateway */
export type GatewayFilter = (owner: string) => boolean

const concerns = ({ winner, loser }: GatewayConflict, filter: GatewayFilter): boolean =>
  filter(winner.gateway) || filter(loser.gateway)

/** Servers, conflicts, VirtualServices and findings of the selected Gateways. */
export function filteredGateways(
  { release, routers, unbound, findings }: GatewaysAnswer,
  filter: GatewayFilter,
): GatewaysAnswer {
  return {
    release,
    routers: routers.map(({ report, reach, conflicts }) => ({
      reach,
      report: { ...report, servers: report.servers.filter(({ server }) => filter(server.owner)) },
      conflicts: conflicts.filter((conflict) => concerns(conflict, filter)),
    })),
    unbound: unbound.filter(({ gateway }) => filter(gateway)),
    findings: findings.filter(({ gateway }) => filter(gateway)),
  }
}
