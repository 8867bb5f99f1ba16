/** The objects of a cluster in the lists that their kinds' definitions name. */
import type { ModelledKind } from '../../kinds/define.ts'
import { ENDPOINT_SLICE } from '../../kinds/kubernetes/endpoint-slice.ts'
import { ENDPOINTS } from '../../kinds/kubernetes/endpoints.ts'
import { SERVICE } from '../../kinds/kubernetes/service.ts'
import { ISTIO_KINDS, type IstioLists, KUBERNETES_KINDS, type KubernetesLists } from '../../kinds/list.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { DiscoveryFilter } from './discovery.ts'
import { mirroredSlices } from './mirror.ts'
import type { StoredObjects } from './store.ts'

function listsOf(kinds: readonly ModelledKind[], store: StoredObjects, filter: DiscoveryFilter): object {
  const lists = new Map<string, readonly Resource[]>()
  for (const kind of kinds) {
    if (kind.list === undefined) continue
    const objects = kind.discovered ? filter.keep(store.list(kind)) : store.list(kind)
    const others = lists.get(kind.list)
    lists.set(kind.list, others ? [...others, ...objects] : objects)
  }
  return Object.fromEntries(lists)
}

/** The Istio objects that istiod sees, in input order. */
export function istioLists(store: StoredObjects, filter: DiscoveryFilter): IstioLists {
  return listsOf(ISTIO_KINDS, store, filter) as IstioLists
}

/** The Kubernetes objects that istiod sees, with EndpointSlices instead of Endpoints. */
export function kubernetesLists(store: StoredObjects, filter: DiscoveryFilter): KubernetesLists {
  const lists = listsOf(KUBERNETES_KINDS, store, filter) as KubernetesLists
  const mirrored = mirroredSlices(store.list(ENDPOINTS), store.list(SERVICE), store.list(ENDPOINT_SLICE))
  if (mirrored.length === 0) return lists
  return { ...lists, endpointSlices: [...lists.endpointSlices, ...filter.keep(mirrored)] }
}
