/**
 * Which parts of a DestinationRule apply to one port or subset (pilot/pkg/networking/util/util.go
 * GetPortLevelTrafficPolicy and MergeSubsetTrafficPolicy, pilot/pkg/model/destination_rule.go MergeTrafficPolicy).
 */
import type {
  ClientTLSSettingsTLSmode,
  ConnectionPoolSettings,
  Subset,
  TrafficPolicy,
  TrafficPolicyPortTrafficPolicy,
} from '../../kinds/messages/destination-rule.ts'
import type { MeshConfig } from '../../resources/mesh/mesh-config.ts'
import type { MergedDestinationRule } from '../../scope/view.ts'

/** What is left of a traffic policy once its port is known. */
export type EffectivePolicy = Pick<
  TrafficPolicy,
  'connectionPool' | 'loadBalancer' | 'outlierDetection' | 'tls' | 'proxyProtocol' | 'retryBudget'
>

export const NO_POLICY: EffectivePolicy = {
  connectionPool: undefined,
  loadBalancer: undefined,
  outlierDetection: undefined,
  tls: undefined,
  proxyProtocol: undefined,
  retryBudget: undefined,
}

function portLevelOf(policy: TrafficPolicy, port: number): TrafficPolicyPortTrafficPolicy | undefined {
  return policy.portLevelSettings.find((item) => item.port?.number === port)
}

/** Port-level settings replace the policy; nothing is inherited. */
function fromPortLevel(settings: TrafficPolicyPortTrafficPolicy): EffectivePolicy {
  const { connectionPool, loadBalancer, outlierDetection, tls } = settings
  return { ...NO_POLICY, connectionPool, loadBalancer, outlierDetection, tls }
}

/** The policy of one service port. */
export function policyOfPort(policy: TrafficPolicy | undefined, port: number): EffectivePolicy | undefined {
  const settings = policy && portLevelOf(policy, port)
  return settings ? fromPortLevel(settings) : policy
}

/** A subset's policy over the one of its port; what the subset's own port-level settings leave out is cleared. */
export function policyOfSubset(
  base: EffectivePolicy | undefined,
  subset: TrafficPolicy | undefined,
  port: number,
): EffectivePolicy | undefined {
  if (!subset) return base
  const settings = portLevelOf(subset, port)
  if (settings) {
    const { proxyProtocol, retryBudget } = base ?? NO_POLICY
    return { ...fromPortLevel(settings), proxyProtocol, retryBudget }
  }
  return {
    connectionPool: subset.connectionPool ?? base?.connectionPool,
    loadBalancer: subset.loadBalancer ?? base?.loadBalancer,
    outlierDetection: subset.outlierDetection ?? base?.outlierDetection,
    tls: subset.tls ?? base?.tls,
    proxyProtocol: subset.proxyProtocol ?? base?.proxyProtocol,
    retryBudget: subset.retryBudget ?? base?.retryBudget,
  }
}

/** The mesh's default policy under it, block by block. */
export function withMeshDefaults(policy: EffectivePolicy | undefined, mesh: MeshConfig): EffectivePolicy | undefined {
  const defaults = mesh.defaultTrafficPolicy
  if (!defaults?.connectionPool && !defaults?.outlierDetection) return policy
  const own = policy ?? NO_POLICY
  return {
    ...own,
    connectionPool: own.connectionPool ?? defaults.connectionPool,
    outlierDetection: own.outlierDetection ?? defaults.outlierDetection,
  }
}

export function withConnectionPool(policy: EffectivePolicy | undefined, pool: ConnectionPoolSettings): EffectivePolicy {
  return { ...(policy ?? NO_POLICY), connectionPool: pool }
}

const SUBSETS = new WeakMap<MergedDestinationRule, ReadonlyMap<string, Subset>>()

/** A rule's subset of that name; of several the first. */
export function subsetOf(rule: MergedDestinationRule, name: string): Subset | undefined {
  let subsets = SUBSETS.get(rule)
  if (!subsets) {
    // Later entries of a map win, so the last subset goes in first.
    subsets = new Map(rule.subsets.toReversed().map((subset) => [subset.name, subset]))
    SUBSETS.set(rule, subsets)
  }
  return subsets.get(name)
}

/** The effective policy of a cluster's endpoints; the mesh's defaults do not count here. */
export function endpointPolicy(
  rule: MergedDestinationRule | undefined,
  port: number,
  subset: string,
): EffectivePolicy | undefined {
  if (!rule) return undefined
  const base = policyOfPort(rule.trafficPolicy, port)
  const own = subset === '' ? undefined : subsetOf(rule, subset)?.trafficPolicy
  return policyOfSubset(base, own, port)
}

/** Here, unlike elsewhere, a port level without TLS settings inherits them. */
function tlsModeOfPort(policy: TrafficPolicy | undefined, port: number): ClientTLSSettingsTLSmode | undefined {
  const settings = policy?.portLevelSettings.find((item) => item.port?.number === port && item.tls)
  return (settings?.tls ?? policy?.tls)?.mode
}

/**
 * The TLS mode that a client's rule states for a port or subset; undefined when it states none
 * (pilot/pkg/xds/endpoints/mtls_checker.go).
 */
export function statedTlsMode(
  rule: MergedDestinationRule | undefined,
  port: number,
  subset: string,
): ClientTLSSettingsTLSmode | undefined {
  if (!rule) return undefined
  if (subset === '') return tlsModeOfPort(rule.trafficPolicy, port)
  const found = subsetOf(rule, subset)
  return found && (tlsModeOfPort(found.trafficPolicy, port) ?? tlsModeOfPort(rule.trafficPolicy, port))
}
