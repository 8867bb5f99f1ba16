/** The revision or revision tag that a proxy belongs to, as far as labels tell. */
import { EMPTY_MAP } from '../common/collections.ts'
import { LABELS } from '../common/istio-names.ts'
import { type Injectable, injectionOf } from '../resources/injection.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import { labelsOf } from './metadata.ts'
import type { Node } from './node.ts'
import { clusterIndex } from './workloads.ts'

/** The revision of a proxy that describes itself: the label that injection added. */
export function revisionOfNode({ metadata }: Node): string | undefined {
  return labelsOf(metadata, 'LABELS').get(LABELS.revision) || undefined
}

/** What decides the revision of a proxy that injection has yet to add. */
interface Uninjected extends Partial<Pick<Injectable, 'labels' | 'annotations'>> {
  readonly clusterId: string
  readonly namespace: string
}

/** The revision whose injection applies; undefined when no label of the workload or its namespace decides. */
export function revisionOfInjection(
  { clusterId, namespace, labels = EMPTY_MAP, annotations = EMPTY_MAP }: Uninjected,
  { clusters }: Snapshot,
): string | undefined {
  const cluster = clusters.find(({ id }) => id === clusterId) ?? clusters[0]
  const { wanted, revision } = injectionOf(
    { labels, annotations, hostNetwork: false },
    clusterIndex(cluster).namespaces.get(namespace),
  )
  return wanted === 'yes' ? revision : undefined
}
