/** Metrics filters: one per default provider of type prometheus (pilot/pkg/model/telemetry.go). */
import type { MeshConfig } from '../../../resources/mesh/mesh-config.ts'
import { findProvider } from './providers.ts'

/** How many metrics filters each chain has; all are equal, for HTTP and TCP. */
export function metricsFilterCount(mesh: MeshConfig): number {
  const names = [...new Set(mesh.defaultProviders?.metrics)]
  return names.filter((name) => findProvider(mesh, name)?.prometheus !== undefined).length
}
