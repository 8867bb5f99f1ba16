import type { Namespace } from '../kinds/index.ts'
import type { Metadata } from '../kinds/resource.ts'
import type { TrafficDistribution } from './service.ts'

const ANNOTATION = 'networking.istio.io/traffic-distribution'

const BY_FIELD: ReadonlyMap<string, TrafficDistribution> = new Map([
  ['PreferClose', 'same-zone'],
  ['PreferSameZone', 'same-zone'],
  ['PreferSameNode', 'same-node'],
] as const)

const BY_ANNOTATION: ReadonlyMap<string, TrafficDistribution> = new Map(
  [...BY_FIELD].map(([name, value]) => [name.toLowerCase(), value]),
)

/** The Service's own field, then its annotation, then its namespace's (pilot/pkg/model GetTrafficDistribution). */
export function trafficDistributionOf(
  field: string | undefined,
  meta: Metadata,
  namespace: Namespace | undefined,
): TrafficDistribution {
  const stated = field === undefined ? undefined : BY_FIELD.get(field)
  if (stated) return stated
  const annotation = meta.annotations.get(ANNOTATION) || namespace?.meta.annotations.get(ANNOTATION)
  return (annotation && BY_ANNOTATION.get(annotation.toLowerCase())) || 'any'
}
