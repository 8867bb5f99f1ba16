/** The services of a whole scope, one per host (pilot/pkg/model/sidecar.go appendSidecarServices, canMergeServices). */

import { compareBytes } from '../common/bytes.ts'
import { areFew, comeOf, goneOf, type Hunk } from '../common/changes/hunks.ts'
import { changedMap } from '../common/changes/maps.ts'
import { EMPTY_MAP } from '../common/collections.ts'
import { selects } from '../kinds/resource.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { Port, Service } from '../registry/service.ts'
import type { ScopeContext } from './context.ts'
import { restrictingPort, trimToPort } from './egress.ts'
import type { EgressListenerView, VirtualServiceView } from './view.ts'

function samePorts(a: readonly Port[], b: readonly Port[]): boolean {
  return (
    a === b ||
    (a.length === b.length &&
      a.every((port, index) => {
        const other = b[index] as Port
        return port.number === other.number && port.name === other.name && port.protocol === other.protocol
      }))
  )
}

function sameMap(a: ReadonlyMap<string, string> | undefined, b: ReadonlyMap<string, string> | undefined): boolean {
  const left = a ?? EMPTY_MAP
  const right = b ?? EMPTY_MAP
  return left.size === right.size && selects(left, right)
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item))
}

/** Why two services of one host cannot be merged, undefined when they can; tested in the reference's order. */
export function mergeObstacle(a: Service, b: Service): string | undefined {
  if (a.namespace !== b.namespace) return 'namespace'
  if (a.resolution !== b.resolution) return 'resolution'
  if (a.registry !== b.registry) return 'registry'
  if (!sameMap(a.labels, b.labels)) return 'labels'
  if (!sameMap(a.selector, b.selector)) return 'workloadSelector'
  return sameSet(a.exportTo, b.exportTo) ? undefined : 'exportTo'
}

/** Services by host, in order of first addition. */
class MergedServices {
  readonly #byHost = new Map<string, Service>()
  /** The lists of ports of services that are merged here: they grow, because copying them for each service is quadratic. */
  readonly #growing = new Map<Service, { readonly ports: Port[]; readonly numbers: Set<number> }>()

  add(service: Service): void {
    const known = this.#byHost.get(service.hostname)
    if (known === undefined) this.#byHost.set(service.hostname, service)
    else if (known !== service) this.#combine(known, service)
  }

  #combine(known: Service, service: Service): void {
    if (known.registry !== service.registry) {
      if (service.registry === 'Kubernetes') this.#byHost.set(service.hostname, service)
      return
    }
    if (samePorts(known.ports, service.ports) || mergeObstacle(known, service) !== undefined) return
    const { ports, numbers } = this.#growing.get(known) ?? this.#grow(known)
    const added = service.ports.filter((port) => !numbers.has(port.number))
    for (const port of added) {
      ports.push(port)
      numbers.add(port.number)
    }
  }

  /** Puts a copy in the place of a service, whose list of ports may grow. */
  #grow(service: Service): { readonly ports: Port[]; readonly numbers: Set<number> } {
    const ports = [...service.ports]
    const copy = { ...service, ports }
    const growing = { ports, numbers: new Set(ports.map(({ number }) => number)) }
    this.#byHost.set(service.hostname, copy)
    this.#growing.set(copy, growing)
    return growing
  }

  get byHost(): ReadonlyMap<string, Service> {
    return this.#byHost
  }
}

/** The destination ports in a VirtualService by host; 0 for a destination without one. */
function destinationPorts(view: VirtualServiceView, namespace: string): ReadonlyMap<string, ReadonlySet<number>> {
  const out = new Map<string, Set<number>>()
  const add = (
    destination: { readonly host: string; readonly port?: { readonly number: number } | undefined } | undefined,
  ) => {
    if (!destination) return
    const ports = out.get(destination.host) ?? new Set<number>()
    out.set(destination.host, ports)
    ports.add(destination.port?.number ?? 0)
  }
  for (const route of view.http) {
    const bound = route.match.map((match) => match.sourceNamespace).filter((source) => source !== '')
    if (bound.length > 0 && !bound.includes(namespace)) continue
    for (const { destination } of route.route) add(destination)
    add(route.mirror)
    for (const { destination } of route.mirrors) add(destination)
  }
  for (const rule of [...view.tcp, ...view.tls]) for (const { destination } of rule.route) add(destination)
  return out
}

