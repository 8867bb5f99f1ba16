/** The tcp routes of VirtualServices by port (core/gateway.go buildGatewayNetworkFiltersFromTCPRoutes). */

import { append } from '../../../common/collections.ts'
import { ANNOTATIONS } from '../../../common/istio-names.ts'
import type {
  L4MatchAttributes,
  TCPRoute,
  TLSMatchAttributes,
  TLSRoute,
} from '../../../kinds/messages/virtual-service.ts'
import type { VirtualServiceView } from '../../../scope/view.ts'
import type { SharedHosts } from './bound-virtual-services.ts'
import type { GatewayServer } from './servers.ts'

export interface TcpRouteOf {
  readonly virtualService: VirtualServiceView
  readonly rule: TCPRoute | TLSRoute
  readonly field: 'tcp' | 'tls'
  /** Index in the VirtualService. */
  readonly index: number
}

interface Candidate extends TcpRouteOf {
  readonly order: number
}

const ANY_PORT = 0

/** Compares only the port and the gateway; a router cannot know the rest. */
export function matchApplies(match: L4MatchAttributes | TLSMatchAttributes, { port, owner }: GatewayServer): boolean {
  const portMatches = match.port === ANY_PORT || match.port === port.number
  return portMatches && (match.gateways.length === 0 || match.gateways.includes(owner))
}

function applies({ rule }: TcpRouteOf, server: GatewayServer): boolean {
  return rule.match.length === 0 || rule.match.some((match) => matchApplies(match, server))
}

function portsOf({ match }: TcpRouteOf['rule']): ReadonlySet<number> {
  return match.length === 0 ? new Set([ANY_PORT]) : new Set(match.map(({ port }) => port))
}

/** Where TLS is terminated, TLSRoutes of the Gateway API route what is in it. */
const isOfTlsRoute = ({ source }: VirtualServiceView): boolean =>
  source.meta.annotations.get(ANNOTATIONS.parents)?.startsWith('TLSRoute/') === true

/** The routes of VirtualServices that share hosts with servers, indexed because most servers need those of one port. */
export class TcpRoutes {
  readonly #byPort = new Map<number, Candidate[]>()

  /** @param shared in order of precedence */
  constructor(shared: readonly SharedHosts[]) {
    let order = 0
    for (const { virtualService } of shared) {
      for (const [index, rule] of virtualService.tcp.entries()) {
        if (rule.route.length === 0) continue
        this.#add({ virtualService, rule, index, field: 'tcp', order: order++ })
      }
      if (!isOfTlsRoute(virtualService)) continue
      for (const [index, rule] of virtualService.tls.entries()) {
        if (rule.match.length > 0) this.#add({ virtualService, rule, index, field: 'tls', order: order++ })
      }
    }
  }

  #add(candidate: Candidate): void {
    for (const port of portsOf(candidate.rule)) append(this.#byPort, port, candidate)
  }

  /** The first route that applies to a server. */
  of(server: GatewayServer): TcpRouteOf | undefined {
    const [a, b] = [server.port.number, ANY_PORT].map((port) =>
      this.#byPort.get(port)?.find((candidate) => applies(candidate, server)),
    )
    if (!a || !b) return a ?? b
    return a.order < b.order ? a : b
  }
}
