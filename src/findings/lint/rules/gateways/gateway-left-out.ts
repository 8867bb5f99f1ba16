import type { GatewayResource } from '../../../../kinds/index.ts'
import type { RouterReport } from '../../../gateways/index.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { routersOfMesh } from './routers.ts'

export const gatewayLeftOut: MeshRule = {
  *checkMesh({ scope }): Iterable<Found> {
    const routers = routersOfMesh(scope)
    const served = new Set(routers.flatMap(({ gateways }) => gateways.merged.selected))
    const leftOut = new Map<GatewayResource, RouterReport>()
    for (const router of routers) {
      for (const gateway of router.gateways.merged.leftOut) if (!served.has(gateway)) leftOut.set(gateway, router)
    }
    for (const [gateway, { view }] of leftOut) {
      const { description, namespace } = view.proxy
      yield {
        message: `the ${description} ignores this Gateway: istiod deploys it for a Gateway of the Gateway API, and such a router takes Gateways of namespace ${namespace} only, not of ${gateway.meta.namespace}`,
        resource: gateway,
        location: gateway.location.child('spec', 'selector'),
      }
    }
  },
}
