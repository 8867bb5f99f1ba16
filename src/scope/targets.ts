/** The services that a proxy implements (pilot/pkg/model/context.go SetServiceTargets, GetProxyServiceTargets). */
import type { AllocatedRegistry } from '../allocation/allocation.ts'
import { compareBytes } from '../common/bytes.ts'
import type { Pod, ServiceEntryResource } from '../kinds/index.ts'
import type { Container } from '../kinds/kubernetes/pod.ts'
import type { KubeServicePort } from '../kinds/kubernetes/service.ts'
import { selects } from '../kinds/resource.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { Workload } from '../registry/endpoint.ts'
import { hostOfSlice } from '../registry/endpoint-slices.ts'
import type { KubernetesService, Service } from '../registry/service.ts'
import { targetPortAt } from '../registry/shards.ts'
import { containersWithPorts } from '../registry/workloads.ts'
import type { ClusterObjects } from '../resources/snapshot.ts'
import type { ServiceTarget } from './view.ts'

const portsOf = (service: KubernetesService): readonly KubeServicePort[] => service.source.spec.ports

function target(service: Service, index: number, targetPort: number): ServiceTarget[] {
  const port = service.ports[index]
  return port ? [{ service, port, targetPort }] : []
}

/** Whether an entry in the proxy's namespace has an address or selects a workload of the proxy. */
function entryMayTarget(entry: ServiceEntryResource, proxy: Proxy, workloads: readonly Workload[]): boolean {
  const selector = entry.spec.workloadSelector?.labels
  if (selector) return workloads.some((workload) => selects(selector, workload.endpoint.labels))
  return entry.spec.endpoints.some((endpoint) => proxy.ips.includes(endpoint.address))
}

function entryTargets(registry: AllocatedRegistry, proxy: Proxy): ServiceTarget[] {
  const own = registry.workloads.all.filter(
    (workload) => workload.namespace === proxy.namespace && proxy.ips.includes(workload.addresses[0] ?? ''),
  )
  const entries = new Set(
    registry.snapshot.istio.serviceEntries.filter(
      (entry) => entry.meta.namespace === proxy.namespace && entryMayTarget(entry, proxy, own),
    ),
  )
  if (entries.size === 0) return []
  const services = registry.services.filter((service) => service.registry === 'External' && entries.has(service.source))
  return proxy.ips.flatMap((ip) => services.flatMap((service) => targetsAt(registry, service, ip)))
}

function targetsAt(registry: AllocatedRegistry, service: Service, ip: string): ServiceTarget[] {
  const out: ServiceTarget[] = []
  for (const shard of registry.shardsOf(service.namespace, service.hostname)) {
    if (shard.provider !== 'External') continue
    for (const [index, port] of service.ports.entries()) {
      const found = shard.endpoints.find(
        (endpoint) => endpoint.addresses[0] === ip && endpoint.servicePortNumber === port.number,
      )
      if (found) out.push(...target(service, index, found.port))
    }
  }
  return out
}

/** Services in the proxy's cluster and namespace, by host. */
function kubernetesServices(registry: AllocatedRegistry, proxy: Proxy): readonly KubernetesService[] {
  return registry.servicesOfCluster(proxy.clusterId).filter((service) => service.namespace === proxy.namespace)
}

const hasSelector = (service: Service): boolean => (service.selector?.size ?? 0) > 0

const isSelectedBy = (labels: ReadonlyMap<string, string>) => (service: Service) =>
  service.selector !== undefined && hasSelector(service) && selects(service.selector, labels)

/** The proxy's WorkloadEntry: the one of its name, otherwise one at its address, preferably in its namespace. */
function workloadEntryOf(registry: AllocatedRegistry, proxy: Proxy): Workload | undefined {
  const at = registry.workloads.all.filter(
    (workload) => workload.kind === 'WorkloadEntry' && !workload.dnsOnly && workload.addresses[0] === proxy.ips[0],
  )
  return (
    at.find((workload) => `${workload.name}.${workload.namespace}` === proxy.id) ??
    at.find((workload) => workload.namespace === proxy.namespace) ??
    at[0]
  )
}

function targetsOfWorkloadEntry(workload: Workload, services: readonly KubernetesService[]): ServiceTarget[] {
  const labels = workload.endpoint.labels
  return services
    .filter((service) => service.namespace === workload.namespace && service.resolution === 'ClientSideLB')
    .filter(isSelectedBy(labels))
    .flatMap((service) =>
      portsOf(service).flatMap((port, index) => {
        if (service.ports[index]?.protocol === 'UDP') return []
        // As in the reference, the first port with the same name or number is used.
        const first = portsOf(service).find((item) => item.name === port.name || item.port === port.port) ?? port
        const number = targetPortAt(workload, first)
        return number === undefined ? [] : target(service, index, number)
      }),
    )
}

