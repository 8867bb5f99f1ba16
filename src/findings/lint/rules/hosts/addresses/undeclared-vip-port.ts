import { groupBy } from '../../../../../common/collections.ts'
import { oncePer } from '../../../../../common/once.ts'
import type { DestinationRuleResource, VirtualServiceResource } from '../../../../../kinds/index.ts'
import type { TrafficPolicy } from '../../../../../kinds/messages/destination-rule.ts'
import { describeResource, type Resource } from '../../../../../kinds/resource.ts'
import type { Registry } from '../../../../../registry/registry.ts'
import { isWildcard, type Service, serviceLocation } from '../../../../../registry/service.ts'
import type { ScopeContext } from '../../../../../scope/context.ts'
import { completeHost } from '../../../../../scope/names.ts'
import type { VirtualServiceView } from '../../../../../scope/view.ts'
import { MESH_GATEWAY } from '../../../../../scope/virtual-services.ts'
import type { PathStep } from '../../../../../sources/document.ts'
import type { Location } from '../../../../../sources/location.ts'
import type { HostRule } from '../../../rule.ts'
import { portsText } from '../texts.ts'
import { answeredAddresses } from './own-addresses.ts'

/** A reference to a port of a host. */
interface Reference {
  readonly host: string
  readonly port: number
  readonly resource: Resource
  readonly location: Location
}

interface Match {
  readonly port: number
  readonly gateways: readonly string[]
}

/** The port of a match is the host's for proxies, and the server's for gateways. */
function isOfProxies(match: Match, { gateways }: VirtualServiceView): boolean {
  if (match.gateways.length > 0) return match.gateways.every((gateway) => gateway === MESH_GATEWAY)
  return gateways.every((gateway) => gateway === MESH_GATEWAY)
}

function* matchesOf(view: VirtualServiceView): Iterable<readonly [VirtualServiceResource, readonly PathStep[], Match]> {
  for (const { match, writtenIn, index } of view.http) {
    for (const [at, item] of match.entries()) yield [writtenIn, ['spec', 'http', index, 'match', at, 'port'], item]
  }
  for (const kind of ['tls', 'tcp'] as const) {
    for (const [index, { match }] of view[kind].entries()) {
      for (const [at, item] of match.entries()) yield [view.source, ['spec', kind, index, 'match', at, 'port'], item]
    }
  }
}

function* ofVirtualService(view: VirtualServiceView): Iterable<Reference> {
  for (const [resource, path, match] of matchesOf(view)) {
    if (match.port === 0 || !isOfProxies(match, view)) continue
    for (const host of view.hosts)
      yield { host, port: match.port, resource, location: resource.location.child(...path) }
  }
  for (const kind of ['http', 'tls', 'tcp'] as const) {
    for (const [index, { route }] of view[kind].entries()) {
      for (const [at, { destination }] of route.entries()) {
        const port = destination?.port?.number ?? 0
        if (!destination || port === 0) continue
        const location = view.source.location.child('spec', kind, index, 'route', at, 'destination', 'port')
        yield { host: destination.host, port, resource: view.source, location }
      }
    }
  }
}

function* portsOfPolicy(policy: TrafficPolicy | undefined, location: Location): Iterable<readonly [number, Location]> {
  for (const [index, { port }] of (policy?.portLevelSettings ?? []).entries()) {
    if (port) yield [port.number, location.child('trafficPolicy', 'portLevelSettings', index, 'port')]
  }
}

function* ofDestinationRule(resource: DestinationRuleResource): Iterable<Reference> {
  const { spec, meta } = resource
  const host = completeHost(spec.host, meta.namespace)
  const at = resource.location.child('spec')
  for (const [port, location] of portsOfPolicy(spec.trafficPolicy, at)) yield { host, port, resource, location }
  for (const [index, { trafficPolicy }] of spec.subsets.entries()) {
    for (const [port, location] of portsOfPolicy(trafficPolicy, at.child('subsets', index))) {
      yield { host, port, resource, location }
    }
  }
}

function* references({ virtualServices, registry }: ScopeContext): Iterable<Reference> {
  for (const view of virtualServices.allOf(MESH_GATEWAY)) yield* ofVirtualService(view)
  for (const rule of registry.snapshot.istio.destinationRules) yield* ofDestinationRule(rule)
}

const isDeclared = ({ host, port }: Reference, { servicesByHost }: Registry): boolean =>
  (servicesByHost.get(host) ?? []).some(({ ports }) => ports.some(({ number }) => number === port))

/** References to undeclared ports of declared hosts, by host, each port once. */
const undeclaredPorts = oncePer((scope: ScopeContext): ReadonlyMap<string, readonly Reference[]> => {
  const { registry } = scope
  const found = new Map<string, Reference>()
  for (const reference of references(scope)) {
    const key = `${reference.port} ${reference.host}`
    if (isWildcard(reference.host) || !registry.servicesByHost.has(reference.host)) continue
    if (!found.has(key) && !isDeclared(reference, registry)) found.set(key, reference)
  }
  return groupBy(found.values(), ({ host }) => host)
})

function declared({ ports }: Service): string {
  return ports.length > 0 ? `only ${portsText(ports.map(({ number }) => number))}` : 'no ports'
}

export const undeclaredVipPort: HostRule = {
  concernsHost: ({ host, mesh }) => undeclaredPorts(mesh.scope).has(host),
  *checkHost({ host, merged: service, view, mesh }) {
    if (!view.proxy.dnsCapture || service?.registry !== 'External') return
    const undeclared = undeclaredPorts(mesh.scope).get(host)
    if (!undeclared || answeredAddresses(service, view).length === 0) return
    for (const { port, resource, location } of undeclared) {
      yield {
        message:
          `${describeResource(resource)} refers to port ${port} of ${host}, which has ${declared(service)}: DNS of the proxy answers the host for all ports, and ` +
          `connections to ${port} lead nowhere`,
        resource: service.source,
        location: serviceLocation(service),
        related: [{ message: `${describeResource(resource)} refers to the port`, location }],
      }
    }
  },
}
