/** The TCP filter chains of a service port, from VirtualServices or its own (core/tls.go). */

import { compareBytes } from '../../../common/bytes.ts'
import { appendAll, sameList } from '../../../common/collections.ts'
import type { L4MatchAttributes, TLSMatchAttributes } from '../../../kinds/messages/virtual-service.ts'
import { selects } from '../../../kinds/resource.ts'
import { isTls } from '../../../registry/protocol.ts'
import type { Port, Service } from '../../../registry/service.ts'
import type { EgressListenerView, ProxyView, VirtualServiceView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import {
  dynamicHostOf,
  ownDestination,
  ownPolicy,
  routedDestination,
  type TcpDestination,
  type TcpPolicy,
} from '../../filters/plan/tcp-destination.ts'
import { aliasNames } from './alias-names.ts'
import { WILDCARDS } from './binding.ts'
import { type ChainMatch, MATCH_ALL, type TcpChain } from './chains.ts'
import type { PortRef } from './conflicts.ts'
import { ResourceOrigin, ServiceOrigin, WHY } from './origins.ts'
import { VirtualServiceIndex } from './virtual-services.ts'

/** A service port and its address. */
export interface TcpRequest {
  readonly owner: PortRef
  /** The port of the listener, which a Sidecar may set to another one than the service's. */
  readonly port: Port
  /** Prefixes, which the chain matches because a listener cannot bind to them. */
  readonly cidr: readonly string[]
  /** The service's address, '' for a prefix. */
  readonly address: string
  readonly bind: string
  readonly egress: EgressListenerView
}

const MESH = 'mesh'

const hasRoutes = (virtualService: VirtualServiceView, kind: 'tls' | 'tcp'): boolean =>
  virtualService[kind].some((route) => route.route.length > 0)

/** The chain of a service's own cluster. A mesh may have a hundred thousand, so it holds only what differs. */
class OwnChain implements TcpChain {
  readonly match: ChainMatch
  readonly owner: PortRef
  /** That of the listener. */
  readonly #port: Port
  readonly #why: string
  readonly #statPattern: string
  readonly #policy: TcpPolicy | undefined

  constructor(view: ProxyView, { owner, port }: TcpRequest, match: ChainMatch, why: string) {
    this.match = match
    this.owner = owner
    this.#port = port
    this.#why = why
    // A kept chain must not keep the whole view.
    this.#statPattern = view.registry.snapshot.mesh.outboundClusterStatName
    this.#policy = ownPolicy(view, owner.service)
  }

  get to(): TcpDestination {
    return ownDestination(this.owner.service, this.#port, this.#statPattern, this.#policy)
  }

  get kind(): 'tcp' {
    return 'tcp'
  }

  get route(): undefined {
    return undefined
  }

  get virtualService(): undefined {
    return undefined
  }

  get origin(): Origin {
    return new ServiceOrigin(this.owner.service, this.owner.port, this.#why)
  }
}

/** Builds the TCP chains of one proxy. */
export class TcpChains {
  readonly #view: ProxyView
  readonly #indexes = new Map<EgressListenerView, Record<'tls' | 'tcp', VirtualServiceIndex>>()

  constructor(view: ProxyView) {
    this.#view = view
  }

  of(request: TcpRequest): TcpChain[] {
    return isTls(request.port.protocol) ? this.#tls(request) : this.#tcp(request)
  }

  /** Whether a service's chains may depend on other services: by routes, or by names that are aliases of it. */
  dependsOnOthers(service: Service, egress: EgressListenerView): boolean {
    if (egress.aliasesOf(service).length > 0) return true
    return (['tls', 'tcp'] as const).some((kind) => this.#virtualServicesOf(service, egress, kind).length > 0)
  }

  #virtualServices({ owner, egress }: TcpRequest, kind: 'tls' | 'tcp'): readonly VirtualServiceView[] {
    return this.#virtualServicesOf(owner.service, egress, kind)
  }

  #virtualServicesOf(service: Service, egress: EgressListenerView, kind: 'tls' | 'tcp'): readonly VirtualServiceView[] {
    let index = this.#indexes.get(egress)
    if (!index) {
      const of = (wanted: 'tls' | 'tcp') =>
        new VirtualServiceIndex(egress.virtualServices.filter((candidate) => hasRoutes(candidate, wanted)))
      index = { tls: of('tls'), tcp: of('tcp') }
      this.#indexes.set(egress, index)
    }
    return index[kind].touching(service.hostname)
  }

  /** Checks what is known before a connection: the proxy's gateway, labels, port and namespace. */
  #applies(match: TLSMatchAttributes | L4MatchAttributes, port: number): boolean {
    const { proxy } = this.#view
    return (
      (match.gateways.length === 0 || match.gateways.includes(MESH)) &&
      selects(match.sourceLabels, proxy.labels) &&
      (match.port === 0 || match.port === port) &&
      (match.sourceNamespace === '' || match.sourceNamespace === proxy.metadata.get('NAMESPACE'))
    )
  }

  #tls(request: TcpRequest): TcpChain[] {
    const chains = this.#routedTls(request)
    return chains.length > 0 ? chains : [this.#ownTls(request)]
  }

  /** As in the reference, a match's subnets also apply to later matches, and a repeated match is skipped. */
  #routedTls(request: TcpRequest): TcpChain[] {
    const chains: TcpChain[] = []
    const seen = new Set<string>()
    let { cidr } = request
    for (const virtualService of this.#virtualServices(request, 'tls')) {
      for (const [index, route] of virtualService.tls.entries()) {
        if (route.route.length === 0) continue
        for (const match of route.match) {
          if (!this.#applies(match, request.port.number)) continue
          if (match.destinationSubnets.length > 0 && request.port.number > 0) cidr = match.destinationSubnets
          const key = `${match.sniHosts.join(',')}|${match.destinationSubnets.join(',')}`
          if (seen.has(key)) continue
          seen.add(key)
          chains.push({
            kind: 'tcp',
            match: { ...MATCH_ALL, sni: match.sniHosts, cidr },
            owner: request.owner,
            to: routedDestination(this.#view, route.route, virtualService, request.port),
            route,
            virtualService,
            origin: new ResourceOrigin(virtualService.source, ['spec', 'tls', index], WHY.virtualServiceTls),
          })
        }
      }
    }
    return chains
  }

  #ownTls(request: TcpRequest): TcpChain {
    const { owner, cidr, egress } = request
    const sni = this.#needsServerName(request) ? this.#serverNames(owner.service, egress) : []
    const why = sni.length > 0 ? WHY.serviceSni : cidr.length > 0 ? WHY.serviceCidr : WHY.serviceTcp
    return this.#own(request, { ...MATCH_ALL, sni, cidr }, why)
  }

  /** Needed if the address alone does not distinguish the service from others. */
  #needsServerName({ owner, cidr, address, bind }: TcpRequest): boolean {
    const [wildcard] = WILDCARDS[this.#view.proxy.ipMode]
    return (
      cidr.length > 0 ||
      address === '' ||
      (address === wildcard && bind === wildcard) ||
      dynamicHostOf(owner.service) !== undefined
    )
  }

  #serverNames(service: Service, egress: EgressListenerView): string[] {
    const { dnsDomain } = this.#view.proxy
    const trailingDot = this.#view.registry.snapshot.features.has('trailing-dot-domains')
    const aliases = egress.aliasesOf(service).map((alias) => alias.hostname)
    return [service.hostname, ...aliases.flatMap((alias) => [alias, ...aliasNames(alias, dnsDomain, trailingDot)])]
  }

  #own(request: TcpRequest, match: ChainMatch, why: string): TcpChain {
    return new OwnChain(this.#view, request, match, why)
  }

  #tcp(request: TcpRequest): TcpChain[] {
    const { cidr } = request
    const { chains, covered } = this.#routedTcp(request)
    if (covered) return chains
    const match = cidr.length > 0 ? { ...MATCH_ALL, cidr } : MATCH_ALL
    const own = this.#own(request, match, cidr.length > 0 ? WHY.serviceCidr : WHY.serviceTcp)
    // A list that grows takes room for 17 items, which adds up to megabytes.
    return chains.length === 0 ? [own] : [...chains, own]
  }

  /** `covered`: nothing is left for the service's own cluster. */
  #routedTcp(request: TcpRequest): { chains: TcpChain[]; covered: boolean } {
    const chains: TcpChain[] = []
    const own = [...request.cidr].sort(compareBytes)
    let covered = false
    for (const virtualService of this.#virtualServices(request, 'tcp')) {
      for (const [index, route] of virtualService.tcp.entries()) {
        if (route.route.length === 0) continue
        const subnets = this.#subnetsOf(route.match, request.port.number)
        if (subnets === undefined) continue
        const to = routedDestination(this.#view, route.route, virtualService, request.port)
        const path = ['spec', 'tcp', index]
        const base = { kind: 'tcp', owner: request.owner, to, route } as const
        if (subnets === 'all') {
          const origin = new ResourceOrigin(virtualService.source, path, WHY.virtualServiceTcp)
          chains.push({ ...base, match: { ...MATCH_ALL, cidr: request.cidr }, virtualService, origin })
          return { chains, covered: true }
        }
        const origin = new ResourceOrigin(virtualService.source, path, WHY.virtualServiceSubnets)
        chains.push({ ...base, match: { ...MATCH_ALL, cidr: subnets }, virtualService: undefined, origin })
        const sorted = [...subnets].sort(compareBytes)
        covered ||= sameList(sorted, own)
      }
    }
    return { chains, covered }
  }

  /** Subnets of the applicable matches; `all` when one of them has none; undefined when no match applies. */
  #subnetsOf(matches: readonly L4MatchAttributes[], port: number): readonly string[] | 'all' | undefined {
    if (matches.length === 0) return 'all'
    const subnets: string[] = []
    for (const match of matches) {
      if (!this.#applies(match, port)) continue
      if (match.destinationSubnets.length === 0 || port === 0) return 'all'
      appendAll(subnets, match.destinationSubnets)
    }
    return subnets.length > 0 ? subnets : undefined
  }
}
