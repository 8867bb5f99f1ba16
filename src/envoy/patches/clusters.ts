/** The clusters of a proxy after its EnvoyFilters (core/envoyfilter ApplyClusterMerge and InsertedClusters). */
import type { JsonMapping } from '../../sources/mapping.ts'
import { fieldAt, textAt } from '../../sources/mapping.ts'
import type { EnvoyCluster } from '../clusters/write/types.ts'
import { type Explained, LazilyExplained } from '../explained.ts'
import { addsTo, type Patch, type ProxyPatches, type Stage } from './plan/patches.ts'
import { clusterTarget, matchesCluster, patchCluster } from './write/cluster.ts'
import { completeCluster } from './write/complete.ts'
import { Effects, originsOf } from './write/effects.ts'
import { isMerge } from './write/merges.ts'

type ExplainedCluster = Explained<EnvoyCluster>

const NO_HOSTS: readonly string[] = []

/** Patches the clusters of one stage, one at a time. */
export class ClusterStage {
  readonly #patches: readonly Patch[]
  readonly #stage: Stage
  readonly #record: ProxyPatches['record']

  constructor(patches: ProxyPatches, stage: Stage) {
    this.#patches = patches.at(stage)('CLUSTER')
    this.#stage = stage
    this.#record = patches.record
  }

  /**
   * @param hosts of an inbound cluster: those of the services on its port
   * @returns undefined when a patch removes the cluster, and the cluster itself when no patch matches it
   */
  patch(before: ExplainedCluster, hosts = NO_HOSTS): ExplainedCluster | undefined {
    if (this.#patches.length === 0) return before
    const own = before.resource as unknown as JsonMapping
    const effects = new Effects('cluster', textAt(own, 'name'), this.#record)
    const patched = patchCluster(own, this.#patches, hosts, effects)
    if (effects.list.length === 0) return before
    if (!patched) return undefined
    completeCluster(patched)
    const resource = patched as unknown as EnvoyCluster
    return new LazilyExplained(resource, () => [...before.origins, ...originsOf(effects.list)])
  }

  /** Whether a cluster may be removed or get another name, so that it must be written to know. */
  mayMove(name: string): boolean {
    const target = clusterTarget(name, NO_HOSTS)
    return this.#patches.some(
      (patch) =>
        (patch.operation === 'REMOVE' || (isMerge(patch) && fieldAt(patch.value, 'name') !== undefined)) &&
        matchesCluster(patch, target),
    )
  }

  /** The clusters that patches add; nothing is patched in them. */
  added(): readonly ExplainedCluster[] {
    const out: ExplainedCluster[] = []
    for (const patch of this.#patches) {
      if (!addsTo(this.#stage, patch) || !patch.value) continue
      const effects = new Effects('cluster', textAt(patch.value, 'name'), this.#record)
      effects.add({ patch, part: [], before: undefined, after: patch.value })
      completeCluster(patch.value)
      out.push(new LazilyExplained(patch.value as unknown as EnvoyCluster, () => originsOf(effects.list)))
    }
    return out
  }
}
