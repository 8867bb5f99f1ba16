/** The istiod of a live cluster: its Deployment, its ConfigMap, and its cluster ID. */
import { UserError } from '../../common/errors.ts'
import { buildSnapshot } from '../../resources/index.ts'
import { appliedIstiod, type IstiodChoice, SYSTEM_NAMESPACE } from '../../resources/mesh/istiod.ts'
import { meshConfigMapName } from '../../resources/mesh/mesh.ts'
import { withoutCluster } from './document.ts'
import { gapProblems, istiodGaps, placeOfCluster } from './gaps.ts'
import type { LiveCluster, LoadedCluster } from './index.ts'
import { ISTIOD } from './needs.ts'
import type { ClusterPart } from './read-cluster.ts'

/** The settings of a cluster's own istiods. */
interface Istiod {
  /** CLUSTER_ID of the one that applies. */
  readonly clusterId: string | undefined
  /** The revision that applies: the requested one, otherwise the default. */
  readonly revision: string
  readonly loaded: LoadedCluster
}

/**
 * The Deployments of istiod, and which one applies.
 * @throws UserError when the requested one does not exist
 */
export async function readIstiods(cluster: LiveCluster, choice: IstiodChoice): Promise<Istiod> {
  const { istioNamespace = SYSTEM_NAMESPACE, revision } = choice
  const request = { kind: ISTIOD.deployment, namespaces: [istioNamespace], labelSelector: ISTIOD.selector }
  const loaded = await cluster.load([request])
  // A remote cluster's istiod is read like a config cluster's: its Deployment gets no cluster ID.
  const { clusters, features } = buildSnapshot(withoutCluster(loaded.documents), { istioNamespace, revision })
  const applied = appliedIstiod(clusters[0].deployments, { istioNamespace, revision })
  if (revision !== undefined && !applied.deployment && loaded.gaps.length === 0) {
    const known = applied.revisions.join(', ')
    throw new UserError(
      `--revision ${revision}: ${placeOfCluster(cluster)} has no such istiod in namespace ${istioNamespace}`,
      known === '' ? 'set the namespace of istiod with -i' : `it has ${known}`,
    )
  }
  return { clusterId: features.env.get('CLUSTER_ID'), revision: applied.revision, loaded }
}

/** istiod's Deployments and its ConfigMap. Defaults and a problem replace what may not be read. */
export async function readSettings(
  cluster: LiveCluster,
  choice: IstiodChoice,
): Promise<ClusterPart & Pick<Istiod, 'clusterId'>> {
  const { clusterId, revision, loaded } = await readIstiods(cluster, choice)
  const namespaces = [choice.istioNamespace ?? SYSTEM_NAMESPACE]
  const configMaps = await cluster.load([{ kind: ISTIOD.configMap, namespaces, names: [meshConfigMapName(revision)] }])
  const gaps = istiodGaps(cluster, [...loaded.gaps, ...configMaps.gaps])
  return {
    cluster,
    clusterId,
    documents: [...loaded.documents, ...configMaps.documents],
    problems: [...loaded.problems, ...configMaps.problems, ...gapProblems(cluster, gaps)],
    gaps,
    lists: [...loaded.lists, ...configMaps.lists],
  }
}
