/** Load balancing (pilot/pkg/networking/core/cluster_traffic_policy.go applyLoadBalancer). */
import type {
  LoadBalancerSettings,
  LoadBalancerSettingsConsistentHashLB,
  OutlierDetection,
} from '../../../kinds/messages/destination-rule.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { LocalitySetting, ZoneAwareRouting } from '../../policy/locality.ts'

/** How new endpoints ramp up to their full share of requests. */
export interface Warmup {
  readonly window: Duration | undefined
  /** undefined when only the window is set. */
  readonly ramp: { readonly aggression: number; readonly minimumPercent: number } | undefined
}

export interface LbAlgorithm {
  /** `CLUSTER_PROVIDED`: connections go to the original destination or the resolved name, without load balancing. */
  readonly policy: 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'RANDOM' | 'RING_HASH' | 'MAGLEV' | 'CLUSTER_PROVIDED'
  readonly warmup?: Warmup | undefined
  /** Size of the hash ring or table; undefined for Envoy's default. */
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

/** A hash without its own configuration keeps that of the warm-up. */
const hashed = (hash: LbAlgorithm, warmup: Warmup | undefined): LbAlgorithm =>
  hash.hashSize === undefined && warmup ? { ...hash, warmup } : hash

/** The algorithm that a policy sets for a load-balanced cluster. */
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

/** The percentage of healthy endpoints below which Envoy ignores health: that of outlier detection, otherwise 0. */
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

/** The settings of service, policy and istiod that decide panic mode and locality weights. */
export interface CommonLbInput {
  readonly setting: LocalitySetting | undefined
  readonly outlierDetection: OutlierDetection | undefined
  /** The service has a traffic distribution. */
  readonly isDistributed: boolean
  /** Clients also receive unhealthy endpoints. */
  readonly sendsUnhealthy: boolean
  /** Localities are always weighted (ENABLE_LOCALITY_WEIGHTED_LB_CONFIG). */
  readonly alwaysWeighted: boolean
  /** The service has persistent sessions, which stay on draining endpoints. */
  readonly keepsSessions: boolean
}

/** Settings for every algorithm. */
export interface CommonLb {
  /** In percent; undefined for Envoy's default. */
  readonly panicThreshold: number | undefined
  /** Persistent sessions stay on draining endpoints. */
  readonly keepsSessions: boolean
  /** Traffic is split over localities by weight. */
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
