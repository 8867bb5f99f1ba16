/** Metrics filters of the default providers (pilot/pkg/model/telemetry.go). */

import { compareBytes } from '../../../common/bytes.ts'
import type { MeshConfig } from '../../../resources/mesh/mesh-config.ts'
import { compact, type Extension } from '../../json.ts'
import { STATS } from '../write/constants.ts'
import { findProvider } from './access-log.ts'
import type { Traffic } from './traffic.ts'

/** Where a request comes from outside, its Host header may be anything: it must not become a metric's label. */
const DISTRUSTS_HOST: Readonly<Record<Traffic, boolean>> = { outbound: false, inbound: true, gateway: true }

/** One filter for each default metrics provider of type prometheus; the same for HTTP and TCP. */
export function metricsFilters(mesh: MeshConfig, traffic: Traffic): readonly Extension[] {
  const names = [...new Set(mesh.defaultProviders?.metrics)].sort(compareBytes)
  const filter: Extension = {
    name: STATS.name,
    typedConfig: compact({
      '@type': STATS.type,
      disableHostHeaderFallback: DISTRUSTS_HOST[traffic] || undefined,
    }),
  }
  return names.filter((name) => findProvider(mesh, name)?.prometheus !== undefined).map(() => filter)
}
