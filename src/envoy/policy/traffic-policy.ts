/**
 * The parts of a DestinationRule that apply to one port or subset (pilot/pkg/networking/util/util.go
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

/** The fields of a traffic policy that apply to a single port. */
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

/**
 * Applies a subset's policy over that of its port. The subset's own port-level settings clear what they omit.
 * @param mergesRetryBudget whether retry budgets are inherited
 */
export function policyOfSubset(
  base: EffectivePolicy | undefined,
  subset: TrafficPolicy | undefined,
  port: number,
  mergesRetryBudget: boolean,
): EffectivePolicy | undefined {
  if (!subset) return base
  const settings = portLevelOf(subset, port)
  const budgetOver = (own: EffectivePolicy['retryBudget']) =>
    mergesRetryBudget || !base ? (own ?? base?.retryBudget) : undefined
  if (settings) {
    const { proxyProtocol } = base ?? NO_POLICY
    return { ...fromPortLevel(settings), proxyProtocol, retryBudget: budgetOver(undefined) }
  }
  return {
    connectionPool: subset.connectionPool ?? base?.connectionPool,
    loadBalancer: subset.loadBalancer ?? base?.loadBalancer,
    outlierDetection: subset.outlierDetection ?? base?.outlierDetection,
    tls: subset.tls ?? base?.tls,
    proxyProtocol: subset.proxyProtocol ?? base?.proxyProtocol,
    retryBudget: budgetOver(subset.retryBudget),
  }
}

/** Adds the mesh's default policy below the given one, block by block. */
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

/** @param mergesRetryBudget as for `policyOfSubset` */
export function withConnectionPool(
  policy: EffectivePolicy | undefined,
  pool: ConnectionPoolSettings,
  mergesRetryBudget: boolean,
): EffectivePolicy {
  const under = policy ?? NO_POLICY
  return { ...under, connectionPool: pool, retryBudget: mergesRetryBudget ? under.retryBudget : undefined }
}

const SUBSETS = new WeakMap<MergedDestinationRule, ReadonlyMap<string, Subset>>()

/** A rule's subset of that name; the first of several. */
export function subsetOf(rule: MergedDestinationRule, name: string): Subset | undefined {
  let subsets = SUBSETS.get(rule)
  if (!subsets) {
    // Later entries of a map win, so the subsets are added in reverse.
    subsets = new Map(rule.subsets.toReversed().map((subset) => [subset.name, subset]))
    SUBSETS.set(rule, subsets)
  }
  return subsets.get(name)
}

/** The effective policy of a cluster's endpoints, without the mesh's defaults. */
export function endpointPolicy(
  rule: MergedDestinationRule | undefined,
  port: number,
  subset: string,
): EffectivePolicy | undefined {
  if (!rule) return undefined
  const base = policyOfPort(rule.trafficPolicy, port)
  const own = subset === '' ? undefined : subsetOf(rule, subset)?.trafficPolicy
  // Retry budgets do not affect endpoints.
  return policyOfSubset(base, own, port, true)
}

/** Unlike elsewhere, port-level settings without TLS inherit it here. */
function tlsModeOfPort(policy: TrafficPolicy | undefined, port: number): ClientTLSSettingsTLSmode | undefined {
  const settings = policy?.portLevelSettings.find((item) => item.port?.number === port && item.tls)
  return (settings?.tls ?? policy?.tls)?.mode
}

/**
 * The TLS mode of a client's rule for a port or subset; undefined when it has none
 * (pilot/pkg/xds/endpoints/mtls_checker.go).
 * @param subsetsInherit whether a subset without a mode has that of its rule
 */
export function statedTlsMode(
  rule: MergedDestinationRule | undefined,
  port: number,
  subset: string,
  subsetsInherit: boolean,
): ClientTLSSettingsTLSmode | undefined {
  if (!rule) return undefined
  if (subset === '') return tlsModeOfPort(rule.trafficPolicy, port)
  const found = subsetOf(rule, subset)
  const own = found && tlsModeOfPort(found.trafficPolicy, port)
  return found && subsetsInherit ? (own ?? tlsModeOfPort(rule.trafficPolicy, port)) : own
}
