/** Writes metrics filters. */
import { compact, type Extension } from '../../json.ts'
import type { Traffic } from '../plan/traffic.ts'
import { STATS } from './constants.ts'

/** Requests from outside may have any Host header, which must not become a metric's label. */
const DISTRUSTS_HOST: Readonly<Record<Traffic, boolean>> = { outbound: false, inbound: true, gateway: true }

/** @param count how many there are */
export function metricsFilters(count: number, traffic: Traffic): readonly Extension[] {
  const filter: Extension = {
    name: STATS.name,
    typedConfig: compact({
      '@type': STATS.type,
      disableHostHeaderFallback: DISTRUSTS_HOST[traffic] || undefined,
    }),
  }
  return new Array<Extension>(count).fill(filter)
}
