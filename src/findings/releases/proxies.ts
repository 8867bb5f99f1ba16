/** The proxies whose resources show what a release changes for a mesh: each workload once, and a sidecar elsewhere. */

import { selectingGateways } from '../../derivation/ingress/selecting.ts'
import { chooseNode } from '../../proxy/choice.ts'
import { type ListedProxy, listProxies } from '../../proxy/list.ts'
import type { Node } from '../../proxy/node.ts'
import { assumedRouters, deployedRouters } from '../../proxy/routers.ts'
import { syntheticNode } from '../../proxy/select.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { ScopeContext } from '../../scope/context.ts'
import { syntheticProxies } from '../lint/index.ts'

/** The names of a ReplicaSet's or StatefulSet's pods differ only in the last part. */
const REPLICA = /-([a-z0-9]{5}|\d+)$/

const workloadOf = ({ clusterId, kind, namespace, name, type }: ListedProxy): string =>
  JSON.stringify([clusterId, type, kind, namespace, kind === 'Pod' ? name.replace(REPLICA, '') : name])

/** The proxy of a workload; replicas are one. */
export interface WorkloadNode {
  /** The same for the same workload of another mesh. */
  readonly key: string
  /** The value for `--proxy`. */
  readonly reference: string
  readonly type: ListedProxy['type']
  readonly namespace: string
  readonly node: Node
}

/** Each workload of the input once. */
export function workloadNodes(
  snapshot: Snapshot,
  proxies: readonly ListedProxy[] = listProxies(snapshot).proxies,
): readonly WorkloadNode[] {
  const first = new Map<string, ListedProxy>()
  for (const proxy of proxies) {
    const key = workloadOf(proxy)
    if (!first.has(key)) first.set(key, proxy)
  }
  return [...first].map(([key, { reference, type, namespace }]) => {
    const { node } = chooseNode({ proxy: reference }, snapshot)
    return { key, reference, type, namespace, node }
  })
}

/** A sidecar for each namespace without one whose proxies see something different; at least one. */
function namespaceNodes(scope: ScopeContext, covered: ReadonlySet<string>): readonly Node[] {
  const namespaces = syntheticProxies(scope, 'mesh').flatMap((group) => [
    ...(group.namespaces.some((namespace) => covered.has(namespace)) ? [] : group.namespaces.slice(0, 1)),
    ...group.variations.map(({ namespace }) => namespace).filter((namespace) => !covered.has(namespace)),
  ])
  return namespaces.map((namespace) => syntheticNode(namespace, scope.registry.snapshot))
}

/**
 * The nodes of a mesh: workloads; then, if there is no router, the routers that Gateways select; then sidecars of
 * namespaces without workloads.
 */
export function nodesOf(scope: ScopeContext): readonly Node[] {
  const { snapshot } = scope.registry
  const { proxies } = listProxies(snapshot)
  const sidecars = proxies.filter(({ type }) => type === 'sidecar')
  const hasRouters = sidecars.length < proxies.length
  return [
    ...workloadNodes(snapshot, proxies).map(({ node }) => node),
    ...(hasRouters || selectingGateways(snapshot).length === 0 ? [] : assumedRouters(snapshot).map(({ node }) => node)),
    ...deployedRouters(snapshot).map(({ node }) => node),
    ...namespaceNodes(scope, new Set(sidecars.map(({ namespace }) => namespace))),
  ]
}
