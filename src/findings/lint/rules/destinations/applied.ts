/** Where DestinationRules apply: to clients of their namespace, of the service's namespace and of the root namespace. */
import { oncePer } from '../../../../common/once.ts'
import type { DestinationRuleResource } from '../../../../kinds/index.ts'
import type { Service } from '../../../../registry/service.ts'
import type { Snapshot } from '../../../../resources/snapshot.ts'
import { isWildcard } from '../../../../scope/hosts.ts'
import { completeHost } from '../../../../scope/names.ts'
import type { Location } from '../../../../sources/location.ts'
import type { MeshFacts } from '../../subjects.ts'

/** Namespaces with clients: workloads, or Gateways, whose routers are beside them. */
const namespacesWithClients = oncePer(({ clusters, istio }: Snapshot): ReadonlySet<string> => {
  const out = new Set<string>()
  for (const { pods, deployments, podControllers } of clusters) {
    for (const list of [pods, deployments, podControllers]) for (const { meta } of list) out.add(meta.namespace)
  }
  for (const list of [istio.workloadEntries, istio.workloadGroups, istio.gateways]) {
    for (const { meta } of list) out.add(meta.namespace)
  }
  return out
})

/** Whether the input has workloads at all; otherwise they are elsewhere. */
export const hasClients = (snapshot: Snapshot): boolean => namespacesWithClients(snapshot).size > 0

/** The host of a rule in full. */
export const hostOf = ({ spec, meta }: DestinationRuleResource): string => completeHost(spec.host, meta.namespace)

/** The services of a rule's host, if it is not a wildcard. */
export const servicesOf = (rule: DestinationRuleResource, { registry }: MeshFacts): readonly Service[] =>
  registry.servicesByHost.get(hostOf(rule)) ?? []

/** The TLS settings of a rule that apply to a port: its own, or those of all ports. */
export function tlsLocation({ spec, location }: DestinationRuleResource, port: number): Location {
  const settings = spec.trafficPolicy?.portLevelSettings.findIndex((item) => item.port?.number === port) ?? -1
  const path = settings < 0 ? [] : ['portLevelSettings', settings]
  return location.child('spec', 'trafficPolicy', ...path, 'tls')
}

const OF_NAMESPACE = /^\*\.([^.*]+)\.svc\.[^*]+$/

/** The namespaces of the services that a rule is for; undefined if it is for services of any namespace, or none. */
function targetNamespaces(rule: DestinationRuleResource, facts: MeshFacts): readonly string[] | undefined {
  const host = hostOf(rule)
  if (isWildcard(host)) {
    const namespace = OF_NAMESPACE.exec(host)?.[1]
    return namespace === undefined ? undefined : [namespace]
  }
  const services = servicesOf(rule, facts)
  return services.length > 0 ? [...new Set(services.map(({ namespace }) => namespace))] : undefined
}

/**
 * The namespaces of the services of a rule that applies to no client of the input, because it is in a third namespace
 * without clients; undefined for a rule that applies.
 */
export function missedNamespaces(rule: DestinationRuleResource, facts: MeshFacts): readonly string[] | undefined {
  const { snapshot } = facts.registry
  const { namespace } = rule.meta
  if (namespace === snapshot.mesh.rootNamespace || namespacesWithClients(snapshot).has(namespace)) return undefined
  const targets = targetNamespaces(rule, facts)
  return targets?.includes(namespace) ? undefined : targets
}
