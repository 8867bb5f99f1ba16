/** The addresses at which a Gateway can be reached (pilot/pkg/config/kube/gatewaycommon/context.go). */
import type { AllocatedRegistry } from '../../allocation/allocation.ts'
import { compareBytes } from '../../common/bytes.ts'
import type { Service } from '../../registry/service.ts'

/** What the Services of a Gateway say about its addresses. */
export interface ResolvedAddresses {
  /** `HOST:PORT` of Services with endpoints. */
  readonly internal: readonly string[]
  readonly internalIps: readonly string[]
  readonly external: readonly string[]
  /** Hosts of Services that wait for the address of a load balancer. */
  readonly pending: ReadonlySet<string>
  /** Why an address cannot be had, in words. */
  readonly warnings: readonly string[]
  /** All warnings may pass without a change of the configuration. */
  readonly isUsable: boolean
}

const MANAGED = 'gateway.istio.io/managed'
const LOAD_BALANCER = 'LoadBalancer'

/** Collects the findings about all Services and ports of a Gateway. */
class Resolver {
  readonly internal = new Set<string>()
  readonly internalIps = new Set<string>()
  readonly external = new Set<string>()
  readonly pending = new Set<string>()
  readonly warnings: string[] = []
  isUsable = true
  readonly #registry: AllocatedRegistry

  constructor(registry: AllocatedRegistry) {
    this.#registry = registry
  }

  add(host: string, namespace: string, ports: readonly number[]): void {
    const service = this.#registry.serviceOf(host, namespace)
    if (!service) {
      this.#warnMissing(host, namespace)
      return
    }
    for (const port of ports) this.#addPort(service, port)
  }

  #unusable(warning: string): void {
    this.warnings.push(warning)
    this.isUsable = false
  }

  #warnMissing(host: string, namespace: string): void {
    const others = (this.#registry.servicesByHost.get(host) ?? []).map((service) => service.namespace)
    const found = others.length > 0 ? `; there is one in ${[...new Set(others)].sort(compareBytes).join(', ')}` : ''
    this.#unusable(`namespace ${namespace} has no Service ${host}${found}`)
  }

  #addPort(service: Service, port: number): void {
    const { hostname, namespace } = service
    const instances = this.#registry.instancesOf(namespace, hostname)
    if ((instances.get(port)?.length ?? 0) > 0) this.#addReachable(service, port)
    else if ([...instances.values()].every(({ length }) => length === 0)) {
      this.warnings.push(`Service ${hostname} has no endpoints`)
    } else this.#warnPort(service, port)
  }

  #addReachable(service: Service, port: number): void {
    const { hostname } = service
    this.internal.add(`${hostname}:${port}`)
    const [config] = this.#registry.snapshot.clusters
    for (const address of service.clusterVIPs.get(config.id) ?? [service.defaultAddress]) this.internalIps.add(address)
    const external = this.#externalOf(service)
    for (const address of external) this.external.add(address)
    if (external.length > 0 || service.kubernetes?.type !== LOAD_BALANCER || this.pending.has(hostname)) return
    this.pending.add(hostname)
    this.warnings.push(`Service ${hostname} waits for the address of its load balancer`)
  }

  /** Those of all clusters. */
  #externalOf({ hostname, kubernetes }: Service): readonly string[] {
    if (!kubernetes) return []
    const { clusters } = this.#registry.snapshot
    const same = clusters.map(({ id }) =>
      this.#registry.servicesOfCluster(id).find((each) => each.hostname === hostname),
    )
    return same.flatMap((each) => each?.kubernetes.externalAddresses ?? [])
  }

  /** Other ports of the Service have endpoints. */
  #warnPort(service: Service, port: number): void {
    const { hostname, namespace, labels, ports } = service
    const instances = this.#registry.instancesOf(namespace, hostname)
    const targeting = [...instances].filter(([, endpoints]) => endpoints.some((endpoint) => endpoint.port === port))
    const hasPort = ports.some(({ number }) => number === port)
    if (targeting.length > 0) {
      const meant = targeting.map(([number]) => number).sort((a, b) => a - b)
      this.#unusable(
        `Service ${hostname} has no port ${port}; its port ${meant.join(' or ')} leads to that of the pods`,
      )
      // The endpoints of a port of a managed Service are only late.
    } else if (!labels.has(MANAGED) || !hasPort) this.#unusable(`Service ${hostname} has no endpoints at port ${port}`)
  }
}

/**
 * What the Services of a Gateway say about its addresses.
 * @param hosts of the Services
 * @param ports of the Gateway's listeners
 */
export function resolveAddresses(
  registry: AllocatedRegistry,
  namespace: string,
  hosts: readonly string[],
  ports: readonly number[],
): ResolvedAddresses {
  const resolver = new Resolver(registry)
  for (const host of hosts) resolver.add(host, namespace, [...new Set(ports)])
  const { pending, warnings, isUsable } = resolver
  const sorted = (set: ReadonlySet<string>): readonly string[] => [...set].sort(compareBytes)
  return {
    internal: sorted(resolver.internal),
    internalIps: sorted(resolver.internalIps),
    external: sorted(resolver.external),
    pending,
    warnings: [...new Set(warnings)].sort(compareBytes),
    isUsable,
  }
}
