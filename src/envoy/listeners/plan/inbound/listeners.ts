/** The inbound listeners of a sidecar and their filter chains (core/listener_inbound.go). */
import {
  BLACK_HOLE_CLUSTER,
  INBOUND_PASSTHROUGH_CLUSTER,
  inboundClusterName,
  listenerName,
  VIRTUAL_INBOUND,
} from '../../../../common/names.ts'
import type { SidecarResource } from '../../../../kinds/index.ts'
import { isHttp2, type Protocol } from '../../../../registry/protocol.ts'
import type { ProxyView } from '../../../../scope/view.ts'
import type { Origin } from '../../../explained.ts'
import type { FilterSettings } from '../../../filters/plan/settings.ts'
import { type InboundTls, inboundTls } from '../../../policy/downstream-tls.ts'
import { type InboundMtls, inboundMtls, type MtlsMode, mtlsOfPort } from '../../../policy/peer-authentication.ts'
import { type StatSubject, statName } from '../../../policy/stat-name.ts'
import { WILDCARDS } from '../binding.ts'
import { ResourceOrigin, ruleOrigin, WHY } from '../origins.ts'
import type { InboundChainPlan, InboundFilters } from './chains.ts'
import { type InboundInspectors, inboundInspectors } from './inspectors.ts'
import { type InboundMatch, inboundMatches } from './matches.ts'
import type { InboundPlan, InboundPort } from './ports.ts'
import { type InboundRetries, inboundRetries } from './retries.ts'

export interface InboundListenerPlan {
  readonly name: string
  readonly binds: readonly string[]
  readonly port: number
  /** False for the listener of redirected connections. */
  readonly bindToPort: boolean
  /** Connections keep their source address. */
  readonly transparent: boolean
  readonly chains: readonly InboundChainPlan[]
  readonly inspectors: InboundInspectors
  readonly origin: Origin
}

export interface InboundListenersPlan {
  readonly listeners: readonly InboundListenerPlan[]
  /** For all chains that terminate mTLS. */
  readonly tls: InboundTls
  /** The namespace in the chains' metadata. */
  readonly namespace: string
}

/** The part that the chains of one port share. */
interface PortSpec {
  readonly httpName: string
  readonly tcpName: string
  readonly statPrefix: string
  readonly cluster: string
  readonly host: string
  readonly kubernetes: StatSubject['kubernetes']
  readonly servicePort: number
  readonly portName: string
  readonly protocol: Protocol
  /** 0 for any port. */
  readonly destinationPort: number
  readonly sidecar: SidecarResource | undefined
}

function specOf(port: InboundPort): PortSpec {
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
    sidecar: port.sidecar,
  }
}

/** For undeclared ports. */
function passthroughSpec(destinationPort: number): PortSpec {
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
    sidecar: undefined,
  }
}

class InboundListeners {
  readonly #view: ProxyView
  readonly #mtls: InboundMtls
  readonly #retries: (protocol: Protocol) => InboundRetries | undefined
  readonly #extensions: FilterSettings['extensions']
  readonly #matches: (protocol: Protocol, mode: MtlsMode) => readonly InboundMatch[]

  constructor(view: ProxyView, settings: FilterSettings) {
    this.#view = view
    this.#mtls = inboundMtls(view.registry, view.proxy.namespace, view.proxy.labels)
    this.#retries = inboundRetries(view)
    this.#extensions = settings.extensions
    this.#matches = inboundMatches(settings.plaintextAlpn)
  }