/**
 * The service of a host that only a VirtualService refers to: the own namespace's, otherwise a Kubernetes one,
 * otherwise the oldest visible. Releases without that preference take the first namespace by name.
 */
export function inferredService(host: string, namespace: string, context: ScopeContext): Service | undefined {
  const own = context.registry.serviceOf(host, namespace)
  if (own) return own
  const all = context.registry.servicesByHost.get(host) ?? []
  const visible = all.filter((service) => context.visibility.isVisible(service, namespace))
  if (context.registry.snapshot.features.has('best-service-namespace')) {
    return visible.find((service) => service.registry === 'Kubernetes') ?? visible[0]
  }
  const namespaces = visible.map((service) => service.namespace).sort(compareBytes)
  const [first] = namespaces
  return first === undefined ? undefined : context.registry.serviceOf(host, first)
}

function withPorts(service: Service, ports: ReadonlySet<number>): Service | undefined {
  if (ports.has(0)) return service
  const kept = service.ports.filter((port) => ports.has(port.number))
  return kept.length > 0 ? { ...service, ports: kept } : undefined
}

function addInferred(
  merged: MergedServices,
  listener: EgressListenerView,
  view: VirtualServiceView,
  namespace: string,
  context: ScopeContext,
): void {
  const port = restrictingPort(listener.spec)
  for (const [host, ports] of destinationPorts(view, namespace)) {
    const service = inferredService(host, namespace, context)
    if (!service) continue
    const trimmed = port === 0 ? withPorts(service, ports) : trimToPort(service, port)
    if (trimmed) merged.add(trimmed)
  }
}

/** The services of a scope, one per host. */
export interface ScopeServices {
  readonly byHost: ReadonlyMap<string, Service>
  /** In the order of `byHost`. */
  readonly services: readonly Service[]
}

const mergeAll = (services: readonly Service[]): ScopeServices => {
  const merged = new MergedServices()
  for (const service of services) merged.add(service)
  const { byHost } = merged
  // Each host has one service.
  if (byHost.size === services.length) return { byHost, services }
  return { byHost, services: [...byHost.values()] }
}

/**
 * The merged services of a list.
 * @param id of the proxy
 */
export function mergeServices(services: readonly Service[], id: string, { registry }: ScopeContext): ScopeServices {
  const { memory } = registry.snapshot
  if (!memory) return mergeAll(services)
  return memory.recallWhole(mergeAll, id, services, [], {
    compute: mergeAll,
    change: (before, hunks) => mergedAfter(before, hunks, services, registry),
  })
}

/** After changes of hosts that have one service each, in a list of such hosts; undefined for others. */
function mergedAfter(
  { byHost }: ScopeServices,
  hunks: readonly Hunk<Service>[],
  services: readonly Service[],
  { servicesByHost }: ScopeContext['registry'],
): ScopeServices | undefined {
  const added = comeOf(hunks).length - goneOf(hunks).length
  if (!areFew(hunks) || byHost.size + added !== services.length) return undefined
  const changes = new Map<string, Service | undefined>()
  for (const { hostname } of goneOf(hunks)) changes.set(hostname, undefined)
  for (const service of comeOf(hunks)) changes.set(service.hostname, service)
  const gone = new Set(goneOf(hunks))
  for (const [host, service] of changes) {
    const known = byHost.get(host)
    if ((known && !gone.has(known)) || (servicesByHost.get(host)?.length ?? 0) > (service ? 1 : 0)) return undefined
  }
  return { byHost: changedMap(byHost, changes, () => mergeAll(services).byHost), services }
}

/** The merged services of a sidecar: for each listener its imports, then the destinations of its VirtualServices. */
export function mergeListeners(
  listeners: readonly EgressListenerView[],
  { id, namespace }: Proxy,
  context: ScopeContext,
): ScopeServices {
  const [only] = listeners
  if (only && listeners.length === 1 && only.virtualServices.length === 0) {
    return mergeServices(only.services, id, context)
  }
  const merged = new MergedServices()
  for (const listener of listeners) {
    for (const service of listener.services) merged.add(service)
    for (const view of listener.virtualServices) addInferred(merged, listener, view, namespace, context)
  }
  return { byHost: merged.byHost, services: [...merged.byHost.values()] }
}
