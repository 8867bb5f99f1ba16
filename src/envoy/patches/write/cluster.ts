/** Applies patches to one cluster (core/envoyfilter/cluster_patch.go). */
import { mergeMessages } from '../../../kinds/protobuf/index.ts'
import { isMapping, type JsonMapping, listAt, mappingAt, textAt } from '../../../sources/mapping.ts'
import type { Patch } from '../plan/patches.ts'
import { partsOfClusterName } from './cluster-name.ts'
import type { Effects } from './effects.ts'
import { mergeConfig, Panic } from './merge-filter.ts'
import { isMerge, listsOf } from './merges.ts'

const CLUSTER = 'envoy.config.cluster.v3.Cluster'

/**
 * Whether a patch matches a cluster.
 * @param hosts of an inbound cluster: those of the services on its port
 */
export function matchesCluster({ match }: Patch, name: string, hosts: readonly string[]): boolean {
  const wanted = match?.cluster
  if (!wanted) return true
  if (wanted.name !== '') return wanted.name === name
  const { direction, subset, host, port } = partsOfClusterName(name)
  if (wanted.subset !== '' && wanted.subset !== subset) return false
  const own = direction === 'inbound' && hosts.length > 0 ? hosts : [host]
  if (wanted.service !== '' && !own.includes(wanted.service)) return false
  return wanted.portNumber === 0 || wanted.portNumber === port
}

/** With a socket in the value, only that counts. */
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
  for (const patch of patches) {
    const concerns = patch.operation === 'REMOVE' || isMerge(patch)
    if (!concerns || !matchesCluster(patch, textAt(patched, 'name'), hosts)) continue
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
    effects.add({ patch, part: [], before, after: patched })
  }
  return patched
}
