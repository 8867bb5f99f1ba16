/** Destinations of VirtualServices that do not exist: istiod keeps such a route, but its cluster is missing. */
import { nearestAll } from '../../common/nearest.ts'
import { nearestHosts } from '../../common/nearest-hosts.ts'
import type { VirtualServiceResource } from '../../kinds/index.ts'
import type { Destination } from '../../kinds/messages/virtual-service.ts'
import { describeResource } from '../../kinds/resource.ts'
import { completeGateway, completeHost } from '../../scope/names.ts'
import type { ProxyView } from '../../scope/view.ts'
import { MESH_GATEWAY } from '../../scope/virtual-services.ts'
import type { PathStep } from '../../sources/document.ts'
import type { Finding } from '../finding.ts'

export interface PlacedDestination {
  readonly destination: Destination
  /** From the object's root. */
  readonly path: readonly PathStep[]
}

/** Every destination of a VirtualService, including mirrors. */
export function* destinationsOf({ spec }: VirtualServiceResource): Iterable<PlacedDestination> {
  for (const kind of ['http', 'tls', 'tcp'] as const) {
    for (const [index, rule] of spec[kind].entries()) {
      for (const [at, { destination }] of rule.route.entries()) {
        if (destination) yield { destination, path: ['spec', kind, index, 'route', at, 'destination'] }
      }
    }
  }
  for (const [index, { mirror, mirrors }] of spec.http.entries()) {
    if (mirror) yield { destination: mirror, path: ['spec', 'http', index, 'mirror'] }
    for (const [at, { destination }] of mirrors.entries()) {
      if (destination) yield { destination, path: ['spec', 'http', index, 'mirrors', at, 'destination'] }
    }
  }
}

/** The namespaces of the Gateways that a VirtualService names. */
export function gatewayNamespaces({ spec, meta }: VirtualServiceResource): readonly string[] {
  return spec.gateways
    .map((gateway) => completeGateway(gateway, meta.namespace))
    .filter((gateway) => gateway !== MESH_GATEWAY)
    .map((gateway) => gateway.slice(0, gateway.indexOf('/')))
}

const didYouMean = (close: readonly string[]): string | undefined =>
  close.length > 0 ? `did you mean ${close.join(' or ')}?` : undefined

/** The budget of comparisons between unknown hosts and hosts of the mesh; the first host is always compared. */
const MOST_COMPARISONS = 400_000
/** The limit of suggestions, also in a small mesh. */
const MOST_SUGGESTIONS = 20

function unknownHost(
  source: VirtualServiceResource,
  host: string,
  path: readonly PathStep[],
  hosts: Iterable<string>,
): Finding {
  return {
    code: 'destination-host-unknown',
    message: `${describeResource(source)}: no service of the input has the host ${host}, so the route leads to a cluster that does not exist`,
    hint: didYouMean(nearestHosts(host, hosts, 2)),
    location: source.location.child(...path, 'host'),
  }
}

function unknownSubset(
  source: VirtualServiceResource,
  { subset }: Destination,
  host: string,
  path: readonly PathStep[],
  known: readonly string[],
): Finding {
  const rules = known.length > 0 ? `its subsets are ${known.join(', ')}` : 'no DestinationRule that applies has subsets'
  return {
    code: 'destination-subset-unknown',
    message: `${describeResource(source)}: ${host} has no subset ${subset}, so the route leads to a cluster that does not exist; ${rules}`,
    hint: didYouMean(nearestAll(subset, known, 1)),
    location: source.location.child(...path, 'subset'),
  }
}

function checkDestination(
  source: VirtualServiceResource,
  placed: PlacedDestination,
  view: ProxyView,
  suggests: boolean,
): Finding | undefined {
  const { destination, path } = placed
  const host = completeHost(destination.host, source.meta.namespace)
  const { servicesByHost } = view.registry
  if (!servicesByHost.has(host)) return unknownHost(source, host, path, suggests ? servicesByHost.keys() : [])
  const service = view.visibleServiceOf(host)
  if (destination.subset === '' || !service) return undefined
  const known = view.destinationRuleOf(service, 'outbound')?.subsets.map(({ name }) => name) ?? []
  return known.includes(destination.subset) ? undefined : unknownSubset(source, destination, host, path, known)
}

/** VirtualServices that the proxy's listeners use; for routers, all that they see. */
function usedVirtualServices(view: ProxyView): Iterable<VirtualServiceResource> {
  const sources = new Set<VirtualServiceResource>()
  for (const listener of view.egressListeners) {
    for (const { source, http } of listener.virtualServices) {
      sources.add(source)
      for (const route of http) sources.add(route.writtenIn)
    }
  }
  return view.proxy.type === 'router' ? view.registry.snapshot.istio.virtualServices : sources
}

export function unresolvedDestinations(view: ProxyView): Finding[] {
  const out: Finding[] = []
  const suggestions = Math.min(MOST_SUGGESTIONS, MOST_COMPARISONS / view.registry.servicesByHost.size)
  for (const source of usedVirtualServices(view)) {
    for (const placed of destinationsOf(source)) {
      const finding = checkDestination(source, placed, view, out.length < suggestions)
      if (finding) out.push(finding)
    }
  }
  return out
}
