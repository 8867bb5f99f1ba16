/** Per-route settings of HTTP filters: faults and CORS (route.go TranslateFault, TranslateCORSPolicy). */

import { GRPC_STATUS } from '../../../common/status-codes.ts'
import type { CorsPolicy, HTTPFaultInjection } from '../../../kinds/messages/virtual-service.ts'
import { compact, durationText, envoyType, type TypedConfig } from '../../json.ts'
import type { CorsPlan, RoutePlan } from '../plan/route.ts'
import { fractionOf, unlessEmpty, wholePercent } from './fields.ts'
import { stringMatcher } from './match.ts'
import type { StringMatcher } from './resources.ts'

const FAULT_FILTER = 'envoy.filters.http.fault'
const FAULT_TYPE = envoyType('extensions.filters.http.fault.v3.HTTPFault')
const CORS_FILTER = 'envoy.filters.http.cors'
const CORS_TYPE = envoyType('extensions.filters.http.cors.v3.CorsPolicy')

function faultDelay({ delay }: HTTPFaultInjection) {
  const fixedDelay = durationText(delay?.fixedDelay)
  if (!delay || fixedDelay === undefined) return undefined
  return { fixedDelay, percentage: delay.percentage ? fractionOf(delay.percentage) : wholePercent(delay.percent) }
}

function faultAbort({ abort }: HTTPFaultInjection) {
  if (!abort) return undefined
  const percentage = abort.percentage && fractionOf(abort.percentage)
  if (abort.httpStatus !== undefined) return compact({ httpStatus: abort.httpStatus, percentage })
  if (abort.grpcStatus === undefined) return undefined
  return compact({ grpcStatus: GRPC_STATUS.get(abort.grpcStatus) ?? 0, percentage })
}

function faultConfig(fault: HTTPFaultInjection): TypedConfig {
  return compact({ '@type': FAULT_TYPE, delay: faultDelay(fault), abort: faultAbort(fault) })
}

function allowedOrigins(cors: CorsPolicy): readonly StringMatcher[] | undefined {
  return unlessEmpty(
    cors.allowOrigins.length > 0
      ? cors.allowOrigins.flatMap((match) => stringMatcher(match) ?? [])
      : cors.allowOrigin.map((exact) => ({ exact })),
  )
}

const joined = (items: readonly string[]): string | undefined => items.join(',') || undefined

function corsConfig({ policy: cors, forwardsUnmatched }: CorsPlan): TypedConfig {
  return compact({
    '@type': CORS_TYPE,
    allowOriginStringMatch: allowedOrigins(cors),
    allowMethods: joined(cors.allowMethods),
    allowHeaders: joined(cors.allowHeaders),
    exposeHeaders: joined(cors.exposeHeaders),
    maxAge: cors.maxAge && String(cors.maxAge.seconds),
    allowCredentials: cors.allowCredentials,
    filterEnabled: { defaultValue: wholePercent(100) },
    forwardNotMatchingPreflights: forwardsUnmatched,
  })
}

/** @returns undefined when the route has neither */
export function filterConfigs({ fault, cors }: RoutePlan): Readonly<Record<string, TypedConfig>> | undefined {
  if (!fault && !cors) return undefined
  return { ...(fault && { [FAULT_FILTER]: faultConfig(fault) }), ...(cors && { [CORS_FILTER]: corsConfig(cors) }) }
}
