/** Which istiod of a cluster applies: revisions, and the default without one. */
import { LABELS } from '../../common/istio-names.ts'
import type { Deployment } from '../../kinds/index.ts'
import { MUTATING_WEBHOOK } from '../../kinds/kubernetes/webhook.ts'
import type { Resource } from '../../kinds/resource.ts'

/** The namespace of istiod and of its ConfigMaps. */
export const SYSTEM_NAMESPACE = 'istio-system'

/** The revision of an istiod installed without one. */
export const DEFAULT_REVISION = 'default'

const ISTIOD = 'istiod'
const APP_LABEL = 'app'

/** The istiod to use. */
export interface IstiodChoice {
  /** istio-system by default. */
  readonly istioNamespace?: string | undefined
  /** The value of its label `istio.io/rev`; the default revision when absent. */
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

/** An istiod's revision: its label, otherwise the part of its name after `istiod-`. */
export function revisionOf({ meta }: Deployment): string {
  const named = meta.name === ISTIOD ? DEFAULT_REVISION : meta.name.slice(ISTIOD.length + 1)
  return meta.labels.get(LABELS.revision) || named
}

/** The istiods of a cluster, and which one applies. */
export interface Istiods {
  /** Distinct, in input order. */
  readonly revisions: readonly string[]
  /** Revision tags with the revisions that they stand for. */
  readonly tags: ReadonlyMap<string, string>
  /** The revision whose settings apply; undefined without an istiod. */
  readonly applied: string | undefined
}

/** The revision tags that webhooks define (`istioctl tag set`). */
export function revisionTags(resources: readonly Resource[]): ReadonlyMap<string, string> {
  const tags = new Map<string, string>()
  for (const { kind, cluster, meta } of resources) {
    if (kind !== MUTATING_WEBHOOK.kind || cluster !== '') continue
    const tag = meta.labels.get(LABELS.tag)
    const revision = meta.labels.get(LABELS.revision)
    if (tag && revision) tags.set(tag, revision)
  }
  return tags
}

/** The revision that labels name, by a tag or its own name; undefined when no istiod has it. */
export function revisionNamed(
  name: string,
  { revisions, tags }: Pick<Istiods, 'revisions' | 'tags'>,
): string | undefined {
  return [tags.get(name), name].find((revision) => revision !== undefined && revisions.includes(revision))
}

/** The distinct revisions of istiods. */
export const revisionsOf = (istiods: readonly Deployment[]): readonly string[] => [...new Set(istiods.map(revisionOf))]

/**
 * Without a revision, prefers `istiod` over other names, and the last of several with the same name.
 * @param istiods in input order
 */
export function chooseIstiod(istiods: readonly Deployment[], revision: string | undefined): Deployment | undefined {
  if (revision !== undefined) return istiods.findLast((candidate) => revisionOf(candidate) === revision)
  return istiods.findLast((candidate) => candidate.meta.name === ISTIOD) ?? istiods.at(-1)
}

/** The istiod that applies, if the cluster has it. */
export interface AppliedIstiod {
  /** undefined when the cluster has no such istiod. */
  readonly deployment: Deployment | undefined
  /** The requested one, otherwise that of the Deployment. */
  readonly revision: string
  /** All revisions of the cluster. */
  readonly revisions: readonly string[]
}

/**
 * Finds the istiod that applies.
 * @param deployments the config cluster's, in input order
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
