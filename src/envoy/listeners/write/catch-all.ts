/** Writes the filters for traffic that matches no listener or chain. */
import { VIRTUAL_OUTBOUND } from '../../../common/names.ts'
import type { Origin } from '../../explained.ts'
import { httpConnectionManager } from '../../filters/write/http-connection-manager.ts'
import { tcpProxy } from '../../filters/write/network.ts'
import type { ProxyFilters } from '../../filters/write/proxy-filters.ts'
import type { Filter } from '../../json.ts'
import { RouteWriter } from '../../routes/write/configuration.ts'
import type { CatchAllPlan } from '../plan/catch-all.ts'

export interface CatchAll {
  readonly filters: readonly Filter[]
  readonly origins: readonly Origin[]
  /** Plain HTTP to unknown hosts, if they are resolved by name. */
  readonly http: { readonly filters: readonly Filter[]; readonly origins: readonly Origin[] } | undefined
}

export function catchAll(filters: ProxyFilters, { cluster, origin, unknownHosts }: CatchAllPlan): CatchAll {
  const own = [...filters.by.outbound.metrics, tcpProxy(filters, 'outbound', cluster, cluster)]
  const policies = filters.settings.telemetry.origins.CLIENT
  const origins = [origin, ...policies]
  if (!unknownHosts) return { filters: own, origins, http: undefined }
  const { resource } = new RouteWriter().configuration(unknownHosts.routes)
  const manager = httpConnectionManager(filters, {
    traffic: 'outbound',
    statPrefix: `outbound_${VIRTUAL_OUTBOUND}_${resource.name};`,
    routes: { inline: { ...resource } },
    extensions: unknownHosts.extensions,
  })
  const httpOrigins = [unknownHosts.origin, ...(unknownHosts.extensions?.origins.http ?? []), ...policies]
  return { filters: own, origins, http: { filters: [manager], origins: httpOrigins } }
}
