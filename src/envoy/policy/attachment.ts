/** Which policies apply to a proxy, by selector, target and namespace (pilot/pkg/model/policyattachment.go). */
import { append, EMPTY_MAP } from '../../common/collections.ts'
import { LABELS } from '../../common/istio-names.ts'
import { GATEWAY_GROUP } from '../../kinds/messages/gateway-api/references.ts'
import { effectiveTargets, type PolicyTargetReference, type PolicyTargets } from '../../kinds/messages/selector.ts'
import { byCreationThenName, type Resource, selects } from '../../kinds/resource.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import { flag } from '../../resources/mesh/features.ts'
import type { ProxyView } from '../../scope/view.ts'

/** What an object says about the proxies that it applies to. */
export interface Attachment {
  /** Labels that the proxy must have; empty for any proxy. */
  readonly labels: ReadonlyMap<string, string>
  /** If there are any, they decide instead of the labels. */
  readonly targets: readonly PolicyTargetReference[]
}

const BY_SELECTOR = 'ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY'

/** The attachment of a kind with `selector`, `targetRef` and `targetRefs`. */
export function attachmentOf(spec: PolicyTargets): Attachment {
  return { labels: spec.selector?.matchLabels ?? EMPTY_MAP, targets: effectiveTargets(spec) }
}

/** Whether a target is the Gateway that a proxy runs. Other kinds of targets are for waypoints only. */
const isGateway = ({ group, kind, name }: PolicyTargetReference, gateway: string): boolean =>
  group === GATEWAY_GROUP && kind === 'Gateway' && name === gateway

/**
 * Whether an object applies to a proxy, if the proxy looks it up in this namespace at all. The label decides, not the
 * type of the proxy.
 * @param namespace that of the object
 * @param env istiod's environment
 */
export function attaches(
  { labels, targets }: Attachment,
  namespace: string,
  proxy: Pick<Proxy, 'labels' | 'namespace'>,
  env: ReadonlyMap<string, string>,
): boolean {
  const gateway = proxy.labels.get(LABELS.gatewayName)
  if (gateway === undefined) return targets.length === 0 && selects(labels, proxy.labels)
  if (targets.length === 0) return flag(env, BY_SELECTOR, true) && selects(labels, proxy.labels)
  return namespace === proxy.namespace && targets.some((target) => isGateway(target, gateway))
}

/** An object of a kind, or what is read of several kinds alike. */
type Policy<S = unknown> = Pick<Resource<S>, 'meta' | 'spec'>

const INDEXES = new WeakMap<readonly Policy[], ReadonlyMap<string, readonly Policy[]>>()

/**
 * The objects of one kind by namespace, ordered by creation time and name. Computed once per list.
 * @param policies a list of the snapshot, which stays the same array
 */
export function policiesByNamespace<T extends Policy>(policies: readonly T[]): ReadonlyMap<string, readonly T[]> {
  let index = INDEXES.get(policies)
  if (!index) {
    const lists = new Map<string, Policy[]>()
    for (const policy of [...policies].sort(byCreationThenName)) append(lists, policy.meta.namespace, policy)
    index = lists
    INDEXES.set(policies, index)
  }
  // The list decides the type of what is kept for it.
  return index as ReadonlyMap<string, readonly T[]>
}

/** A proxy as policies select it, with its mesh. */
interface PolicySubject {
  readonly proxy: Pick<Proxy, 'labels' | 'namespace'>
  readonly registry: Pick<ProxyView['registry'], 'snapshot'>
}

/** Which of the two namespaces that a proxy looks in comes first: the root namespace or its own. */
export type NamespaceOrder = 'root-first' | 'own-first'

const NONE: readonly never[] = []

/**
 * The objects of one kind that apply to a proxy: those of the root namespace and of its own that attach, by creation
 * time and name in each.
 * @param policies the kind's list in the snapshot
 */
export function policiesOf<S, T extends Policy<S>>(
  { proxy, registry }: PolicySubject,
  policies: readonly T[],
  order: NamespaceOrder,
  attachment: (spec: S) => Attachment,
): readonly T[] {
  if (policies.length === 0) return NONE
  const { mesh, features } = registry.snapshot
  const index = policiesByNamespace(policies)
  const both = order === 'root-first' ? [mesh.rootNamespace, proxy.namespace] : [proxy.namespace, mesh.rootNamespace]
  return [...new Set(both)]
    .flatMap((namespace) => index.get(namespace) ?? NONE)
    .filter(({ meta, spec }) => attaches(attachment(spec), meta.namespace, proxy, features.env))
}
