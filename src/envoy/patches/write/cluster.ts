/** Applies patches to one cluster (core/envoyfilter/cluster_patch.go). */
import { once } from '../../../common/once.ts'
import { mergeMessages } from '../../../kinds/protobuf/index.ts'
import { isMapping, type JsonMapping, listAt, mappingAt, textAt } from '../../../sources/mapping.ts'
import type { Patch } from '../plan/patches.ts'
import { type ClusterNameParts, partsOfClusterName } from './cluster-name.ts'
import type { Effects } from './effects.ts'
import { mergeConfig, Panic } from './merge-filter.ts'
import { isMerge, listsOf } from './merges.ts'

const CLUSTER = 'envoy.config.cluster.v3.Cluster'

/** A cluster as patches match it. */
export interface ClusterTarget {
  readonly name: string
  readonly parts: () => ClusterNameParts
  /** Of an inbound cluster: those of the services on its port. */
  readonly hosts: readonly string[]
}

/** The name is taken apart once, however many patches there are. */
export const clusterTarget = (name: string, hosts: readonly string[]): ClusterTarget => ({
  name,
  parts: once(() => partsOfClusterName(name)),
  hosts,
})

/** Whether a patch matches a cluster. */
export function matchesCluster({ match }: Patch, { name, parts, hosts }: ClusterTarget): boolean {
  const wanted = match?.cluster
  if (!wanted) return true
  if (wanted.name !== '') return wanted.name === name
  const { direction, subset, host, port } = parts()
  if (wanted.subset !== '' && wanted.subset !== subset) return false
  const own = direction === 'inbound' && hosts.length > 0 ? hosts : [host]
  if (wanted.service !== '' && !own.includes(wanted.service)) return false
  return wanted.portNumber === 0 || wanted.portNumber === port
}

/** If the value has a transport socket, istiod merges the socket only. */
function mergeSocket(cluster: JsonMapping, socket: JsonMapping, patch: Patch): JsonMapping {
  const name = textAt(socket, 'name')
  const matches = listAt(cluster, 'transportSocketMatches') as readonly JsonMapping[]
  if (matches.length > 0) {
    const at = matches.findIndex(
      (each) => isMapping(each.transportSocket) && textAt(each.transportSocket, 'name') === name,
    )
    const found = matches[at]
    if (!found) return cluster
    const merged = mergeConfig(mappingAt(found, 'transportSocket'), socket, patch, ['transport socket', name])
    const transportSocketMatches = matches.map((each) =>
      each === found ? { ...each, transportSocket: merged as never } : each,
    )
    return { ...cluster, transportSocketMatches }
  }
  const { transportSocket: own } = cluster
  const isSame = isMapping(own) && textAt(own, 'name') === name
  const merged = isSame ? mergeConfig(own, socket, patch, ['transport socket', name]) : socket
  return { ...cluster, transportSocket: merged as never }
}

function mergeCluster(cluster: JsonMapping, patch: Patch): JsonMapping {
  const { value = {}, operation } = patch
  if (isMapping(value.transportSocket)) return mergeSocket(cluster, value.transportSocket, patch)
  return mergeMessages(CLUSTER, cluster, value, listsOf(operation))
}

/**
 * Patches a cluster.
 * @param patches those of clusters
 * @param hosts of an inbound cluster: those of the services on its port
 * @returns undefined when a patch removes it; the cluster itself when no patch matches
 */
export function patchCluster(
  cluster: JsonMapping,
  patches: readonly Patch[],
  hosts: readonly string[],
  effects: Effects,
): JsonMapping | undefined {
  let patched = cluster
  let target = clusterTarget(textAt(cluster, 'name'), hosts)
  for (const patch of patches) {
    const concerns = patch.operation === 'REMOVE' || isMerge(patch)
    if (!concerns || !matchesCluster(patch, target)) continue
    const before = patched
    if (patch.operation === 'REMOVE') {
      effects.add({ patch, part: [], before, after: undefined })
      return undefined
    }
    try {
      patched = mergeCluster(before, patch)
    } catch (problem) {
      if (!(problem instanceof Panic)) throw problem
      effects.add(problem.effect)
      return patched
    }
    const name = textAt(patched, 'name')
    if (name !== target.name) target = clusterTarget(name, hosts)
    effects.add({ patch, part: [], before, after: patched })
  }
  return patched
}
