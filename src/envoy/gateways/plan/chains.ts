/** The filter chains of a router's servers and their destinations (core/gateway.go). */
import { sniClusterName } from '../../../common/names.ts'
import type { Port, Service } from '../../../registry/service.ts'
import { HostIndex } from '../../../scope/hosts.ts'
import type { MergedDestinationRule, ProxyView, VirtualServiceView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import { routedDestination, type TcpDestination, tcpPolicyOf } from '../../filters/plan/tcp-destination.ts'
import { ResourceOrigin, ServiceOrigin } from '../../listeners/plan/origins.ts'
import { statName, statSubject } from '../../policy/stat-name.ts'
import type { BoundVirtualServices, SharedHosts } from './bound-virtual-services.ts'
import type { ServerSlot } from './merge.ts'
import type { GatewayServer } from './servers.ts'
import { matchApplies, TcpRoutes } from './tcp-routes.ts'
import { WHY } from './why.ts'

interface ChainBase {
  /** The first one of several HTTP servers. */
  readonly server: GatewayServer
  /** Server names; empty or including `*` for any. */
  readonly serverNames: readonly string[]
  readonly applicationProtocols: readonly string[]
  /** The router terminates TLS with the server's settings. */
  readonly terminatesTls: boolean
  readonly origins: readonly Origin[]
}

export interface HttpGatewayChain extends ChainBase {
  readonly kind: 'http'
  readonly routeName: string
  /** The first server's port is declared as gRPC-Web. */
  readonly grpcWeb: boolean
  /** '' for the listener's prefix. */
  readonly statPrefix: string
}

export interface TcpGatewayChain extends ChainBase {
  readonly kind: 'tcp'
  readonly to: TcpDestination
  /** Exchanges workload metadata with the other side before any data. */
  readonly exchangesMetadata: boolean
}

export type GatewayChain = HttpGatewayChain | TcpGatewayChain

/** A tls match without a chain, because another chain of the port already has one of its server names. */
export interface SkippedMatch {
  readonly server: GatewayServer
  readonly virtualService: VirtualServiceView
  readonly origin: Origin
  /** The names that are taken. */
  readonly serverNames: readonly string[]
  readonly winner: TcpGatewayChain
}

/** The ALPN names of Istio's mTLS. */
const MTLS_PROTOCOLS: readonly string[] = [
  'istio',
  'istio-peer-exchange',
  'istio-http/1.0',
  'istio-http/1.1',
  'istio-h2',
]

const ANY = { serverNames: [], applicationProtocols: [], terminatesTls: false } as const

const isGrpcWeb = ({ protocol }: GatewayServer): boolean => protocol === 'GRPC-Web'

const portOf = ({ port, protocol }: GatewayServer): Port => ({ number: port.number, name: port.name, protocol })

export const serverOrigin = (server: GatewayServer, why: string): Origin =>
  new ResourceOrigin(server.gateway, ['spec', 'servers', server.index], why)

/** Builds the chains of one router, slot by slot. */
export class GatewayChains {
  readonly skipped: SkippedMatch[] = []
  readonly #view: ProxyView
  readonly #bound: BoundVirtualServices
  /** Shared by servers with the same hosts. */
  readonly #tcpRoutes = new Map<readonly SharedHosts[], TcpRoutes>()
  /** The passthrough chain by port and server name. */
  readonly #passing = new Map<number, Map<string, TcpGatewayChain>>()

  constructor(view: ProxyView, bound: BoundVirtualServices) {
    this.#view = view
    this.#bound = bound
  }

  of({ servers, routeName }: ServerSlot): readonly GatewayChain[] {
    const [first] = servers
    if (first?.kind === 'http') return [this.#http(first, servers, routeName)]
    return servers.flatMap((server) => this.#ofServer(server))
  }

  #ofServer(server: GatewayServer): readonly GatewayChain[] {
    switch (server.kind) {
      case 'http':
        return []
      case 'https':
        return [this.#https(server)]
      case 'tcp':
      case 'tls':
        return this.#tcp(server)
      case 'passthrough':
        return this.#passthrough(server)
      case 'auto-passthrough':
        return this.#autoPassthrough(server)
    }
  }

  #http(server: GatewayServer, servers: readonly GatewayServer[], routeName: string): HttpGatewayChain {
    const origins = servers.map((each) => serverOrigin(each, WHY.httpServers))
    return { kind: 'http', server, ...ANY, routeName, grpcWeb: isGrpcWeb(server), statPrefix: '', origins }
  }

  #https(server: GatewayServer): HttpGatewayChain {
    const { serverNames, routeName, spec } = server
    const origins = [serverOrigin(server, WHY.httpsServer)]
    const match = { serverNames, applicationProtocols: [], terminatesTls: true }
    return { kind: 'http', server, ...match, routeName, grpcWeb: isGrpcWeb(server), statPrefix: spec.name, origins }
  }

  /** Uses the first tcp route that applies, of any VirtualService. */
  #tcp(server: GatewayServer): readonly TcpGatewayChain[] {
    const found = this.#tcpRoutesOf(server).of(server)
    if (!found) return []
    const { virtualService, rule, field, index } = found
    const terminatesTls = server.kind === 'tls'
    const route = new ResourceOrigin(virtualService.source, ['spec', field, index], WHY.tcpRoute)
    return [
      {
        kind: 'tcp',
        server,
        serverNames: terminatesTls ? server.serverNames : [],
        applicationProtocols: [],
        terminatesTls,
        to: routedDestination(this.#view, rule.route, virtualService, portOf(server)),
        exchangesMetadata: server.spec.tls?.mode === 'ISTIO_MUTUAL',
        origins: [serverOrigin(server, WHY.server), route],
      },
    ]
  }

  #tcpRoutesOf(server: GatewayServer): TcpRoutes {
    const shared = this.#bound.of(server)
    let routes = this.#tcpRoutes.get(shared)
    if (!routes) {
      routes = new TcpRoutes(shared)
      this.#tcpRoutes.set(shared, routes)
    }
    return routes
  }

  #passthrough(server: GatewayServer): readonly TcpGatewayChain[] {
    const chains: TcpGatewayChain[] = []
    for (const { virtualService } of this.#bound.of(server)) {
      for (const [index, rule] of virtualService.tls.entries()) {
        if (rule.route.length === 0) continue
        for (const [matchIndex, match] of rule.match.entries()) {
          if (!matchApplies(match, server)) continue
          const path = ['spec', 'tls', index, 'match', matchIndex]
          const origin = new ResourceOrigin(virtualService.source, path, WHY.tlsRoute)
          const chain: TcpGatewayChain = {
            kind: 'tcp',
            server,
            ...ANY,
            serverNames: match.sniHosts,
            to: routedDestination(this.#view, rule.route, virtualService, portOf(server)),
            exchangesMetadata: false,
            origins: [serverOrigin(server, WHY.server), origin],
          }
          if (this.#takeNames(chain, virtualService, origin)) chains.push(chain)
        }
      }
    }
    return chains
  }

  /** @returns false when an earlier chain with the same port and bind address has one of the names */
  #takeNames(chain: TcpGatewayChain, virtualService: VirtualServiceView, origin: Origin): boolean {
    const { server, serverNames } = chain
    const passing = this.#passing.get(server.resolvedPort) ?? new Map<string, TcpGatewayChain>()
    this.#passing.set(server.resolvedPort, passing)
    const taken = serverNames.filter((name) => passing.get(name)?.server.spec.bind === server.spec.bind)
    const winner = taken.map((name) => passing.get(name))[0]
    if (winner) {
      this.skipped.push({ server, virtualService, origin, serverNames: taken, winner })
      return false
    }
    for (const name of serverNames) passing.set(name, chain)
    return true
  }

  #autoPassthrough(server: GatewayServer): readonly TcpGatewayChain[] {
    const chains: TcpGatewayChain[] = []
    const hosts = new HostIndex<true>()
    for (const name of server.serverNames) hosts.add(name, () => true)
    for (const service of this.#view.services) {
      if (service.meshExternal || !hosts.find(service.hostname)) continue
      const rule = this.#view.destinationRuleOf(service, 'outbound')
      for (const port of service.ports) {
        if (port.protocol === 'UDP') continue
        chains.push(this.#toCluster(server, service, port, rule, ''))
        for (const { name } of rule?.subsets ?? []) chains.push(this.#toCluster(server, service, port, rule, name))
      }
    }
    return chains
  }

  #toCluster(
    server: GatewayServer,
    service: Service,
    port: Port,
    rule: MergedDestinationRule | undefined,
    subset: string,
  ): TcpGatewayChain {
    const cluster = sniClusterName(port.number, subset, service.hostname)
    return {
      kind: 'tcp',
      server,
      serverNames: [cluster],
      applicationProtocols: MTLS_PROTOCOLS,
      terminatesTls: false,
      to: {
        statPrefix: this.#statPrefix(cluster, service, port, subset),
        cluster,
        policy: rule && { ...tcpPolicyOf(rule, subset), tunnel: undefined },
        mongo: port.protocol === 'Mongo',
        dynamicHost: undefined,
        port: port.number,
      },
      exchangesMetadata: false,
      origins: [serverOrigin(server, WHY.server), new ServiceOrigin(service, port, WHY.autoPassthrough)],
    }
  }

  #statPrefix(cluster: string, service: Service, port: Port, subset: string): string {
    const pattern = this.#view.registry.snapshot.mesh.outboundClusterStatName
    return statName(pattern, cluster, statSubject(service, port, subset, 0))
  }
}
