/** Why a service port has no listener or route without having lost to another service. */
import type { PatchedPort, SkipReason } from '../../envoy/listeners/index.ts'
import { describeResource } from '../../kinds/resource.ts'
import { isHttp } from '../../registry/protocol.ts'
import type { Service } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { Reach } from './reach.ts'

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  'reserved-port': 'reserved port: the proxy itself listens on it, so services get no listener',
  'privileged-port': 'privileged port: a pod without privileges cannot listen below 1024',
  'headless-without-endpoints':
    'headless without endpoints: listeners are for endpoint addresses, and there are none except the proxy itself',
  alias: 'alias: an ExternalName service is a name for another service',
  udp: 'UDP: proxies do not handle UDP',
}

const ROUTER = 'gateway: no server of the gateway routes to it'
const NO_LISTENERS = 'no listeners: the mesh configuration turns proxyListenPort off'
const OUT_OF_SCOPE =
  'scope: exportTo or the Sidecar excludes it from the listeners; the cluster exists because a VirtualService refers to the host'
const OTHER_PORT = 'scope: the egress listeners of the Sidecar do not have this port'
const UPPER_CASE = 'upper case: routes are looked up by host in lower case'
const NO_ROUTE = 'no route: the routes of the port do not include it'
const NO_CHAIN = 'no filter chain: those of the listener lead elsewhere'

const portKey = (host: string, port: number): string => `${port} ${host}`

function patchedText({ isRemoved, filters }: PatchedPort): string {
  const verb = filters.length > 1 ? ['remove', 'change'] : ['removes', 'changes']
  return `patched: ${filters.map(describeResource).join(' and ')} ${verb[isRemoved ? 0 : 1]} its listener`
}

/** Finds reasons; created once per proxy. */
export class ReasonFinder {
  readonly #view: ProxyView
  readonly #skipped = new Map<string, SkipReason>()
  readonly #patched = new Map<string, PatchedPort>()
  /** Ports of each imported host. */
  readonly #imported = new Map<string, Set<number>>()

  constructor(view: ProxyView, { skipped, patched }: Pick<Reach, 'skipped' | 'patched'>) {
    this.#view = view
    for (const each of patched) this.#patched.set(portKey(each.host, each.port), each)
    for (const { service, port, reason } of skipped) this.#skipped.set(portKey(service.hostname, port.number), reason)
    for (const { services } of view.egressListeners) {
      for (const { hostname, ports } of services) {
        const known = this.#imported.get(hostname) ?? new Set()
        this.#imported.set(hostname, known)
        for (const { number } of ports) known.add(number)
      }
    }
  }

  /** A sentence without a full stop. */
  of(service: Service, port: number): string {
    const { proxy, registry } = this.#view
    if (proxy.type === 'router') return ROUTER
    if (registry.snapshot.mesh.proxyListenPort <= 0) return NO_LISTENERS
    const skipped = this.#skipped.get(portKey(service.hostname, port))
    if (skipped) return SKIPPED[skipped]
    const patched = this.#patched.get(portKey(service.hostname, port))
    if (patched) return patchedText(patched)
    const imported = this.#imported.get(service.hostname)
    if (!imported) return OUT_OF_SCOPE
    if (!imported.has(port)) return OTHER_PORT
    return this.#routedElsewhere(service) ?? this.#unexplained(service, port)
  }

  #routedElsewhere({ hostname }: Service): string | undefined {
    for (const listener of this.#view.egressListeners) {
      const found = listener.virtualServiceOf(hostname)
      if (found) return `routed elsewhere: VirtualService ${found.namespace}/${found.name} leads its traffic to others`
    }
    return undefined
  }

  #unexplained(service: Service, port: number): string {
    const protocol = service.ports.find(({ number }) => number === port)?.protocol
    if (protocol && !isHttp(protocol) && protocol !== 'Unsupported') return NO_CHAIN
    return service.hostname === service.hostname.toLowerCase() ? NO_ROUTE : UPPER_CASE
  }
}
