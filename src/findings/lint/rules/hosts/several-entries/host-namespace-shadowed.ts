import { oncePer } from '../../../../../common/once.ts'
import type { ServiceEntryResource } from '../../../../../kinds/index.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import { type ExternalService, isExternal, portLocation, type Service } from '../../../../../registry/service.ts'
import type { Found, HostRule } from '../../../rule.ts'
import type { HostSubject } from '../../../subjects.ts'
import { isImported, listenerImports } from '../imports.ts'
import { comparableText, listText, MOST_NAMED, portsText } from '../texts.ts'

const placeOf = ({ source, hostIndex }: Service) => source.location.child('spec', 'hosts', hostIndex)

/** Tells which services of other namespaces a proxy would import if it had not chosen another one. */
function importer({ view, mesh }: HostSubject): (service: Service) => boolean {
  const { namespace } = view.proxy
  const listeners = view.egressListeners.map(
    ({ spec }) => spec && listenerImports(spec, namespace, mesh.registry.snapshot.features),
  )
  return (service) =>
    mesh.scope.visibility.isVisible(service, namespace) &&
    listeners.some((listener) => listener === undefined || isImported(service, listener))
}

/** The services of a host in namespaces other than the ones that a proxy uses. */
function shadowedServices(subject: HostSubject): readonly ExternalService[] {
  const { services, declared } = subject
  const [used] = services
  if (!used || declared.length < 2) return []
  const external = declared.filter(isExternal)
  if (declared.every(({ namespace }) => namespace === used.namespace) || external.length < declared.length) return []
  // Each egress listener of a Sidecar chooses separately.
  const namespaces = new Set(services.map(({ namespace }) => namespace))
  // One service per entry is enough.
  const bySource = new Map(external.map((other) => [other.source, other]))
  const isImportable = importer(subject)
  return [...bySource.values()].filter((other) => !namespaces.has(other.namespace) && isImportable(other))
}

/** The destination and the ports of an entry, as text. */
const meaningOf = oncePer(({ spec }: ServiceEntryResource): string => {
  const { addresses, ports, resolution, location, endpoints, workloadSelector } = spec
  const numbers = ports.map(({ number, protocol, targetPort }) => [number, protocol.toUpperCase(), targetPort])
  return comparableText([addresses, numbers, resolution, location, endpoints, workloadSelector?.labels])
})

/** Returns a function that lists an entry's ports that a proxy lacks. */
function lostPorts({ merged }: HostSubject): (service: Service) => readonly number[] {
  const used = new Set(merged?.ports.map(({ number }) => number))
  return ({ ports }) => ports.filter(({ number }) => !used.has(number)).map(({ number }) => number)
}

function whyFirst({ mesh }: HostSubject, used: Service, shadowed: Service): string {
  const { exportToOf } = mesh.scope.visibility
  if (!exportToOf(used).has('*') && exportToOf(shadowed).has('*')) return 'which is exported to the namespace by name'
  const stated = used.creationTime > 0 && used.creationTime < shadowed.creationTime
  return stated ? 'which is older' : 'the first by namespace (order assumed: creation times are missing or equal)'
}

/** Proxies in the entry's own namespace lack ports that other namespaces declare. */
function* ownHides(subject: HostSubject, used: Service, shadowed: readonly Service[]): Iterable<Found> {
  const lost = lostPorts(subject)
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

function* othersUnused(
  subject: HostSubject,
  used: ExternalService,
  shadowed: readonly ExternalService[],
): Iterable<Found> {
  for (const other of shadowed) {
    if (meaningOf(other.source) === meaningOf(used.source)) continue
    yield {
      message:
        `${used.hostname} is taken from ${describeResource(used.source)}, ${whyFirst(subject, used, other)}: ` +
        'this entry has no effect there',
      resource: other.source,
      location: placeOf(other),
      related: [{ message: `${describeResource(used.source)} is used instead`, location: placeOf(used) }],
    }
  }
}

export const hostNamespaceShadowed: HostRule = {
  concernsHost: ({ declared }) => declared.length > 1,
  checkHost(subject) {
    const [used] = subject.services
    const shadowed = shadowedServices(subject)
    if (used?.registry !== 'External' || shadowed.length === 0) return []
    const isOwn = used.namespace === subject.view.proxy.namespace
    return isOwn ? ownHides(subject, used, shadowed) : othersUnused(subject, used, shadowed)
  },
}
