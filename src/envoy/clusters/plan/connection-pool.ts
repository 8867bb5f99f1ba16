/** Connection limits and timeouts (pilot/pkg/networking/core/cluster_traffic_policy.go applyConnectionPool). */

import type {
  ConnectionPoolSettings,
  ConnectionPoolSettingsTCPSettingsTcpKeepalive,
  TrafficPolicyRetryBudget,
} from '../../../kinds/messages/destination-rule.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { Features } from '../../../resources/mesh/features.ts'
import type { Snapshot } from '../../../resources/snapshot.ts'
import type { CommonHttp, Http2Limits } from './http-options.ts'

/** 0xffffffff means no limit. */
export interface Thresholds {
  readonly maxConnections: number
  readonly maxPendingRequests: number
  readonly maxRequests: number
  readonly maxRetries: number
  /** Envoy reports the remaining capacity. */
  readonly trackRemaining?: true
}

export interface RetryBudget {
  readonly percent: number
  readonly interval: Duration | undefined
  readonly minRetryConcurrency: number
}

/** TCP keepalive; times are in seconds. */
export interface Keepalive {
  readonly probes: number | undefined
  readonly time: number | undefined
  readonly interval: number | undefined
}

export interface PoolDecision {
  readonly connectTimeout: Duration | undefined
  readonly thresholds: Thresholds
  readonly retryBudget: RetryBudget | undefined
  readonly keepalive: Keepalive | undefined
  readonly common: CommonHttp | undefined
  readonly http2: Http2Limits | undefined
}

const UNLIMITED = 0xffffffff
/** Percent of requests; older releases send it as a fraction. */
const DEFAULT_BUDGET_PERCENT = 20
const MISTAKEN_BUDGET_PERCENT = 0.2
const DEFAULT_RETRY_CONCURRENCY = 3

const limit = (value: number | undefined): number => (value !== undefined && value > 0 ? value : UNLIMITED)

function retryBudget(budget: TrafficPolicyRetryBudget | undefined, features: Features): RetryBudget | undefined {
  const byDefault = features.has('retry-budget-in-percent') ? DEFAULT_BUDGET_PERCENT : MISTAKEN_BUDGET_PERCENT
  return (
    budget && {
      percent: budget.percent ?? byDefault,
      interval: budget.budgetInterval,
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

function thresholdsOf(pool: ConnectionPoolSettings | undefined, tracked: boolean): Thresholds {
  const base = tracked ? TRACKED_THRESHOLDS : UNLIMITED_THRESHOLDS
  if (!pool) return base
  return {
    ...base,
    maxConnections: limit(pool.tcp?.maxConnections),
    maxPendingRequests: limit(pool.http?.http1MaxPendingRequests),
    maxRequests: limit(pool.http?.http2MaxRequests),
    maxRetries: limit(pool.http?.maxRetries),
  }
}

type StatedKeepalive = ConnectionPoolSettingsTCPSettingsTcpKeepalive

/** The mesh's keepalive, overridden by the policy's field by field; fractions of a second are dropped. */
function keepaliveOf(mesh: StatedKeepalive | undefined, own: StatedKeepalive | undefined): Keepalive | undefined {
  if (!mesh && !own) return undefined
  const seconds = (field: 'time' | 'interval') => (own?.[field] ?? mesh?.[field])?.seconds
  return {
    probes: own?.probes || mesh?.probes || undefined,
    time: seconds('time'),
    interval: seconds('interval'),
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

/** Decides a cluster's connection pool; without settings it has the mesh's timeouts and no limits. */
export function decidePool(
  { mesh, features }: Snapshot,
  pool: ConnectionPoolSettings | undefined,
  budget: TrafficPolicyRetryBudget | undefined,
): PoolDecision {
  return {
    connectTimeout: pool?.tcp?.connectTimeout ?? mesh.connectTimeout,
    thresholds: thresholdsOf(pool, features.has('tracks-remaining')),
    retryBudget: retryBudget(budget, features),
    keepalive: keepaliveOf(mesh.tcpKeepalive, pool?.tcp?.tcpKeepalive),
    ...httpLimits(pool),
  }
}
