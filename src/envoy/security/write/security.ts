/** Writes the filters that check connections and requests. */
import type { Extension } from '../../json.ts'
import type { AuthorizationFilterPlan } from '../plan/authorization.ts'
import type { FilterKind } from '../plan/rules.ts'
import type { SecurityPlan } from '../plan/security.ts'
import { authorizationFilters } from './authorization.ts'
import { tokenFilter } from './tokens.ts'

/** Filters by their place among the others. */
export interface SecurityFilters {
  /** Of the action CUSTOM, before all others. */
  readonly custom: readonly Extension[]
  readonly tokens: readonly Extension[]
  /** Of the other actions, which may depend on tokens. */
  readonly authorization: readonly Extension[]
}

export const NO_SECURITY: SecurityFilters = { custom: [], tokens: [], authorization: [] }

const NO_PLANS: readonly AuthorizationFilterPlan[] = []

function filtersOf({ authorization, tokens }: SecurityPlan, kind: FilterKind): SecurityFilters {
  if (!authorization && !tokens) return NO_SECURITY
  return {
    custom: authorizationFilters(authorization?.[kind].custom ?? NO_PLANS, kind),
    tokens: tokens && kind === 'http' ? [tokenFilter(tokens)] : [],
    authorization: authorizationFilters(authorization?.[kind].own ?? NO_PLANS, kind),
  }
}

/** The filters of a proxy, for connection managers and for TCP chains. */
export const securityFilters = (plan: SecurityPlan): Readonly<Record<FilterKind, SecurityFilters>> => ({
  http: filtersOf(plan, 'http'),
  tcp: filtersOf(plan, 'tcp'),
})
