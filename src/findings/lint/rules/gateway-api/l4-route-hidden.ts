import { groupBy } from '../../../../common/collections.ts'
import type { VirtualServiceResource } from '../../../../kinds/index.ts'
import { byCreationThenName, describeResource } from '../../../../kinds/resource.ts'
import { MESH_GATEWAY } from '../../../../scope/virtual-services.ts'
import type { Found, MeshRule } from '../../rule.ts'

const foundOf = (source: VirtualServiceResource, by: VirtualServiceResource, what: string): Found => ({
  message: `no connection gets to this route: ${describeResource(by)} takes ${what}, because istiod uses one route there`,
  resource: source,
  location: source.location,
  related: [{ message: `${describeResource(by)} takes them`, location: by.location }],
})

/** TCPRoutes and TLSRoutes of one listener, the one that wins first. */
function* ofListener(sources: readonly VirtualServiceResource[], name: string): Iterable<Found> {
  const names = new Map<string, VirtualServiceResource>()
  let taker: VirtualServiceResource | undefined
  for (const source of [...sources].sort(byCreationThenName)) {
    const { tcp, tls } = source.spec
    if (tcp.length > 0 && taker && taker.madeOf !== source.madeOf) {
      yield foundOf(source, taker, `every connection of listener ${name}`)
    } else if (tcp.length > 0) taker ??= source
    const served = tls.flatMap(({ match }) => match.flatMap(({ sniHosts }) => sniHosts))
    const lost = served.find((each) => names.has(each))
    const by = lost === undefined ? undefined : names.get(lost)
    if (by && by.madeOf !== source.madeOf) yield foundOf(source, by, `the server name ${lost} of listener ${name}`)
    else for (const each of served) names.set(each, source)
  }
}

export const l4RouteHidden: MeshRule = {
  *checkMesh({ scope }): Iterable<Found> {
    const l4 = scope.registry.derived.virtualServices.filter(
      ({ spec }) => (spec.tcp.length > 0 || spec.tls.length > 0) && spec.gateways[0] !== MESH_GATEWAY,
    )
    for (const [gateway, sources] of groupBy(l4, ({ spec }) => spec.gateways[0] ?? '')) {
      yield* ofListener(sources, gateway.slice(gateway.lastIndexOf('~') + 1))
    }
  },
}
