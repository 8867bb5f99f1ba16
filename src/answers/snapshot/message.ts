/**
 * Objects as `snapshot` writes them: only the parts that vipctl reads. Anything that may hold secrets is omitted: data
 * of Secrets, environments and arguments of containers other than the proxy's and istiod's, and kubectl's record of the
 * last apply.
 */

import { ANNOTATIONS } from '../../common/istio-names.ts'
import { recordAll } from '../../kinds/define.ts'
import { kindOf, unmodelledKind } from '../../kinds/index.ts'
import { field, pick } from '../../kinds/kubernetes/record.ts'
import { CONFIG_CLUSTER } from '../../resources/intake/intake.ts'
import type { RawObject } from '../../resources/intake/objects.ts'
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'

const METADATA = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'labels',
  'annotations',
  'ownerReferences',
]

function withoutLastApplied(annotations: JsonValue | undefined): JsonValue | undefined {
  if (!isMapping(annotations) || !Object.hasOwn(annotations, ANNOTATIONS.lastApplied)) return annotations
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== ANNOTATIONS.lastApplied))
}

/** @param namespace for objects without one; '' for cluster-scoped kinds */
function metadataOf(value: JsonMapping, namespace: string): JsonValue {
  const given = fieldAt(value, 'metadata')
  // A mistake is kept, so that reading the snapshot reports it again.
  if (given !== undefined && !isMapping(given)) return given
  const { annotations, ...metadata } = pick(value.metadata, METADATA)
  const { name, ...others } = metadata
  return {
    ...field('name', name),
    ...(namespace !== '' && !others.namespace && { namespace }),
    ...others,
    ...field('annotations', withoutLastApplied(annotations)),
  }
}

/**
 * An object as written to the snapshot.
 * @param defaultNamespace for objects without one
 * @returns undefined for objects that have no effect
 */
function snapshotObject({ apiVersion, kind, value }: RawObject, defaultNamespace: string): JsonMapping | undefined {
  const definition = kindOf(apiVersion, kind)
  if (definition?.matters?.(value) === false) return undefined
  if (!definition && !unmodelledKind(apiVersion, kind)) return undefined
  const metadata = metadataOf(value, definition?.namespaced ? defaultNamespace : '')
  return { apiVersion, kind, metadata, ...(definition?.record(value) ?? recordAll(value)) }
}

/** The written objects of one cluster. */
export interface ClusterSnapshot {
  /** '' for the config cluster. */
  readonly cluster: string
  readonly objects: readonly object[]
}

/**
 * The written objects of each cluster; the config cluster comes first.
 * @param remotes IDs of the remote clusters
 * @param namespace for objects without one
 */
export function clusterSnapshots(
  objects: readonly RawObject[],
  remotes: readonly string[],
  namespace: string,
): ClusterSnapshot[] {
  const clusters = new Map<string, object[]>([CONFIG_CLUSTER, ...remotes].map((id) => [id, []]))
  for (const object of objects) {
    const written = snapshotObject(object, namespace)
    if (written) clusters.get(object.location.document.cluster)?.push(written)
  }
  return [...clusters].map(([cluster, list]) => ({ cluster, objects: list }))
}
