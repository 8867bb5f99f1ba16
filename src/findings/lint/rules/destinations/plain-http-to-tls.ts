import { endpointPolicy } from '../../../../envoy/policy/traffic-policy.ts'
import type { VirtualServiceResource } from '../../../../kinds/index.ts'
import type { Destination } from '../../../../kinds/messages/virtual-service.ts'
import { isHttp, isTls } from '../../../../registry/protocol.ts'
import { type Port, portByNumber, type Service } from '../../../../registry/service.ts'
import { completeHost } from '../../../../scope/names.ts'
import { MESH_GATEWAY } from '../../../../scope/virtual-services.ts'
import { destinationsOf, gatewayNamespaces } from '../../../unresolved/virtual-services.ts'
import type { Found, MeshRule } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'

/** Whether sidecars have HTTP requests for a host of the VirtualService; other http rules have no effect there. */
function isRoutedBySidecars({ spec, meta }: VirtualServiceResource, { registry }: MeshFacts): boolean {
  return spec.hosts.some((host) => {
    const service = registry.serviceOf(completeHost(host, meta.namespace), meta.namespace)
    return service?.ports.some(({ protocol }) => isHttp(protocol) || protocol === 'Unsupported') ?? false
  })
}

/** The namespaces of proxies that get the routes: the Gateways', and the VirtualService's own for sidecars. */
function clientsOf(source: VirtualServiceResource, facts: MeshFacts): readonly string[] {
  const { gateways } = source.spec
  const isForMesh = gateways.length === 0 || gateways.includes(MESH_GATEWAY)
  const own = isForMesh && isRoutedBySidecars(source, facts) ? [source.meta.namespace] : []
  return [...new Set([...own, ...gatewayNamespaces(source)])]
}

/** The port that a destination leads to, as far as it does not depend on the request. */
function portOf({ port }: Destination, { ports }: Service): Port | undefined {
  if (port) return portByNumber(ports, port.number)
  return ports.length === 1 ? ports[0] : undefined
}

const encrypts = (mode: string | undefined): boolean => mode !== undefined && mode !== 'DISABLE'

function* inVirtualService(source: VirtualServiceResource, facts: MeshFacts): Iterable<Found> {
  const { registry, scope } = facts
  const seen = new Set<string>()
  for (const { destination, path } of destinationsOf(source)) {
    const host = completeHost(destination.host, source.meta.namespace)
    const service = path[1] === 'http' ? registry.serviceOf(host, source.meta.namespace) : undefined
    const port = service && portOf(destination, service)
    if (!service || !port || !isTls(port.protocol) || seen.has(`${host}:${port.number}`)) continue
    const plain = clientsOf(source, facts).filter((namespace) => {
      const rule = scope.destinationRules.ruleForMost(namespace, service)
      return !encrypts(endpointPolicy(rule, port.number, destination.subset)?.tls?.mode)
    })
    if (plain.length === 0) continue
    seen.add(`${host}:${port.number}`)
    yield {
      message: `requests reach ${host}:${port.number} as plain HTTP, though the port is ${port.protocol}: the route is for HTTP, and no DestinationRule that applies makes the proxy encrypt it (tls mode SIMPLE)`,
      resource: source,
      location: source.location.child(...path, ...(destination.port ? ['port'] : ['host'])),
      namespaces: plain,
    }
  }
}

export const plainHttpToTls: MeshRule = {
  *checkMesh(facts): Iterable<Found> {
    for (const source of facts.registry.snapshot.istio.virtualServices) yield* inVirtualService(source, facts)
  },
}
