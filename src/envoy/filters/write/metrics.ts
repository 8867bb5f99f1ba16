/** Writes down metrics filters. */
import { compact, type Extension } from '../../json.ts'
import type { Traffic } from '../plan/traffic.ts'
import { STATS } from './constants.ts'

/** Where a request comes from outside, its Host header may be anything: it must not become a metric's label. */
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
