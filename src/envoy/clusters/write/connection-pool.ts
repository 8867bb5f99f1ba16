/** Writes connection limits and keepalive. */
import { durationText } from '../../json.ts'
import type { Keepalive, PoolDecision, RetryBudget } from '../plan/connection-pool.ts'
import { percent } from './percent.ts'
import type { EnvoyThresholds, TcpKeepalive } from './types.ts'

function budgetFields(budget: RetryBudget): EnvoyThresholds['retryBudget'] {
  return {
    budgetPercent: percent(budget.percent),
    budgetInterval: durationText(budget.interval),
    minRetryConcurrency: budget.minRetryConcurrency,
  }
}

export function thresholds({ thresholds: limits, retryBudget }: PoolDecision): EnvoyThresholds {
  return retryBudget ? { ...limits, retryBudget: budgetFields(retryBudget) } : limits
}

export const tcpKeepalive = ({ probes, time, interval }: Keepalive): TcpKeepalive => ({
  keepaliveProbes: probes,
  keepaliveTime: time,
  keepaliveInterval: interval,
})
