import { selectorMistake } from '../../../gateways/index.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { routersOfMesh } from './routers.ts'

export const gatewaySelectsNothing: MeshRule = {
  *checkMesh({ scope, registry }): Iterable<Found> {
    const routers = routersOfMesh(scope)
    const known = routers.filter((router) => router.known)
    if (known.length === 0) return
    const selected = new Set(known.flatMap(({ gateways }) => gateways.merged.selected))
    for (const gateway of registry.snapshot.istio.gateways) {
      const mistake = selected.has(gateway) ? undefined : selectorMistake(gateway, routers)
      if (mistake === undefined) continue
      const labels = [...gateway.spec.selector].map(([name, value]) => `${name}=${value}`).join(',')
      yield {
        message: `${labels} selects no router of the input: ${mistake}`,
        resource: gateway,
        location: gateway.location.child('spec', 'selector'),
      }
    }
  },
}
