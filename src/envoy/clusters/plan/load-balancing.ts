/** Load balancing (pilot/pkg/networking/core/cluster_traffic_policy.go applyLoadBalancer). */
import type {
  LoadBalancerSettings,
  LoadBalancerSettingsConsistentHashLB,
  OutlierDetection,
  WarmupConfiguration,
} from '../../../kinds/messages/destination-rule.ts'
import { durationText } from '../../json.ts'
import type { LocalitySetting, ZoneAwareRouting } from '../../policy/locality.ts'
import { percent } from '../write/percent.ts'
import type { CommonLbConfig, EnvoyCluster, LbConfig, Percent, SlowStart } from '../write/types.ts'

/** The algorithm and its configuration, as fields of the cluster. */
export interface LbAlgorithm extends LbConfig {
  readonly lbPolicy?: EnvoyCluster['lbPolicy']
}

/** The addresses are the client's or the resolver's own; nothing is balanced. */
export const CLUSTER_PROVIDED: LbAlgorithm = { lbPolicy: 'CLUSTER_PROVIDED' }
const LEAST_REQUEST: LbAlgorithm = { lbPolicy: 'LEAST_REQUEST' }
const RANDOM: LbAlgorithm = { lbPolicy: 'RANDOM' }
/** Envoy's default, the enum's zero. */
const ROUND_ROBIN: LbAlgorithm = {}

const DEFAULT_RING_SIZE = 1024
const DEFAULT_AGGRESSION = 1
const DEFAULT_WARMUP_PERCENT = 10
/** The reference gives this text as the key of a runtime override. */
const AGGRESSION_KEY = '('

function warmup({ duration, aggression, minimumPercent }: WarmupConfiguration): SlowStart {
  return {
    slowStartConfig: {
      slowStartWindow: durationText(duration),
      aggression: { defaultValue: (aggression ?? DEFAULT_AGGRESSION) || undefined, runtimeKey: AGGRESSION_KEY },
      minWeightPercent: percent(minimumPercent ?? DEFAULT_WARMUP_PERCENT),
    },
  }
}

function slowStart(settings: LoadBalancerSettings): SlowStart | undefined {
  if (settings.warmup) return warmup(settings.warmup)
  const { warmupDurationSecs } = settings
  return warmupDurationSecs && { slowStartConfig: { slowStartWindow: durationText(warmupDurationSecs) } }
}

const text = (value: number): string => BigInt(value).toString()

function hashing({ maglev, ringHash, minimumRingSize }: LoadBalancerSettingsConsistentHashLB): LbAlgorithm {
  if (maglev) {
    const maglevLbConfig = maglev.tableSize === 0 ? undefined : { tableSize: text(maglev.tableSize) }
    return { lbPolicy: 'MAGLEV', maglevLbConfig }
  }
  const size = ringHash ? ringHash.minimumRingSize : minimumRingSize || DEFAULT_RING_SIZE
  return { lbPolicy: 'RING_HASH', ringHashLbConfig: size === 0 ? undefined : { minimumRingSize: text(size) } }
}

/** A hash without a configuration of its own leaves the one that warm-up made. */
function hashed(hash: LbAlgorithm, start: SlowStart | undefined): LbAlgorithm {
  const configured = hash.maglevLbConfig || hash.ringHashLbConfig
  return configured || !start ? hash : { ...hash, leastRequestLbConfig: start }
}

/** The algorithm that a policy asks for, in a cluster that balances. */
export function lbAlgorithm(settings: LoadBalancerSettings | undefined): LbAlgorithm {
  if (!settings) return LEAST_REQUEST
  const start = slowStart(settings)
  if (settings.consistentHash) return hashed(hashing(settings.consistentHash), start)
  switch (settings.simple) {
    case 'RANDOM':
      return RANDOM
    case 'ROUND_ROBIN':
      return start ? { roundRobinLbConfig: start } : ROUND_ROBIN
    case 'PASSTHROUGH':
      return CLUSTER_PROVIDED
    default:
      return start ? { ...LEAST_REQUEST, leastRequestLbConfig: start } : LEAST_REQUEST
  }
}

/** How far health may fall before Envoy ignores it: what outlier detection states, else never where possible. */
function panicThreshold(
  outlier: OutlierDetection | undefined,
  isDistributed: boolean,
  sendsUnhealthy: boolean,
): Percent | undefined {
  if (outlier && outlier.minHealthPercent >= 0) return percent(isDistributed ? 0 : outlier.minHealthPercent)
  return isDistributed || sendsUnhealthy ? percent(0) : undefined
}

function isWeighted({ setting, outlierDetection, alwaysWeighted }: CommonLbInput): boolean {
  if (setting?.kind === 'zone-aware') return false
  if (alwaysWeighted || !setting) return alwaysWeighted
  const failsOver = setting.forced || outlierDetection !== undefined
  const { distribute, failover, failoverPriority } = setting
  return distribute.length > 0 || (failsOver && (failover.length > 0 || failoverPriority.length > 0))
}

function zoneAwareConfig({ enabled, minClusterSize }: ZoneAwareRouting): CommonLbConfig['zoneAwareLbConfig'] {
  return {
    routingEnabled: enabled ? undefined : percent(0),
    minClusterSize: minClusterSize === undefined ? undefined : text(minClusterSize),
  }
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

const STATUSES_WITH_DRAINING = { statuses: ['HEALTHY', 'DRAINING', 'UNKNOWN', 'DEGRADED'] } as const

export function commonLbConfig(input: CommonLbInput): CommonLbConfig {
  const { outlierDetection, isDistributed, sendsUnhealthy, setting } = input
  return {
    healthyPanicThreshold: panicThreshold(outlierDetection, isDistributed, sendsUnhealthy),
    overrideHostStatus: input.keepsSessions ? STATUSES_WITH_DRAINING : undefined,
    localityWeightedLbConfig: isWeighted(input) ? {} : undefined,
    zoneAwareLbConfig: setting?.kind === 'zone-aware' ? zoneAwareConfig(setting) : undefined,
  }
}