function containerPort(containers: readonly Container[], name: string, protocol: string): number | undefined {
  for (const container of containers) {
    for (const port of container.ports) if (port.name === name && port.protocol === protocol) return port.containerPort
  }
  return undefined
}

/** Keeps the first of several ports with the same target port and protocol. */
function withoutRepeats(service: KubernetesService, numbers: readonly (number | undefined)[]): ServiceTarget[] {
  const seen = new Set<string>()
  return numbers.flatMap((number, index) => {
    const protocol = portsOf(service)[index]?.protocol
    const key = `${number}/${protocol}`
    if (number === undefined || seen.has(key)) return []
    seen.add(key)
    return target(service, index, number)
  })
}

function targetsOfPod(pod: Pod, services: readonly KubernetesService[], sidecarPorts: boolean): ServiceTarget[] {
  const containers = containersWithPorts(pod, sidecarPorts)
  return services.filter(isSelectedBy(pod.meta.labels)).flatMap((service) =>
    withoutRepeats(
      service,
      portsOf(service).map(({ targetPort, port, protocol }) =>
        typeof targetPort === 'string' ? containerPort(containers, targetPort, protocol) : (targetPort ?? port),
      ),
    ),
  )
}

/** Services without a selector whose slices contain the proxy's address. */
function targetsOfSlices(
  cluster: ClusterObjects,
  services: readonly KubernetesService[],
  proxy: Proxy,
): ServiceTarget[] {
  const byHost = new Map(services.map((service) => [service.hostname, service]))
  const out: ServiceTarget[] = []
  for (const slice of cluster.endpointSlices) {
    if (slice.meta.namespace !== proxy.namespace) continue
    const service = byHost.get(hostOfSlice(slice) ?? '')
    if (!service) continue
    const here = slice.spec.endpoints.some((endpoint) => endpoint.addresses.includes(proxy.ips[0] ?? ''))
    if (!here) continue
    for (const port of slice.spec.ports) {
      const index = service.ports.findIndex((candidate) => candidate.name === (port.name ?? ''))
      out.push(...target(service, index, port.port ?? 0))
    }
  }
  return out
}

interface DeclaredPort {
  readonly name: string
  readonly containerPort: number
  readonly protocol: string
}

/** The containers' ports from POD_PORTS, which is JSON text; undefined when absent or invalid. */
function declaredPorts(proxy: Proxy): readonly DeclaredPort[] | undefined {
  const text = proxy.metadata.get('POD_PORTS')
  if (!text) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? (value as DeclaredPort[]) : undefined
  } catch {
    return undefined
  }
}

function targetsOfLabels(proxy: Proxy, services: readonly KubernetesService[]): ServiceTarget[] {
  if (proxy.labels.size === 0) return []
  const declared = declaredPorts(proxy)
  const resolve = ({ targetPort, port, protocol }: KubeServicePort): number | undefined => {
    if (typeof targetPort === 'number') return targetPort
    if (targetPort === undefined) return port
    if (!declared) return /^[0-9]+$/.test(targetPort) ? Number(targetPort) : 0
    return declared.find((item) => item.name === targetPort && (item.protocol || 'TCP') === protocol)?.containerPort
  }
  return services
    .filter(isSelectedBy(proxy.labels))
    .flatMap((service) => withoutRepeats(service, portsOf(service).map(resolve)))
}

/** Uses the proxy's own pod, otherwise a ready one at its address. */
function kubernetesTargets(registry: AllocatedRegistry, proxy: Proxy): ServiceTarget[] {
  const cluster = registry.snapshot.clusters.find((candidate) => candidate.id === proxy.clusterId)
  if (!cluster) return []
  const isConfig = cluster.id === registry.snapshot.clusters[0].id
  const entry = isConfig ? workloadEntryOf(registry, proxy) : undefined
  if (entry) {
    const services = registry.services.filter((service) => service.registry === 'Kubernetes')
    return targetsOfWorkloadEntry(entry, services)
  }
  const services = kubernetesServices(registry, proxy)
  if (!proxy.pod) return targetsOfLabels(proxy, services)
  const selected = targetsOfPod(proxy.pod, services, registry.snapshot.features.has('ports-of-native-sidecars'))
  return services.some(isSelectedBy(proxy.pod.meta.labels)) ? selected : targetsOfSlices(cluster, services, proxy)
}

/** All services that the proxy implements, oldest first, then by host. */
export function serviceTargets(registry: AllocatedRegistry, proxy: Proxy): readonly ServiceTarget[] {
  return [...entryTargets(registry, proxy), ...kubernetesTargets(registry, proxy)].sort(
    (a, b) => a.service.creationTime - b.service.creationTime || compareBytes(a.service.hostname, b.service.hostname),
  )
}
