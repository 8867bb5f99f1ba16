/** BackendTLSPolicies (pilot/pkg/config/kube/gateway/backend_policies.go BackendTLSPolicyCollection). */
import { compareBytes } from '../../common/bytes.ts'
import { append } from '../../common/collections.ts'
import type { BackendTlsPolicy } from '../../kinds/index.ts'
import { ClientTLSSettings } from '../../kinds/messages/destination-rule.ts'
import { GATEWAY_GROUP, type PolicyTargetReference } from '../../kinds/messages/gateway-api/references.ts'
import { MESH_CONTROLLER } from '../../resources/gateway-api/classes.ts'
import { authoritiesOfMap, type CertificateStore, type Problem } from '../gateways/references.ts'
import type { Lookups } from '../routes/lookups.ts'
import type { Condition, ConditionGroup } from '../status.ts'
import {
  type AttachedPolicy,
  type DerivedPolicy,
  IGNORED,
  isIgnored,
  MOST_ANCESTORS,
  policyControllers,
} from './model.ts'
import { type PolicyTarget, policyTarget } from './targets.ts'

/** What policies are derived with. */
export interface PolicyContext {
  readonly lookups: Lookups
  /** `NAMESPACE/NAME` of the Gateways whose routes lead to a Service or ServiceEntry. */
  gatewaysOf(target: PolicyTarget): Iterable<string>
}

const NO_AUTHORITIES = 'invalid://'

/** The authorities of a policy, and why they cannot be used. */
interface Authorities {
  readonly credentialName: string
  /** Of the condition Accepted. */
  readonly accepted?: Problem | undefined
  /** Of the condition ResolvedRefs. */
  readonly resolved?: Problem | undefined
}

function authoritiesOf({ spec, meta, location }: BackendTlsPolicy, store: CertificateStore): Authorities {
  const { wellKnownCACertificates: wellKnown, caCertificateRefs } = spec.validation
  const at = location.child('spec', 'validation')
  if (wellKnown !== undefined) {
    const message = `the only well-known certificates are System, not ${wellKnown}`
    const problem = { reason: 'Invalid', message, location: at.child('wellKnownCACertificates') }
    return { credentialName: '', accepted: wellKnown === 'System' ? undefined : problem }
  }
  const [reference] = caCertificateRefs
  if (!reference) return { credentialName: '' }
  const refused = (reason: string, message: string): Authorities => {
    const place = at.child('caCertificateRefs', 0)
    return {
      credentialName: NO_AUTHORITIES,
      accepted: { reason: 'NoValidCACertificate', message, location: place },
      resolved: { reason, message, location: place },
    }
  }
  const { group, kind, name } = reference
  const key = `${meta.namespace}/${name}`
  if (group === '' && kind === 'ConfigMap') {
    // An entry is enough here, whether or not its certificates can be read.
    const { problem } = authoritiesOfMap(store, key)
    return problem ? refused('InvalidCACertificateRef', problem) : { credentialName: `configmap://${key}` }
  }
  return refused(...otherKindProblem(reference, key, store))
}

/** A reference to another kind: one that exists is of the wrong kind, and so is a kind that istiod does not read. */
function otherKindProblem(
  { group, kind }: { readonly group: string; readonly kind: string },
  key: string,
  { secrets }: CertificateStore,
): [reason: string, message: string] {
  if (group === '' && kind === 'Secret' && !secrets.has(key)) {
    return ['InvalidCACertificateRef', `there is no Secret ${key}, and istiod takes ConfigMaps only`]
  }
  return ['InvalidKind', `the certificates of authorities are in a ConfigMap, not in a ${kind}`]
}

function settingsOf({ spec }: BackendTlsPolicy, credentialName: string): ClientTLSSettings {
  const { hostname, subjectAltNames } = spec.validation
  const names = subjectAltNames.flatMap((each) => {
    if (each.type === 'Hostname') return [each.hostname]
    return each.type === 'URI' ? [each.uri] : []
  })
  return { ...ClientTLSSettings.zero, mode: 'SIMPLE', sni: hostname, subjectAltNames: names, credentialName }
}

const keyOf = (namespace: string, { group, kind, name, sectionName }: PolicyTargetReference): string =>
  JSON.stringify([namespace, group, kind, name, sectionName])

/** Older policies first, then by name. */
const byPriority = ({ meta: a }: BackendTlsPolicy, { meta: b }: BackendTlsPolicy): number =>
  a.creationTime - b.creationTime || compareBytes(a.name, b.name)

