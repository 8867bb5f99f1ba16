import { groupBy } from '../../../../common/collections.ts'
import type { ServiceEntryResource } from '../../../../kinds/index.ts'
import { describeResource } from '../../../../kinds/resource.ts'
import { portLocation, type Service } from '../../../../registry/service.ts'
import type { EgressListenerView } from '../../../../scope/view.ts'
import { type Found, hostSubject, type ScopedFound, type ScopeFacts, type ScopeRule } from '../../rule.ts'
import { isImported, listenerImports } from './imports.ts'
import { repeatedHosts } from './repeated-hosts.ts'
import { comparableText, listText, MOST_NAMED, portsText } from './texts.ts'

const entryOf = (service: Service): ServiceEntryResource => service.source as ServiceEntryResource

const placeOf = ({ source, hostIndex }: Service) => source.location.child('spec', 'hosts', hostIndex)

/** Which services of other namespaces a proxy would import if its own choice were not made yet. */
function importer(facts: ScopeFacts): (service: Service) => boolean {
  const { view, scope } = facts
  const { namespace } = view.proxy
  const listeners = view.egressListeners.map(({ spec }: EgressListenerView) => spec && listenerImports(spec, namespace))
  return (service) =>
    scope.visibility.isVisible(service, namespace) &&
    listeners.some((listener) => listener === undefined || isImported(service, listener))
}

const ofKubernetes = ({ registry }: Service): boolean => registry === 'Kubernetes'

/** Of hosts that several services have, those that a proxy uses. */
function usedOf({ services, registry }: ScopeFacts): ReadonlyMap<string, readonly [Service, ...Service[]]> {
  const repeated = repeatedHosts(registry)
  if (repeated.size === 0) return new Map()
  return groupBy(
    services.filter(({ hostname }) => repeated.has(hostname)),
    ({ hostname }) => hostname,
  )
}

/** Of each host with services in several namespaces, the first that is used and those that are not. */
function* contestedHosts(
  facts: ScopeFacts,
): Iterable<{ readonly used: Service; readonly shadowed: readonly Service[] }> {
  const imported = importer(facts)
  for (const [host, services] of usedOf(facts)) {
    const [used] = services
    const all = facts.registry.servicesByHost.get(host) ?? []
    if (all.every(({ namespace }) => namespace === used.namespace) || all.some(ofKubernetes)) continue
    // Each egress listener of a Sidecar makes its own choice.
    const namespaces = new Set(services.map(({ namespace }) => namespace))
    // Of several addresses of an entry one stands for all.
    const bySource = new Map(all.map((other) => [other.source, other]))
    const shadowed = [...bySource.values()].filter((other) => !namespaces.has(other.namespace) && imported(other))
    if (shadowed.length > 0) yield { used, shadowed }
  }
}

const DECLARED = new WeakMap<ServiceEntryResource, string>()

/** What decides where connections go and which ports there are. */
function declared(service: Service): string {
  const entry = entryOf(service)
  const { addresses, ports, resolution, location, endpoints, workloadSelector } = entry.spec
  const known = DECLARED.get(entry)
  if (known !== undefined) return known
  const numbers = ports.map(({ number, protocol, targetPort }) => [number, protocol.toUpperCase(), targetPort])
  const text = comparableText([addresses, numbers, resolution, location, endpoints, workloadSelector?.labels])
  DECLARED.set(entry, text)
  return text
}

/** Tells which ports of an entry a proxy does not have. */
function lostPorts({ view }: ScopeFacts, host: string): (service: Service) => readonly number[] {
  const used = new Set(view.serviceByHost.get(host)?.ports.map(({ number }) => number))
  return ({ ports }) => ports.filter(({ number }) => !used.has(number)).map(({ number }) => number)
}

function whyFirst({ scope }: ScopeFacts, used: Service, shadowed: Service): string {
  const { exportToOf } = scope.visibility
  if (!exportToOf(used).has('*') && exportToOf(shadowed).has('*')) return 'which is exported to the namespace by name'
  const stated = used.creationTime > 0 && used.creationTime < shadowed.creationTime
  return stated ? 'which is older' : 'the first by namespace (order assumed: creation times are missing or equal)'
}

/** Proxies of the entry's own namespace, which have it in mind, miss ports that others declare. */
function* ownHides(facts: ScopeFacts, used: Service, shadowed: readonly Service[]): Iterable<Found> {
  const lost = lostPorts(facts, used.hostname)
  const hiding = shadowed.filter((other) => lost(other).length > 0)
  if (hiding.length === 0) return
  const ports = [...new Set(hiding.flatMap(lost))].sort((a, b) => a - b)
  const names = listText(hiding.map(({ source }) => describeResource(source)))
  yield {
    message:
      `${used.hostname}: proxies of its own namespace get only this entry, which hides ${portsText(ports)} of ${names} ` +
      'from them',
    resource: used.source,
    location: placeOf(used),
    related: hiding.slice(0, MOST_NAMED).map((other) => ({
      message: `${describeResource(other.source)} declares ${portsText(lost(other))}`,
      location: portLocation(other, lost(other)[0] ?? 0),
    })),
  }
}

function* othersUnused(facts: ScopeFacts, used: Service, shadowed: readonly Service[]): Iterable<Found> {
  for (const other of shadowed) {
    if (declared(other) === declared(used)) continue
    yield {
      message:
        `${used.hostname} is taken from ${describeResource(used.source)}, ${whyFirst(facts, used, other)}: ` +
        'this entry has no effect there',
      resource: other.source,
      location: placeOf(other),
      related: [{ message: `${describeResource(used.source)} is used instead`, location: placeOf(used) }],
    }
  }
}

export const hostNamespaceShadowed: ScopeRule = {
  *checkScope(facts): Iterable<ScopedFound> {
    for (const { used, shadowed } of contestedHosts(facts)) {
      const isOwn = used.namespace === facts.view.proxy.namespace
      const found = isOwn ? ownHides(facts, used, shadowed) : othersUnused(facts, used, shadowed)
      for (const item of found) yield { ...item, subject: hostSubject(used.hostname) }
    }
  },
}
