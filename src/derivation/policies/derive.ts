/** Policies for backends become DestinationRules. */
import { once } from '../../common/once.ts'
import type { DestinationRuleResource } from '../../kinds/index.ts'
import { GATEWAY_GROUP, ISTIO_GROUP } from '../../kinds/messages/gateway-api/references.ts'
import { isOfRevision } from '../../resources/gateway-api/revision.ts'
import type { Lookups } from '../routes/lookups.ts'
import type { RouteResource } from '../routes/model.ts'
import type { ObjectStatus } from '../status.ts'
import { deriveBackendTls, TlsPolicies } from './backend-tls.ts'
import { deriveBackendTraffic } from './backend-traffic.ts'
import { policyDestinationRules } from './destination-rules.ts'
import type { PolicyTarget } from './targets.ts'

/** What policies become. */
export interface DerivedPolicies {
  readonly destinationRules: readonly DestinationRuleResource[]
  readonly statuses: readonly ObjectStatus[]
}

const keyOf = (kind: string, namespace: string, name: string): string => JSON.stringify([kind, namespace, name])

/** The Gateways that routes name as parents, by the Services and ServiceEntries that their rules name as backends. */
function gatewaysByBackend(routes: readonly RouteResource[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byBackend = new Map<string, Set<string>>()
  for (const { spec, meta } of routes) {
    const gateways = spec.parentRefs
      .filter(({ group, kind }) => group === GATEWAY_GROUP && kind === 'Gateway')
      .map(({ namespace, name }) => `${namespace || meta.namespace}/${name}`)
    if (gateways.length === 0) continue
    for (const { group, kind, namespace, name } of spec.rules.flatMap(({ backendRefs }) => backendRefs)) {
      const isKnown = kind === 'Service' ? group === '' : kind === 'ServiceEntry' && group === ISTIO_GROUP
      if (!isKnown) continue
      const key = keyOf(kind, namespace || meta.namespace, name)
      const known = byBackend.get(key) ?? new Set<string>()
      byBackend.set(key, known)
      for (const gateway of gateways) known.add(gateway)
    }
  }
  return byBackend
}

/** All policies of the config cluster. */
export function derivePolicies(routes: readonly RouteResource[], lookups: Lookups): DerivedPolicies {
  const { snapshot, reads } = lookups.context
  const [config] = snapshot.clusters
  const isOwn = isOfRevision(snapshot)
  /** Asked only about policies, which most meshes with many routes do not have. */
  const byBackend = once(() => gatewaysByBackend(routes))
  const context = {
    lookups,
    gatewaysOf: ({ kind, namespace, name }: PolicyTarget) => byBackend().get(keyOf(kind, namespace, name)) ?? [],
  }
  const ofTls = reads.backendTlsPolicies ? config.backendTlsPolicies.filter(isOwn) : []
  const policies = new TlsPolicies(ofTls)
  const ofTraffic = reads.backendTrafficPolicies ? config.backendTrafficPolicies.filter(isOwn) : []
  const derived = [
    ...ofTraffic.map((policy) => deriveBackendTraffic(policy, lookups)),
    ...ofTls.map((policy) => deriveBackendTls(policy, policies, context)),
  ]
  return {
    destinationRules: policyDestinationRules(derived.flatMap(({ attached }) => attached)),
    statuses: derived.map(({ status }) => status),
  }
}
