/**
 * The mTLS mode of a workload's proxy (pilot/pkg/security/authn/policy_applier.go ComposePeerAuthentication), and what
 * a client assumes about a whole service (pilot/pkg/model/authentication.go).
 */
import { append, EMPTY_MAP } from '../../common/collections.ts'
import type { PeerAuthenticationResource } from '../../kinds/index.ts'
import type { PeerAuthentication, PeerAuthenticationMutualTLS } from '../../kinds/messages/peer-authentication.ts'
import { byCreationThenName, selects } from '../../kinds/resource.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Snapshot } from '../../resources/snapshot.ts'

export type MtlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT'

/** The mode of a workload, and those of single ports (by the workload's port number). */
export interface InboundMtls {
  readonly mode: MtlsMode
  readonly portModes: ReadonlyMap<number, MtlsMode>
  /** The policies that decided, mesh before namespace before workload; empty if the default applies. */
  readonly sources: readonly PeerAuthenticationResource[]
}

const DEFAULT: InboundMtls = { mode: 'PERMISSIVE', portModes: EMPTY_MAP, sources: [] }

/** The policies of one namespace, oldest first. */
interface NamespacePolicies {
  /** The oldest policy without a selector. */
  general: PeerAuthenticationResource | undefined
  /** Policies with a selector, by one of their labels. */
  readonly byLabel: Map<string, RankedPolicy[]>
}

interface RankedPolicy {
  readonly rank: number
  readonly selector: ReadonlyMap<string, string>
  readonly resource: PeerAuthenticationResource
}

interface PolicyIndex {
  readonly rootNamespace: string
  readonly mesh: InboundMtls
  readonly namespaces: ReadonlyMap<string, NamespacePolicies>
  /** Modes of namespaces, computed on demand. */
  readonly general: Map<string, InboundMtls>
}

const labelKey = (key: string, value: string): string => `${key}\n${value}`

function addPolicy(policies: NamespacePolicies, resource: PeerAuthenticationResource, rank: number): void {
  const selector = resource.spec.selector?.matchLabels
  const [label] = selector ?? []
  if (!selector || !label) {
    policies.general ??= resource
    return
  }
  append(policies.byLabel, labelKey(...label), { rank, selector, resource })
}

function modeOf(mtls: PeerAuthenticationMutualTLS | undefined): MtlsMode | undefined {
  return mtls === undefined || mtls.mode === 'UNSET' ? undefined : mtls.mode
}

function portModesOf(spec: PeerAuthentication, inherited: MtlsMode): ReadonlyMap<number, MtlsMode> {
  if (spec.portLevelMtls.size === 0) return EMPTY_MAP
  return new Map([...spec.portLevelMtls].map(([port, mtls]) => [Number(port), modeOf(mtls) ?? inherited]))
}

/** Applies a policy without a selector to what it inherits. Its port modes are ignored. */
function overlaid(inherited: InboundMtls, policy: PeerAuthenticationResource | undefined): InboundMtls {
  const mode = modeOf(policy?.spec.mtls)
  return policy && mode ? { mode, portModes: EMPTY_MAP, sources: [...inherited.sources, policy] } : inherited
}

function indexPolicies(snapshot: Snapshot): PolicyIndex {
  const namespaces = new Map<string, NamespacePolicies>()
  const sorted = [...snapshot.istio.peerAuthentications].sort(byCreationThenName)
  for (const [rank, resource] of sorted.entries()) {
    const { namespace } = resource.meta
    let policies = namespaces.get(namespace)
    if (!policies) {
      policies = { general: undefined, byLabel: new Map() }
      namespaces.set(namespace, policies)
    }
    addPolicy(policies, resource, rank)
  }
  const { rootNamespace } = snapshot.mesh
  const mesh = overlaid(DEFAULT, namespaces.get(rootNamespace)?.general)
  return { rootNamespace, mesh, namespaces, general: new Map() }
}

const INDEXES = new WeakMap<Snapshot, PolicyIndex>()

function indexOf(snapshot: Snapshot): PolicyIndex {
  let index = INDEXES.get(snapshot)
  if (!index) {
    index = indexPolicies(snapshot)
    INDEXES.set(snapshot, index)
  }
  return index
}

function generalMtls(index: PolicyIndex, namespace: string): InboundMtls {
  if (namespace === index.rootNamespace) return index.mesh
  const policy = index.namespaces.get(namespace)?.general
  if (!policy) return index.mesh
  let mtls = index.general.get(namespace)
  if (!mtls) {
    mtls = overlaid(index.mesh, policy)
    index.general.set(namespace, mtls)
  }
  return mtls
}

/** The oldest policy in the namespace whose selector matches. */
function workloadPolicy(
  policies: NamespacePolicies | undefined,
  labels: ReadonlyMap<string, string>,
): PeerAuthenticationResource | undefined {
  if (!policies || policies.byLabel.size === 0) return undefined
  let best: RankedPolicy | undefined
  for (const [key, value] of labels) {
    // Lists are sorted by rank, so the first match in each is its best.
    const found = policies.byLabel.get(labelKey(key, value))?.find(({ selector }) => selects(selector, labels))
    if (found && (!best || found.rank < best.rank)) best = found
  }
  return best?.resource
}

/**
 * The mTLS mode of a workload: its own policy over its namespace's over the mesh's. UNSET inherits, and without any
 * policy the mode is PERMISSIVE. Policies with a selector in the root namespace select nothing.
 */
export function inboundMtls(
  registry: Pick<Registry, 'snapshot'>,
  namespace: string,
  labels: ReadonlyMap<string, string>,
): InboundMtls {
  const index = indexOf(registry.snapshot)
  const inherited = generalMtls(index, namespace)
  if (namespace === index.rootNamespace) return inherited
  const policy = workloadPolicy(index.namespaces.get(namespace), labels)
  if (!policy) return inherited
  const mode = modeOf(policy.spec.mtls) ?? inherited.mode
  return { mode, portModes: portModesOf(policy.spec, mode), sources: [...inherited.sources, policy] }
}

/** The mode of one workload port. */
export function mtlsOfPort(mtls: InboundMtls, port: number): MtlsMode {
  return mtls.portModes.get(port) ?? mtls.mode
}

/** What clients assume about all workloads in a namespace; policies with a selector are ignored. */
export function namespaceMtls(registry: Pick<Registry, 'snapshot'>, namespace: string): InboundMtls {
  return generalMtls(indexOf(registry.snapshot), namespace)
}
