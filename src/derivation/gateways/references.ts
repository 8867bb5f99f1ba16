/** Certificates that Gateways refer to (pilot/pkg/config/kube/gateway/conversion.go buildSecretReference and others). */
import { CA_SUFFIX } from '../../common/names.ts'
import type { ConfigMap, Secret } from '../../kinds/index.ts'
import { authoritiesProblem } from '../../kinds/kubernetes/secret.ts'
import type { ObjectReference, SecretReference } from '../../kinds/messages/gateway-api/references.ts'
import { GATEWAY_GROUP } from '../../kinds/messages/gateway-api/references.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { Location } from '../../sources/location.ts'
import type { ReferenceGrants } from '../grants.ts'

/** Why a listener is not as stated: a reason of the Gateway API, in words, and what decides it. */
export interface Problem {
  readonly reason: string
  readonly message: string
  readonly location: Location
}

/** What a reference stands for, or why it stands for nothing. */
export type Resolved = { readonly credential: string } | { readonly problem: Problem }

/** Objects with certificates, by `NAMESPACE/NAME`. */
export interface CertificateStore {
  readonly grants: ReferenceGrants
  readonly secrets: ReadonlyMap<string, Secret>
  readonly configMaps: ReadonlyMap<string, ConfigMap>
  /** Those that are only assumed to be there, with whatever is needed. */
  readonly assumed: ReadonlySet<Resource>
}

const keyed = <R extends Resource>(resources: readonly R[]): ReadonlyMap<string, R> =>
  new Map(resources.map((resource) => [`${resource.meta.namespace}/${resource.meta.name}`, resource]))

export function certificateStore({ clusters, assumed }: Snapshot, grants: ReferenceGrants): CertificateStore {
  const [{ secrets, configMaps }] = clusters
  return { grants, secrets: keyed(secrets), configMaps: keyed(configMaps), assumed: assumed.objects }
}

/** What refers, and where. */
interface Referrer {
  readonly resource: Resource
  readonly location: Location
}

/** Whether a reference stays in its namespace or is granted; grants are for the kind of the object that refers. */
function isAllowed(
  { grants }: CertificateStore,
  { resource: { kind, meta } }: Referrer,
  to: { readonly kind: string; readonly namespace: string; readonly name: string },
): boolean {
  if (to.namespace === meta.namespace) return true
  const from = { group: GATEWAY_GROUP, kind, namespace: meta.namespace }
  return grants.grantFor({ from, to: { ...to, group: '' } }) !== undefined
}

const fail = ({ location }: Referrer, reason: string, message: string): Resolved => ({
  problem: { reason, message, location },
})

const notGranted = (referrer: Referrer, kind: string, key: string): Resolved =>
  fail(
    referrer,
    'RefNotPermitted',
    `no ReferenceGrant lets a ${referrer.resource.kind} of namespace ${referrer.resource.meta.namespace} refer to ${kind} ${key}`,
  )

/** Why a Secret has no certificate with its key; undefined when it has, or may have. */
function pairProblem(store: CertificateStore, key: string): string | undefined {
  const secret = store.secrets.get(key)
  if (!secret) return `there is no Secret ${key}`
  const { pairProblem: problem } = secret.spec
  return problem && `Secret ${key} has no usable certificate: ${problem}`
}

/** The certificate of a listener. */
export function serverCertificate(store: CertificateStore, reference: SecretReference, referrer: Referrer): Resolved {
  const namespace = reference.namespace || referrer.resource.meta.namespace
  const key = `${namespace}/${reference.name}`
  if (!isAllowed(store, referrer, { kind: 'Secret', namespace, name: reference.name })) {
    return notGranted(referrer, 'Secret', key)
  }
  if (reference.group !== '' || reference.kind !== 'Secret') {
    return fail(referrer, 'InvalidCertificateRef', `a certificate is in a Secret, not in a ${reference.kind}`)
  }
  const problem = pairProblem(store, key)
  if (problem) return fail(referrer, 'InvalidCertificateRef', problem)
  return { credential: `kubernetes-gateway://${key}` }
}

/** The entry of a ConfigMap with the certificates of authorities, or why it has none; neither for an assumed one. */
export function authoritiesOfMap(
  { configMaps, assumed }: CertificateStore,
  key: string,
): { readonly pem?: string; readonly problem?: string } {
  const map = configMaps.get(key)
  if (!map) return { problem: `there is no ConfigMap ${key}` }
  if (assumed.has(map)) return {}
  const { data } = map.spec
  const pem = data.get('cacert') || data.get('ca.crt')
  return pem ? { pem } : { problem: `ConfigMap ${key} has neither ca.crt nor cacert` }
}

/** Why a Secret or ConfigMap has no certificates of authorities; undefined when it has, or may have. */
function authoritiesProblemOf(store: CertificateStore, kind: 'Secret' | 'ConfigMap', key: string): string | undefined {
  if (kind === 'Secret') {
    const secret = store.secrets.get(key)
    if (!secret) return `there is no Secret ${key}`
    return secret.spec.authoritiesProblem && `Secret ${key}: ${secret.spec.authoritiesProblem}`
  }
  const { pem, problem } = authoritiesOfMap(store, key)
  if (pem === undefined) return problem
  const unreadable = authoritiesProblem(pem)
  return unreadable && `ConfigMap ${key}: ${unreadable}`
}

/** The authorities by which a listener verifies clients. */
export function clientAuthorities(store: CertificateStore, reference: ObjectReference, referrer: Referrer): Resolved {
  const namespace = reference.namespace || referrer.resource.meta.namespace
  const key = `${namespace}/${reference.name}`
  const isCore = reference.group === ''
  const isSecret = isCore && reference.kind === 'Secret'
  // Any other kind is looked up as a ConfigMap's name, and refused only afterwards.
  const kind = isSecret ? 'Secret' : 'ConfigMap'
  if (!isAllowed(store, referrer, { kind, namespace, name: reference.name })) return notGranted(referrer, kind, key)
  if (!isSecret && !(isCore && reference.kind === 'ConfigMap')) {
    const message = `the certificates of authorities are in a ConfigMap or Secret, not in a ${reference.kind}`
    return fail(referrer, 'InvalidCACertificateKind', message)
  }
  const problem = authoritiesProblemOf(store, kind, key)
  if (problem) return fail(referrer, 'InvalidCACertificateRef', problem)
  const scheme = isSecret ? 'kubernetes-gateway' : 'configmap'
  return { credential: `${scheme}://${key}${CA_SUFFIX}` }
}

/** Why a Gateway cannot present a client certificate to backends; undefined when it can. Clusters do not change. */
export function clientCertificateProblem(
  store: CertificateStore,
  reference: SecretReference,
  referrer: Referrer,
): Problem | undefined {
  const invalid = 'InvalidClientCertificateRef'
  const namespace = reference.namespace || referrer.resource.meta.namespace
  const key = `${namespace}/${reference.name}`
  const isSecret = reference.group === '' && reference.kind === 'Secret'
  const problem = isSecret ? pairProblem(store, key) : `a certificate is in a Secret, not in a ${reference.kind}`
  if (problem) return { reason: invalid, message: problem, location: referrer.location }
  if (isAllowed(store, referrer, { kind: 'Secret', namespace, name: reference.name })) return undefined
  const refused = notGranted(referrer, 'Secret', key)
  return 'problem' in refused ? refused.problem : undefined
}
