/** Which ListenerSets a Gateway takes (pilot/pkg/config/kube/gatewaycommon). */
import { compareBytes } from '../../common/bytes.ts'
import { groupBy } from '../../common/collections.ts'
import type { KubernetesGateway, ListenerSet, Namespace } from '../../kinds/index.ts'
import { GATEWAY_GROUP } from '../../kinds/messages/gateway-api/references.ts'
import type { KubernetesSelector } from '../../kinds/messages/selector.ts'
import { isValidSelector, selectorMatches } from '../label-selector.ts'

const NAMESPACE_NAME = 'kubernetes.io/metadata.name'

/** Whether a selector selects a namespace; every namespace has a label with its name. */
export function selectsNamespace(selector: KubernetesSelector, { meta }: Namespace): boolean {
  const labels = new Map([...meta.labels, [NAMESPACE_NAME, meta.name]])
  return isValidSelector(selector) && selectorMatches(selector, labels)
}

/** Whether a Gateway allows ListenerSets of a namespace. */
export function allowsListenersOf(
  { meta, spec }: KubernetesGateway,
  namespace: string,
  namespaces: ReadonlyMap<string, Namespace>,
): boolean {
  const allowed = spec.allowedListeners?.namespaces
  if (allowed?.from === 'All') return true
  if (allowed?.from === 'Same') return namespace === meta.namespace
  const object = namespaces.get(namespace)
  return allowed?.from === 'Selector' && !!allowed.selector && !!object && selectsNamespace(allowed.selector, object)
}

/** `NAMESPACE/NAME` of the Gateway that a set belongs to; undefined if its parent is something else. */
export function gatewayOfSet({ meta, spec: { parentRef } }: ListenerSet): string | undefined {
  if (parentRef.group !== GATEWAY_GROUP || parentRef.kind !== 'Gateway') return undefined
  return `${parentRef.namespace || meta.namespace}/${parentRef.name}`
}

/** ListenerSets by the Gateway that they name (`NAMESPACE/NAME`), oldest first, then by namespace and name. */
export function setsByGateway(sets: readonly ListenerSet[]): ReadonlyMap<string, readonly ListenerSet[]> {
  const keyOf = ({ meta }: ListenerSet): string => `${meta.namespace}/${meta.name}`
  const ordered = [...sets].sort(
    (a, b) => a.meta.creationTime - b.meta.creationTime || compareBytes(keyOf(a), keyOf(b)),
  )
  return groupBy(ordered, (set) => gatewayOfSet(set) ?? '')
}

/** The port of a ListenerSet's listener: without one that of its protocol, 0 if that has none. */
export function portOfEntry({ port, protocol }: { readonly port: number; readonly protocol: string }): number {
  if (port !== 0) return port
  return protocol === 'HTTP' ? 80 : protocol === 'HTTPS' ? 443 : 0
}
