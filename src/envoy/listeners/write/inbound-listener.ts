/** Writes down inbound listeners and their chains (core/listener_inbound.go). */
import {
  BLACK_HOLE_CLUSTER,
  INBOUND_PASSTHROUGH_CLUSTER,
  inboundClusterName,
  listenerName,
} from '../../../common/names.ts'
import type { Protocol } from '../../../registry/protocol.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../facts.ts'
import type { FilterSettings } from '../../filters/plan/settings.ts'
import { inboundStatName, type StatSubject } from '../../filters/plan/stat-name.ts'
import { LISTENER_FILTERS, TCP_METADATA_EXCHANGE } from '../../filters/write/constants.ts'
import { httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import { bareTcpProxy, mongoProxy, tcpProxy } from '../../filters/write/network.ts'
import { address, compact, durationText, type EnvoyMessage, type Extension } from '../../json.ts'
import { type InboundMtls, type MtlsMode, mtlsOfPort } from '../../policy/peer-authentication.ts'
import { mutualTls, type TransportSocket } from '../../tls/downstream.ts'
import { WILDCARDS } from '../plan/binding.ts'
import type { InboundPlan, InboundPort } from '../plan/inbound.ts'
import { type InboundMatch, inboundMatches } from '../plan/inbound-matches.ts'
import { ResourceOrigin, ruleOrigin, WHY } from '../plan/origins.ts'
import { additionalAddresses } from './additional-addresses.ts'
import type { ListenerFact } from './fact.ts'
import { inspectorsFor } from './inbound-inspectors.ts'
import { inboundRoutes } from './inbound-route.ts'
import { configMetadata } from './metadata.ts'
import type { EnvoyListener, FilterChain } from './resource.ts'

/** What the chains of one port have in common. */
interface ChainSpec {
  readonly httpName: string
  readonly tcpName: string
  readonly statPrefix: string
  readonly cluster: string
  readonly host: string
  readonly kubernetes: StatSubject['kubernetes']
  readonly servicePort: number
  readonly portName: string
  readonly protocol: Protocol
  /** 0: any port. */
  readonly destinationPort: number
  readonly metadata: EnvoyMessage | undefined
}

function specOf(port: InboundPort, namespace: string): ChainSpec {
  const name = listenerName(port.binds[0] ?? '', port.targetPort)
  return {
    httpName: name,
    tcpName: name,
    statPrefix: `inbound_${name};`,
    cluster: inboundClusterName(port.targetPort),
    host: port.host,
    kubernetes: port.kubernetes,
    servicePort: port.servicePort,
    portName: port.portName,
    protocol: port.protocol,
    destinationPort: port.targetPort,
    metadata: port.sidecar && configMetadata('sidecar', namespace, port.sidecar.meta.name),
  }
}

const VIRTUAL_INBOUND = 'virtualInbound'

/** Chains for ports that nobody declares. */
function passthroughSpec(destinationPort: number): ChainSpec {
  return {
    httpName: 'virtualInbound-catchall-http',
    tcpName: VIRTUAL_INBOUND,
    statPrefix: `${INBOUND_PASSTHROUGH_CLUSTER};`,
    cluster: INBOUND_PASSTHROUGH_CLUSTER,
    host: '',
    kubernetes: undefined,
    servicePort: 0,
    portName: VIRTUAL_INBOUND,
    protocol: 'Unsupported',
    destinationPort,
    metadata: undefined,
  }
}

interface WrittenChains {
  readonly chains: FilterChain[]
  readonly origins: (readonly Origin[])[]
}

class InboundWriter {
  readonly #view: ProxyView
  readonly #settings: FilterSettings
  readonly #mtls: InboundMtls
  readonly #matches: (protocol: Protocol, mode: MtlsMode) => readonly InboundMatch[]
  readonly #sockets: Readonly<Record<'http' | 'tcp', TransportSocket>>

  constructor(view: ProxyView, settings: FilterSettings, mtls: InboundMtls) {
    this.#view = view
    this.#settings = settings
    this.#mtls = mtls
    this.#matches = inboundMatches(settings.plaintextAlpn)
    const socket = (protocol: 'http' | 'tcp') => mutualTls(settings.mesh, view.proxy.metadata, protocol)
    this.#sockets = { http: socket('http'), tcp: socket('tcp') }
  }

  listeners(plan: InboundPlan): ListenerFact[] {
    const own = plan.ports.filter((port) => port.bindToPort).map((port) => this.#custom(port))
    if (this.#view.proxy.interceptionMode === 'NONE') return own
    return [this.#virtual(plan.ports.filter((port) => !port.bindToPort)), ...own]
  }

  #httpFilters(spec: ChainSpec): Extension[] {
    const { mesh } = this.#settings
    return [
      TCP_METADATA_EXCHANGE,
      httpConnectionManager(this.#settings, {
        traffic: 'inbound',
        statPrefix: spec.statPrefix,
        routes: { inline: inboundRoutes(spec, mesh.defaultInboundHttpRetryPolicy) },
        protocol: spec.protocol,
      }),
    ]
  }

  #tcpFilters(spec: ChainSpec): Extension[] {
    const pattern = this.#settings.mesh.inboundClusterStatName
    const subject = { ...spec, subset: '', port: spec.servicePort }
    const statPrefix = pattern === '' ? spec.cluster : inboundStatName(pattern, subject)
    return [
      TCP_METADATA_EXCHANGE,
      ...this.#settings.metrics.inbound,
      ...(spec.protocol === 'Mongo' ? [mongoProxy(statPrefix)] : []),
      tcpProxy(this.#settings, statPrefix, spec.cluster),
    ]
  }

  #chain(spec: ChainSpec, match: InboundMatch): FilterChain {
    const http = match.filters === 'http'
    return compact({
      name: http ? spec.httpName : spec.tcpName,
      filterChainMatch: compact({
        destinationPort: spec.destinationPort || undefined,
        applicationProtocols: match.applicationProtocols,
        transportProtocol: match.transportProtocol,
      }),
      filters: http ? this.#httpFilters(spec) : this.#tcpFilters(spec),
      transportSocket: match.terminates ? this.#sockets[match.filters] : undefined,
      metadata: spec.metadata,
    })
  }

  #chains(spec: ChainSpec): FilterChain[] {
    const mode = mtlsOfPort(this.#mtls, spec.destinationPort)
    return this.#matches(spec.protocol, mode).map((match) => this.#chain(spec, match))
  }

  #blackhole(port: number): FilterChain {
    return {
      name: 'virtualInbound-blackhole',
      filterChainMatch: { destinationPort: port },
      filters: [TCP_METADATA_EXCHANGE, ...this.#settings.metrics.inbound, bareTcpProxy(BLACK_HOLE_CLUSTER)],
    }
  }

  /** Ports with an mTLS mode of their own that neither Sidecar nor service declares. */
  #undeclaredPorts(): number[] {
    const ingress = this.#view.sidecar?.spec.ingress ?? []
    const declared = new Set(
      ingress.length > 0
        ? ingress.map((listener) => listener.port?.number)
        : this.#view.targets.map((target) => target.targetPort),
    )
    return [...this.#mtls.portModes.keys()].filter((port) => !declared.has(port)).sort((a, b) => a - b)
  }

  #virtualChains(ports: readonly InboundPort[], listenPort: number): WrittenChains {
    const chains: FilterChain[] = []
    const origins: (readonly Origin[])[] = []
    const push = (written: readonly FilterChain[], origin: Origin) => {
      for (const chain of written) {
        chains.push(chain)
        origins.push([origin])
      }
    }
    push([this.#blackhole(listenPort)], ruleOrigin('sidecar', WHY.blackhole))
    push(this.#chains(passthroughSpec(0)), ruleOrigin('sidecar', WHY.passthrough))
    const policy = this.#mtls.sources.at(-1)
    if (policy) {
      for (const port of this.#undeclaredPorts()) {
        const path = ['spec', 'portLevelMtls', String(port)]
        push(this.#chains(passthroughSpec(port)), new ResourceOrigin(policy, path, WHY.portPassthrough))
      }
    }
    for (const port of ports) push(this.#chains(specOf(port, this.#view.proxy.namespace)), port.origin)
    return { chains, origins }
  }

  #listener(
    name: string,
    binds: readonly string[],
    port: number,
    bindToPort: boolean,
    chains: FilterChain[],
  ): EnvoyListener {
    const transparent = !bindToPort && this.#view.proxy.interceptionMode === 'TPROXY'
    const { dualStack } = this.#view.registry.snapshot.features
    const filters = [
      ...(bindToPort ? [] : [LISTENER_FILTERS.originalDst]),
      ...(transparent ? [LISTENER_FILTERS.originalSrc] : []),
      ...inspectorsFor(chains),
    ]
    return compact({
      name,
      address: address(binds[0] ?? '', port),
      additionalAddresses: dualStack ? additionalAddresses(binds, port) : undefined,
      trafficDirection: 'INBOUND' as const,
      continueOnListenerFiltersTimeout: true,
      maxConnectionsToAcceptPerSocketEvent: this.#settings.maxConnectionsPerSocketEvent,
      transparent: transparent || undefined,
      listenerFilters: filters.length > 0 ? filters : undefined,
      listenerFiltersTimeout: durationText(this.#settings.mesh.protocolDetectionTimeout),
      filterChains: chains,
      accessLog: this.#settings.listenerAccessLog,
    })
  }

  #virtual(ports: readonly InboundPort[]): ListenerFact {
    const binds = WILDCARDS[this.#view.proxy.ipMode]
    const listenPort = this.#settings.mesh.proxyInboundListenPort
    const { chains, origins } = this.#virtualChains(ports, listenPort)
    return {
      resource: this.#listener(VIRTUAL_INBOUND, binds, listenPort, false, chains),
      origins: [ruleOrigin('sidecar', WHY.virtualInbound)],
      chains: origins,
    }
  }

  #custom(port: InboundPort): ListenerFact {
    const name = listenerName(port.binds[0] ?? '', port.targetPort)
    const chains = this.#chains(specOf(port, this.#view.proxy.namespace))
    return {
      resource: this.#listener(name, port.binds, port.targetPort, true, chains),
      origins: [port.origin],
      chains: chains.map(() => [port.origin]),
    }
  }
}

/** The inbound listeners of a plan: the one that connections are redirected to, and those that bind ports themselves. */
export function inboundListeners(
  view: ProxyView,
  settings: FilterSettings,
  mtls: InboundMtls,
  plan: InboundPlan,
): ListenerFact[] {
  return new InboundWriter(view, settings, mtls).listeners(plan)
}