  of(plan: InboundPlan): InboundListenerPlan[] {
    const own = plan.ports.filter((port) => port.bindToPort).map((port) => this.#custom(port))
    if (this.#view.proxy.interceptionMode === 'NONE') return own
    return [this.#virtual(plan.ports.filter((port) => !port.bindToPort)), ...own]
  }

  #http(spec: PortSpec): InboundFilters {
    const { cluster, host, servicePort, protocol } = spec
    return {
      kind: 'http',
      statPrefix: spec.statPrefix,
      to: { cluster, host, servicePort, retries: this.#retries(protocol) },
      grpcWeb: protocol === 'GRPC-Web',
      extensions: this.#extensions?.of('SERVER', spec.destinationPort),
      http2: isHttp2(protocol),
    }
  }

  #tcp(spec: PortSpec): InboundFilters {
    const { cluster, protocol } = spec
    const pattern = this.#view.registry.snapshot.mesh.inboundClusterStatName
    const subject = { ...spec, subset: '', port: spec.servicePort, targetPort: undefined }
    const statPrefix = statName(pattern, cluster, subject)
    const extensions = this.#extensions?.of('SERVER', spec.servicePort)
    return { kind: 'tcp', statPrefix, cluster, mongo: protocol === 'Mongo', extensions }
  }

  #chains(spec: PortSpec, origin: Origin): InboundChainPlan[] {
    const { destinationPort, sidecar } = spec
    const mode = mtlsOfPort(this.#mtls, destinationPort)
    return this.#matches(spec.protocol, mode).map((match) => {
      const http = match.filters === 'http'
      const name = http ? spec.httpName : spec.tcpName
      return { name, destinationPort, match, filters: http ? this.#http(spec) : this.#tcp(spec), sidecar, origin }
    })
  }

  #blackhole(port: number): InboundChainPlan {
    return {
      name: 'virtualInbound-blackhole',
      destinationPort: port,
      match: undefined,
      filters: { kind: 'blackhole', cluster: BLACK_HOLE_CLUSTER },
      sidecar: undefined,
      origin: ruleOrigin('sidecar', WHY.blackhole),
    }
  }

  /** Ports with their own mTLS mode that neither the Sidecar nor a service declares. */
  #undeclaredPorts(): number[] {
    const ingress = this.#view.sidecar?.spec.ingress ?? []
    const declared = new Set(
      ingress.length > 0
        ? ingress.map((listener) => listener.port?.number)
        : this.#view.targets.map((target) => target.targetPort),
    )
    return [...this.#mtls.portModes.keys()].filter((port) => !declared.has(port)).sort((a, b) => a - b)
  }

  #undeclaredChains(): InboundChainPlan[] {
    const policy = this.#mtls.sources.at(-1)
    if (!policy) return []
    return this.#undeclaredPorts().flatMap((port) => {
      const path = ['spec', 'portLevelMtls', String(port)]
      return this.#chains(passthroughSpec(port), new ResourceOrigin(policy, path, WHY.portPassthrough))
    })
  }

  #virtual(ports: readonly InboundPort[]): InboundListenerPlan {
    const { proxy, registry } = this.#view
    const port = registry.snapshot.mesh.proxyInboundListenPort
    const chains = [
      this.#blackhole(port),
      ...this.#chains(passthroughSpec(0), ruleOrigin('sidecar', WHY.passthrough)),
      ...this.#undeclaredChains(),
      ...ports.flatMap((each) => this.#chains(specOf(each), each.origin)),
    ]
    const origin = ruleOrigin('sidecar', WHY.virtualInbound)
    return this.#listener(VIRTUAL_INBOUND, WILDCARDS[proxy.ipMode], port, false, chains, origin)
  }

  #custom(port: InboundPort): InboundListenerPlan {
    const name = listenerName(port.binds[0] ?? '', port.targetPort)
    const chains = this.#chains(specOf(port), port.origin)
    return this.#listener(name, port.binds, port.targetPort, true, chains, port.origin)
  }

  #listener(
    name: string,
    binds: readonly string[],
    port: number,
    bindToPort: boolean,
    chains: readonly InboundChainPlan[],
    origin: Origin,
  ): InboundListenerPlan {
    const { proxy, registry } = this.#view
    return {
      name,
      binds: registry.snapshot.features.dualStack ? binds : binds.slice(0, 1),
      port,
      bindToPort,
      transparent: !bindToPort && proxy.interceptionMode === 'TPROXY',
      chains,
      inspectors: inboundInspectors(chains),
      origin,
    }
  }
}

/** Plans the inbound listeners: the one for redirected connections, and those that bind ports. */
export function planInboundListeners(
  view: ProxyView,
  settings: FilterSettings,
  inbound: InboundPlan,
): InboundListenersPlan {
  const { proxy, registry } = view
  return {
    listeners: new InboundListeners(view, settings).of(inbound),
    tls: inboundTls(registry.snapshot.mesh, proxy.metadata),
    namespace: proxy.namespace,
  }
}
