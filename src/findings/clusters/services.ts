/** Services that differ between clusters: the first cluster's definition applies, the others only add endpoints. */
import { append } from '../../common/collections.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Registry } from '../../registry/registry.ts'
import { portLocation, type Service, serviceLocation } from '../../registry/service.ts'
import type { Location } from '../../sources/location.ts'

export type ServiceTrait = 'ports' | 'type' | 'headless'

/** The value in one cluster. */
export interface TraitValue {
  readonly clusterId: string
  readonly value: string
  readonly resource: Resource
  readonly location: Location
}

export interface ServiceDifference {
  readonly host: string
  readonly trait: ServiceTrait
  /** The values of every cluster that has the Service; the first one applies. */
  readonly values: readonly [TraitValue, ...TraitValue[]]
}

interface TraitRule {
  readonly trait: ServiceTrait
  valueOf(service: Service): string
  locationOf(service: Service): Location
}

/** `http 80/HTTP` */
const portsText = ({ ports }: Service): string =>
  ports.map(({ name, number, protocol }) => `${name ? `${name} ` : ''}${number}/${protocol}`).join(', ') || 'none'

const field =
  (...path: string[]) =>
  ({ source }: Service): Location =>
    source.location.child(...path)

const DEFAULT_TYPE = 'ClusterIP'

const RULES: readonly TraitRule[] = [
  {
    trait: 'ports',
    valueOf: portsText,
    locationOf: (service) => {
      const [first] = service.ports
      return first ? portLocation(service, first.number) : serviceLocation(service)
    },
  },
  { trait: 'type', valueOf: ({ kubernetes }) => kubernetes?.type || DEFAULT_TYPE, locationOf: field('spec', 'type') },
  {
    trait: 'headless',
    valueOf: ({ resolution }) => (resolution === 'Passthrough' ? 'yes' : 'no'),
    locationOf: field('spec', 'clusterIP'),
  },
]

interface InCluster {
  readonly clusterId: string
  readonly service: Service
}

/** Services that exist in at least two clusters, by host. */
function sharedServices(registry: Registry): ReadonlyMap<string, readonly [InCluster, ...InCluster[]]> {
  const byHost = new Map<string, [InCluster, ...InCluster[]]>()
  for (const { id: clusterId } of registry.snapshot.clusters) {
    for (const service of registry.servicesOfCluster(clusterId)) {
      append(byHost, service.hostname, { clusterId, service })
    }
  }
  return byHost
}

/** Sorted by cluster and host. */
export function serviceDifferences(registry: Registry): readonly ServiceDifference[] {
  const out: ServiceDifference[] = []
  for (const [host, [first, ...others]] of sharedServices(registry)) {
    for (const { trait, valueOf, locationOf } of RULES) {
      const expected = valueOf(first.service)
      if (others.every(({ service }) => valueOf(service) === expected)) continue
      const value = ({ clusterId, service }: InCluster): TraitValue => ({
        clusterId,
        value: valueOf(service),
        resource: service.source,
        location: locationOf(service),
      })
      out.push({ host, trait, values: [value(first), ...others.map(value)] })
    }
  }
  return out
}
