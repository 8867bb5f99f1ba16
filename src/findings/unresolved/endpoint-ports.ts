/** Endpoint ports whose name is not a port name of the service: EDS matches by name, so nothing reaches them. */
import { append } from '../../common/collections.ts'
import type { EndpointSlice, WorkloadEntryResource } from '../../kinds/index.ts'
import { describeResource, selects } from '../../kinds/resource.ts'
import { hostOfSlice } from '../../registry/endpoint-slices.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Service } from '../../registry/service.ts'
import type { Finding } from '../finding.ts'

const named = (name: string): string => (name === '' ? 'without a name' : `named ${name}`)

function slicePorts(slice: EndpointSlice, service: Service): Finding[] {
  const names = new Set(service.ports.map((port) => port.name))
  return slice.spec.ports.flatMap((port, index) => {
    const name = port.name ?? ''
    if (names.has(name)) return []
    return {
      code: 'endpoint-port-unknown',
      message: `${describeResource(slice)}: ${describeResource(service.source)} has no port ${named(name)}, so these endpoints are not used`,
      location: slice.location.child('ports', index),
    }
  })
}

/** The port names for which entries and Services select a WorkloadEntry; undefined when none selects it. */
function askedNames(entry: WorkloadEntryResource, selecting: SelectingServices): ReadonlySet<string> | undefined {
  const services = selecting.of(entry, new Map([...entry.spec.labels, ...entry.meta.labels]))
  if (services.length === 0) return undefined
  const out = new Set<string>()
  for (const { source } of services) {
    for (const port of source.spec.ports) {
      out.add(port.name)
      if (typeof port.targetPort === 'string') out.add(port.targetPort)
    }
  }
  return out
}

function workloadPorts(entry: WorkloadEntryResource, selecting: SelectingServices): Finding[] {
  const asked = entry.spec.ports.size > 0 ? askedNames(entry, selecting) : undefined
  if (!asked) return []
  return [...entry.spec.ports.keys()]
    .filter((name) => !asked.has(name))
    .map((name) => ({
      code: 'endpoint-port-unknown',
      message: `${describeResource(entry)}: nothing that selects it has a port ${named(name)}, so this port is not used`,
      location: entry.location.child('spec', 'ports', name),
    }))
}

const labelKey = (namespace: string, key: string, value: string): string => `${namespace}\n${key}\n${value}`

/** Services with a selector, which may select a WorkloadEntry. */
class SelectingServices {
  /** By the first label of the selector. */
  readonly #byLabel = new Map<string, Service[]>()
  /** Entries may have an empty selector. */
  readonly #byNamespace = new Map<string, Service[]>()

  constructor(registry: Registry) {
    for (const service of registry.services) this.#add(service)
  }

  #add(service: Service): void {
    const { selector, namespace } = service
    if (selector === undefined) return
    const [label] = selector
    if (label) append(this.#byLabel, labelKey(namespace, ...label), service)
    else if (service.registry !== 'Kubernetes') append(this.#byNamespace, namespace, service)
  }

  of({ meta: { namespace } }: WorkloadEntryResource, labels: ReadonlyMap<string, string>): readonly Service[] {
    const asking = [...labels].flatMap((label) => this.#byLabel.get(labelKey(namespace, ...label)) ?? [])
    const selecting = asking.filter(({ selector }) => selector !== undefined && selects(selector, labels))
    return [...(this.#byNamespace.get(namespace) ?? []), ...selecting]
  }
}

export function unknownEndpointPorts(registry: Registry): Finding[] {
  const out: Finding[] = []
  for (const cluster of registry.snapshot.clusters) {
    for (const slice of cluster.endpointSlices) {
      const service = registry.serviceOf(hostOfSlice(slice) ?? '', slice.meta.namespace)
      if (service?.registry === 'Kubernetes') out.push(...slicePorts(slice, service))
    }
  }
  const entries = registry.snapshot.istio.workloadEntries.filter((entry) => entry.spec.ports.size > 0)
  if (entries.length === 0) return out
  const selecting = new SelectingServices(registry)
  for (const entry of entries) out.push(...workloadPorts(entry, selecting))
  return out
}
