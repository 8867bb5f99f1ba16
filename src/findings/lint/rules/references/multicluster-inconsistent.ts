import { type ServiceDifference, serviceDifferences, type TraitValue } from '../../../clusters/services.ts'
import type { Found, MeshRule } from '../../rule.ts'

const PHRASES: Readonly<Record<ServiceDifference['trait'], (value: string) => string>> = {
  ports: (value) => (value === 'none' ? 'no ports' : `the ports ${value}`),
  type: (value) => `the type ${value}`,
  headless: (value) => (value === 'yes' ? 'no cluster IP' : 'a cluster IP'),
}

function found({ host, trait }: ServiceDifference, first: TraitValue, other: TraitValue): Found {
  const phrase = PHRASES[trait]
  const here = `${host} has ${phrase(other.value)} in cluster ${other.clusterId}`
  const there = `${phrase(first.value)} in cluster ${first.clusterId}`
  return {
    message: `${here} and ${there}: the latter applies everywhere`,
    resource: other.resource,
    location: other.location,
    related: [{ message: `the Service of cluster ${first.clusterId}, which applies`, location: first.location }],
  }
}

/** One finding per cluster that differs from the one that applies. */
export const multiclusterInconsistent: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    if (registry.snapshot.clusters.length < 2) return
    for (const difference of serviceDifferences(registry)) {
      const [first, ...others] = difference.values
      for (const other of others) if (other.value !== first.value) yield found(difference, first, other)
    }
  },
}
