/** Keeps the assumed parts of an object that is edited in memory. */
import type { KubeService, Pod } from '../../kinds/index.ts'
import { POD } from '../../kinds/kubernetes/pod.ts'
import { SERVICE } from '../../kinds/kubernetes/service.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Assumed } from '../snapshot.ts'
import { lacksClusterIp } from './cluster-ips.ts'

const isService = (resource: Resource): resource is KubeService => resource.kind === SERVICE.kind

const isPod = (resource: Resource): resource is Pod => resource.kind === POD.kind

/**
 * The edited object with the addresses that were assumed for it.
 * @param after as its edited text states it
 */
export function keepAssumed(before: Resource, after: Resource, { addresses }: Assumed): Resource {
  if (isService(before) && isService(after) && addresses.has(before.spec.clusterIP) && lacksClusterIp(after)) {
    const { clusterIP, clusterIPs, ipFamilies } = before.spec
    return after.with({ spec: { ...after.spec, clusterIP, clusterIPs, ipFamilies } })
  }
  if (isPod(before) && isPod(after) && addresses.has(before.status.podIP) && after.status.podIP === '') {
    return after.with({ status: before.status })
  }
  return after
}
