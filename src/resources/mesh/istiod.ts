/** Which istiod of a cluster applies: revisions, and the one that is taken when nothing names one. */
import { LABELS } from '../../common/istio-names.ts'
import type { Deployment } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'

/** The namespace of istiod and of its ConfigMaps. */
export const SYSTEM_NAMESPACE = 'istio-system'

/** The revision of an istiod that was installed without one. */
export const DEFAULT_REVISION = 'default'

const ISTIOD = 'istiod'
const APP_LABEL = 'app'

/** Which istiod applies. */
export interface IstiodChoice {
  /** Its namespace; istio-system when absent. */
  readonly istioNamespace?: string | undefined
  /** As its label `istio.io/rev` says; the default one when absent. */
  readonly revision?: string | undefined
}

/** `istiod`, or `istiod-REVISION`, in its namespace. */
export function isIstiod(resource: Resource, namespaceOfIstiod: string = SYSTEM_NAMESPACE): resource is Deployment {
  const { name, namespace, labels } = resource.meta
  return (
    resource.kind === 'Deployment' &&
    resource.cluster === '' &&
    namespace === namespaceOfIstiod &&
    (name === ISTIOD || name.startsWith(`${ISTIOD}-`)) &&
    (labels.get(APP_LABEL) ?? ISTIOD) === ISTIOD
  )
}

/** What an istiod calls itself: its label, else what its name has after `istiod-`. */
function revisionOf({ meta }: Deployment): string {
  const named = meta.name === ISTIOD ? DEFAULT_REVISION : meta.name.slice(ISTIOD.length + 1)
  return meta.labels.get(LABELS.revision) || named
}

/** The revisions of istiods, each once. */
export const revisionsOf = (istiods: readonly Deployment[]): readonly string[] => [...new Set(istiods.map(revisionOf))]

/**
 * Without a revision, `istiod` is taken before the others and the last of a name before the earlier ones.
 * @param istiods in the order of the input
 */
export function chooseIstiod(istiods: readonly Deployment[], revision: string | undefined): Deployment | undefined {
  if (revision !== undefined) return istiods.findLast((candidate) => revisionOf(candidate) === revision)
  return istiods.findLast((candidate) => candidate.meta.name === ISTIOD) ?? istiods.at(-1)
}

/** The istiod that applies, as far as a cluster has it. */
export interface AppliedIstiod {
  /** undefined when the cluster has no such istiod. */
  readonly deployment: Deployment | undefined
  /** The one asked for, else that of the Deployment. */
  readonly revision: string
  /** The revisions that the cluster has. */
  readonly revisions: readonly string[]
}

/**
 * Finds the istiod that applies.
 * @param deployments of the config cluster, in the order of the input
 */
export function appliedIstiod(
  deployments: readonly Deployment[],
  { istioNamespace, revision }: IstiodChoice,
): AppliedIstiod {
  const istiods = deployments.filter((deployment) => isIstiod(deployment, istioNamespace))
  const deployment = chooseIstiod(istiods, revision)
  return {
    deployment,
    revision: revision ?? (deployment ? revisionOf(deployment) : DEFAULT_REVISION),
    revisions: revisionsOf(istiods),
  }
}
