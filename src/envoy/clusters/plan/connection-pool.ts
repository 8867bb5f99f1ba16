/** Limits and timeouts of connections (pilot/pkg/networking/core/cluster_traffic_policy.go applyConnectionPool). */

import type {
  ConnectionPoolSettings,
  ConnectionPoolSettingsTCPSettingsTcpKeepalive,
  TrafficPolicyRetryBudget,
} from '../../../kinds/messages/destination-rule.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { Snapshot } from '../../../resources/snapshot.ts'
import { durationText } from '../../json.ts'
import { percent } from '../write/percent.ts'
import type { TcpKeepalive, Thresholds } from '../write/types.ts'
import type { CommonHttp, Http2Limits } from './http-options.ts'

export interface PoolDecision {
  readonly connectTimeout: Duration | undefined
  readonly thresholds: Thresholds
  readonly keepalive: TcpKeepalive | undefined
  readonly common: CommonHttp | undefined
  readonly http2: Http2Limits | undefined
}

const UNLIMITED = 0xffffffff
const DEFAULT_BUDGET_PERCENT = 20
const DEFAULT_RETRY_CONCURRENCY = 3

const limit = (value: number | undefined): number => (value !== undefined && value > 0 ? value : UNLIMITED)

function retryBudget(budget: TrafficPolicyRetryBudget | undefined): Thresholds['retryBudget'] {
  return (
    budget && {
      budgetPercent: percent(budget.percent ?? DEFAULT_BUDGET_PERCENT),
      budgetInterval: durationText(budget.budgetInterval),
      minRetryConcurrency: budget.minRetryConcurrency || DEFAULT_RETRY_CONCURRENCY,
    }
  )
}

const UNLIMITED_THRESHOLDS: Thresholds = {
  maxConnections: UNLIMITED,
  maxPendingRequests: UNLIMITED,
  maxRequests: UNLIMITED,
  maxRetries: UNLIMITED,
}
const TRACKED_THRESHOLDS: Thresholds = { ...UNLIMITED_THRESHOLDS, trackRemaining: true }

function thresholdsOf(
  pool: ConnectionPoolSettings | undefined,
  budget: TrafficPolicyRetryBudget | undefined,
  tracked: boolean,
): Thresholds {
  const base = tracked ? TRACKED_THRESHOLDS : UNLIMITED_THRESHOLDS
  if (!pool && !budget) return base
  return {
    ...base,
    maxConnections: limit(pool?.tcp?.maxConnections),
    maxPendingRequests: limit(pool?.http?.http1MaxPendingRequests),
    maxRequests: limit(pool?.http?.http2MaxRequests),
    maxRetries: limit(pool?.http?.maxRetries),
    retryBudget: retryBudget(budget),
  }
}

type Keepalive = ConnectionPoolSettingsTCPSettingsTcpKeepalive

/** The mesh's keepalive with the policy's over it, field by field; sub-second parts are lost. */
function keepaliveOf(mesh: Keepalive | undefined, own: Keepalive | undefined): TcpKeepalive | undefined {
  if (!mesh && !own) return undefined
  const seconds = (field: 'time' | 'interval') => (own?.[field] ?? mesh?.[field])?.seconds
  return {
    keepaliveProbes: own?.probes || mesh?.probes || undefined,
    keepaliveTime: seconds('time'),
    keepaliveInterval: seconds('interval'),
  }
}

function httpLimits(pool: ConnectionPoolSettings | undefined): Pick<PoolDecision, 'common' | 'http2'> {
  const idleTimeout = pool?.http?.idleTimeout ?? pool?.tcp?.idleTimeout
  const maxConnectionDuration = pool?.tcp?.maxConnectionDuration
  const maxRequestsPerConnection = pool?.http?.maxRequestsPerConnection ?? 0
  const maxConcurrentStreams = pool?.http?.maxConcurrentStreams ?? 0
  const keepalive = pool?.http?.http2KeepAlive
  const stated =
    idleTimeout || maxConnectionDuration || maxRequestsPerConnection > 0 || maxConcurrentStreams > 0 || keepalive
  if (!stated) return { common: undefined, http2: undefined }
  return {
    common: { idleTimeout, maxConnectionDuration, maxRequestsPerConnection },
    http2: { maxConcurrentStreams, keepalive },
  }
}

/** Decides on a cluster's connection pool; an absent one gets the mesh's timeouts and no limits. */
export function decidePool(
  { mesh, features }: Snapshot,
  pool: ConnectionPoolSettings | undefined,
  budget: TrafficPolicyRetryBudget | undefined,
): PoolDecision {
  const tracked = features.has('tracks-remaining')
  return {
    connectTimeout: pool?.tcp?.connectTimeout ?? mesh.connectTimeout,
    thresholds: thresholdsOf(pool, budget, tracked),
    keepalive: keepaliveOf(mesh.tcpKeepalive, pool?.tcp?.tcpKeepalive),
    ...httpLimits(pool),
  }
}
