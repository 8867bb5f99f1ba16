/** `proxy-config clusters`: the clusters in Envoy's form, filtered. */
import type { EnvoyCluster } from '../../../envoy/clusters/index.ts'
import type { Explained } from '../../../envoy/explained.ts'
import { goSorted } from '../go-sort.ts'
import { byClusterKey, clusterKey } from './key.ts'

/** Each is searched for anywhere in the cluster's name; '' , 0 or undefined for all. */
export interface ClusterFilter {
  readonly fqdn?: string | undefined
  readonly direction?: string | undefined
  readonly subset?: string | undefined
  readonly port?: number | undefined
}

export function matchesCluster({ name }: EnvoyCluster, { fqdn, direction, subset, port }: ClusterFilter): boolean {
  const wanted = [fqdn, direction, subset, port ? `|${port}|` : '']
  return wanted.every((part) => !part || name.includes(part))
}

/** Clusters in istioctl's order. */
export function sortedClusters<F extends Explained<EnvoyCluster>>(clusters: readonly F[]): readonly F[] {
  const keyed = clusters.map((cluster) => ({ cluster, key: clusterKey(cluster.resource.name) }))
  return goSorted(keyed, byClusterKey).map(({ cluster }) => cluster)
}
