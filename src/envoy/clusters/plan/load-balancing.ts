/** Load balancing (pilot/pkg/networking/core/cluster_traffic_policy.go applyLoadBalancer). */
import type {
  LoadBalancerSettings,
  LoadBalancerSettingsConsistentHashLB,
  OutlierDetection,
} from '../../../kinds/messages/destination-rule.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { LocalitySetting, ZoneAwareRouting } from '../../policy/locality.ts'

/** How endpoints that are new come to their full share of requests. */
export interface Warmup {
  readonly window: Duration | undefined
  /** undefined where only the window is stated. */
  readonly ramp: { readonly aggression: number; readonly minimumPercent: number } | undefined
}

export interface LbAlgorithm {
  /** `CLUSTER_PROVIDED`: the addresses are the client's or the resolver's own, and nothing is balanced. */
  readonly policy: 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'RANDOM' | 'RING_HASH' | 'MAGLEV' | 'CLUSTER_PROVIDED'
  readonly warmup?: Warmup | undefined
  /** Of the ring or the table of a hash; undefined for Envoy's own. */
  readonly hashSize?: number | undefined
}

export const CLUSTER_PROVIDED: LbAlgorithm = { policy: 'CLUSTER_PROVIDED' }
const LEAST_REQUEST: LbAlgorithm = { policy: 'LEAST_REQUEST' }
const RANDOM: LbAlgorithm = { policy: 'RANDOM' }
export const ROUND_ROBIN: LbAlgorithm = { policy: 'ROUND_ROBIN' }

const DEFAULT_RING_SIZE = 1024
const DEFAULT_AGGRESSION = 1
const DEFAULT_WARMUP_PERCENT = 10

function warmupOf({ warmup, warmupDurationSecs }: LoadBalancerSettings): Warmup | undefined {
  if (!warmup) return warmupDurationSecs && { window: warmupDurationSecs, ramp: undefined }
  const { duration, aggression = DEFAULT_AGGRESSION, minimumPercent = DEFAULT_WARMUP_PERCENT } = warmup
  return { window: duration, ramp: { aggression, minimumPercent } }
}

function hashing({ maglev, ringHash, minimumRingSize }: LoadBalancerSettingsConsistentHashLB): LbAlgorithm {
  if (maglev) return { policy: 'MAGLEV', hashSize: maglev.tableSize || undefined }
  const size = ringHash ? ringHash.minimumRingSize : minimumRingSize || DEFAULT_RING_SIZE
  return { policy: 'RING_HASH', hashSize: size || undefined }
}

/** A hash without a configuration of its own leaves the one that warm-up made. */
const hashed = (hash: LbAlgorithm, warmup: Warmup | undefined): LbAlgorithm =>
  hash.hashSize === undefined && warmup ? { ...hash, warmup } : hash

/** The algorithm that a policy asks for, in a cluster that balances. */
export function lbAlgorithm(settings: LoadBalancerSettings | undefined): LbAlgorithm {
  if (!settings) return LEAST_REQUEST
  const warmup = warmupOf(settings)
  if (settings.consistentHash) return hashed(hashing(settings.consistentHash), warmup)
  switch (settings.simple) {
    case 'RANDOM':
      return RANDOM
    case 'ROUND_ROBIN':
      return warmup ? { ...ROUND_ROBIN, warmup } : ROUND_ROBIN
    case 'PASSTHROUGH':
      return CLUSTER_PROVIDED
    default:
      return warmup ? { ...LEAST_REQUEST, warmup } : LEAST_REQUEST
  }
}

/** How far health may fall before Envoy ignores it, in percent: what outlier detection states, else never where possible. */
function panicThreshold(
  outlier: OutlierDetection | undefined,
  isDistributed: boolean,
  sendsUnhealthy: boolean,
): number | undefined {
  if (outlier && outlier.minHealthPercent >= 0) return isDistributed ? 0 : outlier.minHealthPercent
  return isDistributed || sendsUnhealthy ? 0 : undefined
}

function isWeighted({ setting, outlierDetection, alwaysWeighted }: CommonLbInput): boolean {
  if (setting?.kind === 'zone-aware') return false
  if (alwaysWeighted || !setting) return alwaysWeighted
  const failsOver = setting.forced || outlierDetection !== undefined
  const { distribute, failover, failoverPriority } = setting
  return distribute.length > 0 || (failsOver && (failover.length > 0 || failoverPriority.length > 0))
}

/** What of the service, the policy and istiod's settings decides on panic and locality. */
export interface CommonLbInput {
  readonly setting: LocalitySetting | undefined
  readonly outlierDetection: OutlierDetection | undefined
  /** The service states a traffic distribution. */
  readonly isDistributed: boolean
  /** Clients know of unhealthy endpoints, too. */
  readonly sendsUnhealthy: boolean
  /** Localities are always weighted (ENABLE_LOCALITY_WEIGHTED_LB_CONFIG). */
  readonly alwaysWeighted: boolean
  /** The service keeps sessions at endpoints that drain. */
  readonly keepsSessions: boolean
}

/** What holds whatever the algorithm. */
export interface CommonLb {
  /** In percent; undefined for Envoy's own. */
  readonly panicThreshold: number | undefined
  /** Sessions stay at endpoints that drain. */
  readonly keepsSessions: boolean
  /** Localities get shares by their weights. */
  readonly weighted: boolean
  readonly zoneAware: ZoneAwareRouting | undefined
}

export const NO_COMMON_LB: CommonLb = {
  panicThreshold: undefined,
  keepsSessions: false,
  weighted: false,
  zoneAware: undefined,
}

export function commonLb(input: CommonLbInput): CommonLb {
  const { outlierDetection, isDistributed, sendsUnhealthy, setting } = input
  return {
    panicThreshold: panicThreshold(outlierDetection, isDistributed, sendsUnhealthy),
    keepsSessions: input.keepsSessions,
    weighted: isWeighted(input),
    zoneAware: setting?.kind === 'zone-aware' ? setting : undefined,
  }
}
