/** Secrets and ConfigMaps that objects of the Gateway API in a live cluster refer to, each read by its name. */

import { BACKEND_TLS_POLICY } from '../../../kinds/gateway-api/backend-tls-policy.ts'
import { KUBERNETES_GATEWAY } from '../../../kinds/gateway-api/gateway.ts'
import { GATEWAY_CLASS } from '../../../kinds/gateway-api/gateway-class.ts'
import { LISTENER_SET } from '../../../kinds/gateway-api/listener-set.ts'
import { CONFIG_MAP } from '../../../kinds/kubernetes/config-map.ts'
import { DEPLOYMENT } from '../../../kinds/kubernetes/deployment.ts'
import { SECRET } from '../../../kinds/kubernetes/secret.ts'
import { isReadFor } from '../../../kinds/lookup.ts'
import type { Resource } from '../../../kinds/resource.ts'
import { ASSUMED_NOTHING } from '../../../resources/assumed/options.ts'
import { certificateKey, missingCertificates } from '../../../resources/gateway-api/certificates.ts'
import { buildSnapshot, type SnapshotOptions } from '../../../resources/index.ts'
import type { SourceDocument, SourceProblem } from '../../../sources/document.ts'
import { isOfKinds } from '../document.ts'
import { placeOfCluster } from '../gaps.ts'
import type { LiveCluster } from '../index.ts'
import { CONNECTIONS } from '../kubeconfig/target.ts'
import { inParallel } from '../pool.ts'
import type { LiveRequirements } from '../read-cluster.ts'

/** What a cluster says of the certificates that its objects refer to. */
export interface LiveCertificates {
  /** Those that exist; of Secrets, whether istiod can use them, and no data. */
  readonly documents: readonly SourceDocument[]
  /** Keys (`certificateKey`) of those that the cluster answered for, whether they exist or not. */
  readonly answered: ReadonlySet<string>
  readonly problems: readonly SourceProblem[]
}

export const NO_CERTIFICATES: LiveCertificates = { documents: [], answered: new Set(), problems: [] }

/** Whether answers of this kind depend on certificates, which only the objects of the Gateway API need. */
export const needsCertificates = ({ reads, certificates }: LiveRequirements): boolean =>
  certificates !== false && isReadFor(reads, KUBERNETES_GATEWAY)

const REFERRING = [KUBERNETES_GATEWAY, LISTENER_SET, BACKEND_TLS_POLICY]

/** Whether an object may refer to certificates. */
export const refersToCertificates = (document: SourceDocument): boolean => isOfKinds(document, REFERRING)

/** The Secrets and ConfigMaps that objects refer to, as if they existed. */
function referencesOf(documents: readonly SourceDocument[], istiod: SnapshotOptions): readonly Resource[] {
  const { clusters, features } = buildSnapshot(documents, { ...istiod, assume: ASSUMED_NOTHING })
  const { secrets, configMaps } = missingCertificates(clusters[0], features, () => true)
  return [...secrets, ...configMaps]
}

interface Answer {
  readonly resource: Resource
  readonly documents: readonly SourceDocument[]
  /** Why the cluster did not answer; undefined if it did. */
  readonly reason: string | undefined
}

async function ask(cluster: LiveCluster, resource: Resource): Promise<Answer> {
  const { kind, meta } = resource
  const request = { namespaces: [meta.namespace], names: [meta.name], optional: true }
  const { documents, gaps, problems } = await cluster.load([
    { kind: kind === SECRET.kind ? SECRET : CONFIG_MAP, ...request },
  ])
  return { resource, documents, reason: gaps[0]?.reason ?? problems[0]?.message }
}

function problemsOf(cluster: LiveCluster, unanswered: readonly Answer[]): readonly SourceProblem[] {
  const [first] = unanswered
  if (!first) return []
  const more = unanswered.length > 1 ? ` and ${unanswered.length - 1} more` : ''
  const what = `${certificateKey(first.resource)}${more}`
  const message = `${placeOfCluster(cluster)}: may not read ${what}, which the Gateway API refers to: assumed to exist with usable certificates (${first.reason})`
  return [{ severity: 'warning', message, hint: '`vipctl rbac` prints the role vipctl-certificates, which allows it' }]
}

/**
 * Reads the Secrets and ConfigMaps that the Gateways, ListenerSets and BackendTLSPolicies of a cluster refer to.
 * @param documents those of the cluster, with istiod's own
 * @param istiod the settings of istiod that the request states
 * @throws LiveError when the cluster is lost
 */
export async function readCertificates(
  cluster: LiveCluster,
  documents: readonly SourceDocument[],
  istiod: SnapshotOptions,
): Promise<LiveCertificates> {
  if (!documents.some(refersToCertificates)) return NO_CERTIFICATES
  const relevant = documents.filter((each) => isOfKinds(each, [...REFERRING, GATEWAY_CLASS, CONFIG_MAP, DEPLOYMENT]))
  const references = referencesOf(relevant, istiod)
  const answers = await inParallel(references, CONNECTIONS, (resource) => ask(cluster, resource))
  const answered = answers.filter(({ reason }) => reason === undefined)
  return {
    documents: answered.flatMap((each) => each.documents),
    answered: new Set(answered.map(({ resource }) => certificateKey(resource))),
    problems: problemsOf(
      cluster,
      answers.filter(({ reason }) => reason !== undefined),
    ),
  }
}
