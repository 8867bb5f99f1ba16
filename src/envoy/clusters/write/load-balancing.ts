/** Writes load balancing. */
import { durationText } from '../../json.ts'
import type { CommonLb, LbAlgorithm, Warmup } from '../plan/load-balancing.ts'
import { percent } from './percent.ts'
import type { CommonLbConfig, EnvoyCluster, LbConfig, SlowStart } from './types.ts'

/** The key of the runtime override in the reference. */
const AGGRESSION_KEY = '('

function slowStart({ window, ramp }: Warmup): SlowStart {
  const slowStartWindow = durationText(window)
  if (!ramp) return { slowStartConfig: { slowStartWindow } }
  return {
    slowStartConfig: {
      slowStartWindow,
      aggression: { defaultValue: ramp.aggression || undefined, runtimeKey: AGGRESSION_KEY },
      minWeightPercent: percent(ramp.minimumPercent),
    },
  }
}

/** A 64-bit integer. */
const integer = (value: number): string => BigInt(value).toString()

const NO_CONFIG: LbConfig = {}

function hashConfig({ policy, hashSize }: LbAlgorithm): LbConfig {
  if (hashSize === undefined) return NO_CONFIG
  return policy === 'MAGLEV'
    ? { maglevLbConfig: { tableSize: integer(hashSize) } }
    : { ringHashLbConfig: { minimumRingSize: integer(hashSize) } }
}

function warmupConfig(policy: LbAlgorithm['policy'], warmup: Warmup): LbConfig {
  const start = slowStart(warmup)
  return policy === 'ROUND_ROBIN' ? { roundRobinLbConfig: start } : { leastRequestLbConfig: start }
}

/** At most one algorithm-specific configuration. */
export function algorithmConfig(algorithm: LbAlgorithm): LbConfig {
  const { policy, warmup } = algorithm
  return warmup ? warmupConfig(policy, warmup) : hashConfig(algorithm)
}

/** undefined for Envoy's default, the enum's zero. */
export const lbPolicy = ({ policy }: LbAlgorithm): EnvoyCluster['lbPolicy'] =>
  policy === 'ROUND_ROBIN' ? undefined : policy

const STATUSES_WITH_DRAINING = { statuses: ['HEALTHY', 'DRAINING', 'UNKNOWN', 'DEGRADED'] } as const

function zoneAwareConfig({ enabled, minClusterSize }: NonNullable<CommonLb['zoneAware']>) {
  return {
    routingEnabled: enabled ? undefined : percent(0),
    minClusterSize: minClusterSize === undefined ? undefined : integer(minClusterSize),
  }
}

export function commonLbConfig({ panicThreshold, keepsSessions, weighted, zoneAware }: CommonLb): CommonLbConfig {
  return {
    healthyPanicThreshold: panicThreshold === undefined ? undefined : percent(panicThreshold),
    overrideHostStatus: keepsSessions ? STATUSES_WITH_DRAINING : undefined,
    localityWeightedLbConfig: weighted ? {} : undefined,
    zoneAwareLbConfig: zoneAware && zoneAwareConfig(zoneAware),
  }
}
