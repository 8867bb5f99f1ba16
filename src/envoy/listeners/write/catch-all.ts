/** Writes down the filters for traffic that no listener or chain knows. */
import { VIRTUAL_OUTBOUND } from '../../../common/names.ts'
import type { Origin } from '../../facts.ts'
import { httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import { tcpProxy } from '../../filters/write/network.ts'
import type { ProxyFilters } from '../../filters/write/proxy-filters.ts'
import type { EnvoyMessage, Extension } from '../../json.ts'
import type { CatchAllPlan } from '../plan/catch-all.ts'

export interface CatchAll {
  readonly filters: readonly Extension[]
  readonly origin: Origin
  /** Plain HTTP to hosts that nobody knows, where it is resolved by name. */
  readonly http: { readonly filters: readonly Extension[]; readonly origin: Origin } | undefined
}

/** Of the route configuration for hosts that nobody knows. */
export const UNKNOWN_HOSTS = 'allow_any_dynamic_dns'

/** @param unknownHostRoutes the route configuration for hosts that nobody knows, where the plan resolves them */
export function catchAll(
  filters: ProxyFilters,
  { cluster, origin, unknownHosts }: CatchAllPlan,
  unknownHostRoutes: EnvoyMessage | undefined,
): CatchAll {
  const own = [...filters.metrics.outbound, tcpProxy(filters, cluster, cluster)]
  if (!unknownHosts || !unknownHostRoutes) return { filters: own, origin, http: undefined }
  const manager = httpConnectionManager(filters, {
    traffic: 'outbound',
    statPrefix: `outbound_${VIRTUAL_OUTBOUND}_${UNKNOWN_HOSTS};`,
    routes: { inline: unknownHostRoutes },
  })
  return { filters: own, origin, http: { filters: [manager], origin: unknownHosts } }
}