/** Policies by what they are about, the one that wins first. */
export class TlsPolicies {
  readonly #byTarget = new Map<string, BackendTlsPolicy[]>()

  constructor(policies: readonly BackendTlsPolicy[]) {
    for (const policy of policies.filter((each) => !isIgnored(each)).sort(byPriority)) {
      const keys = policy.spec.targetRefs.map((reference) => keyOf(policy.meta.namespace, reference))
      for (const key of new Set(keys)) append(this.#byTarget, key, policy)
    }
  }

  winner(namespace: string, reference: PolicyTargetReference): BackendTlsPolicy | undefined {
    return this.#byTarget.get(keyOf(namespace, reference))?.[0]
  }
}

function targetProblem(
  policy: BackendTlsPolicy,
  reference: PolicyTargetReference,
  index: number,
  target: PolicyTarget | undefined,
  policies: TlsPolicies,
): Problem | undefined {
  const { location, meta } = policy
  const at = location.child('spec', 'targetRefs', index)
  const { kind, name, sectionName } = reference
  const missing = (message: string): Problem => ({ reason: 'TargetNotFound', message, location: at })
  if (!target) return missing(`there is no Service or ServiceEntry for ${kind} ${meta.namespace}/${name}`)
  if (sectionName && !target.ports.has(sectionName)) return missing(`${kind} ${name} has no port named ${sectionName}`)
  const winner = policies.winner(meta.namespace, reference)
  if (!winner || winner === policy) return undefined
  const message = `the BackendTLSPolicy ${winner.meta.name} is about the same target and comes first`
  return { reason: 'Conflicted', message, location: at }
}

function condition(type: 'Accepted' | 'ResolvedRefs', problem: Problem | undefined): Condition {
  if (problem) return { type, status: 'False', ...problem }
  return { type, status: 'True', reason: type, message: 'the policy is valid' }
}

const referenceOf = ({ group, kind, name, sectionName }: PolicyTargetReference) => ({
  group,
  kind,
  name,
  ...(sectionName !== undefined && { sectionName }),
})

/**
 * The DestinationRule settings and the status of one policy. A target that fails makes the conditions of the next ones
 * false too.
 */
export function deriveBackendTls(
  policy: BackendTlsPolicy,
  policies: TlsPolicies,
  context: PolicyContext,
): DerivedPolicy {
  const { targetRefs } = policy.spec
  const ofTarget = (reference: PolicyTargetReference, conditions: readonly Condition[]): ConditionGroup => ({
    fields: { ancestorRef: referenceOf(reference), controllerName: MESH_CONTROLLER },
    conditions,
  })
  const { store, classes } = context.lookups.context
  const controllers = policyControllers(classes)
  if (isIgnored(policy)) {
    const ancestors = targetRefs.slice(0, MOST_ANCESTORS).map((reference) => ofTarget(reference, [IGNORED]))
    return { attached: [], status: { resource: policy, controllers, ancestors } }
  }
  const { credentialName, accepted, resolved } = authoritiesOf(policy, store)
  const tls = settingsOf(policy, credentialName)
  const attached: AttachedPolicy[] = []
  const ancestors: ConditionGroup[] = []
  const gateways = new Set<string>()
  let problem = accepted
  const conditions = (): readonly Condition[] => [condition('Accepted', problem), condition('ResolvedRefs', resolved)]
  for (const [index, reference] of targetRefs.entries()) {
    const target = policyTarget(reference, policy.meta.namespace, context.lookups)
    const own = targetProblem(policy, reference, index, target, policies)
    problem = own ?? problem
    if (target && own?.reason !== 'TargetNotFound') {
      for (const gateway of context.gatewaysOf(target)) gateways.add(gateway)
    }
    if (target && !own) {
      const port = reference.sectionName ? target.ports.get(reference.sectionName) : undefined
      attached.push({
        source: policy,
        targetIndex: index,
        target,
        port,
        tls,
        loadBalancer: undefined,
        retryBudget: undefined,
      })
    }
    ancestors.push(ofTarget(reference, conditions()))
  }
  for (const gateway of [...gateways].sort(compareBytes)) {
    const name = gateway.slice(gateway.indexOf('/') + 1)
    const ancestorRef = { group: GATEWAY_GROUP, kind: 'Gateway', name }
    ancestors.push({ fields: { ancestorRef, controllerName: classes.gatewayController }, conditions: conditions() })
  }
  return { attached, status: { resource: policy, controllers, ancestors: ancestors.slice(0, MOST_ANCESTORS) } }
}
