import { describeResource } from '../../../../kinds/resource.ts'
import { type TakenHost, takenHosts } from '../../routing/index.ts'
import type { Found, MeshRule } from '../../rule.ts'

function orderText({ source, by }: TakenHost): string {
  const [own, other] = [source.meta.creationTime, by.meta.creationTime]
  if (own !== 0 && other > own) return 'because routes of the Gateway API come first in their own namespace'
  if (own !== 0 && other !== 0 && own !== other) return 'which is older'
  return 'which comes first (order assumed: creation times are missing or equal)'
}

function found(taken: TakenHost): Found {
  const { source, hostIndex, host, kind, by, byHostIndex, namespaces } = taken
  const winner = describeResource(by)
  return {
    message: `sidecars ignore the ${kind} routes for ${host}: ${winner} routes this host, ${orderText(taken)}`,
    resource: source,
    location: source.location.child('spec', 'hosts', hostIndex),
    related: [{ message: `${winner} routes the host`, location: by.location.child('spec', 'hosts', byHostIndex) }],
    namespaces,
  }
}

export const virtualServiceHostTaken: MeshRule = {
  *checkMesh({ scope }): Iterable<Found> {
    for (const taken of takenHosts(scope)) yield found(taken)
  },
}
