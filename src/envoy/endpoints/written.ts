/** The endpoints that EDS sends (pilot/pkg/xds/endpoints of the reference). */

import { describeResource } from '../../kinds/resource.ts'
import { portByNumber, serviceLocation } from '../../registry/service.ts'
import type { ProxyView } from '../../scope/view.ts'
import { type Explained, LazilyExplained, type Origin } from '../explained.ts'
import { localitySetting } from '../policy/locality.ts'
import { endpointPolicy, subsetOf } from '../policy/traffic-policy.ts'
import { balancedGroups, edsCandidates, type Target } from './plan/balance.ts'
import { parseOutboundName } from './plan/cluster-name.ts'
import type { BalancedEndpoint, LocalityGroup } from './plan/groups.ts'
import { prioritized, type Viewpoint, viewpointOf } from './plan/priorities.ts'
import { loadAssignment } from './write/load-assignment.ts'
import type { ClusterLoadAssignment } from './write/types.ts'

/** A load assignment with the origins of its localities and endpoints, in the same order. */
export interface ExplainedLoadAssignment extends Explained<ClusterLoadAssignment> {
  readonly groups: readonly LocalityGroup[]
}

const WHY_EMPTY = {
  unknown: 'no service of this host and port is in the scope of the proxy',
  none: 'no endpoint of this port is left for the proxy',
} as const

const WHY_ENDPOINTS = 'the endpoints of this service port that the proxy may use'
const WHY_WORKLOAD = 'behind this service port'
const WHY_GATEWAY = 'represents endpoints in another network'

class LoadAssignment extends LazilyExplained<ClusterLoadAssignment> implements ExplainedLoadAssignment {
  readonly groups: readonly LocalityGroup[]

  constructor(name: string, groups: readonly LocalityGroup[], explain: () => readonly Origin[]) {
    super(loadAssignment(name, groups), explain)
    this.groups = groups
  }
}

/** The origins of one endpoint. A gateway has those of the workloads behind it. */
export function endpointOrigins({ source, addresses }: BalancedEndpoint): readonly Origin[] {
  if (source.kind === 'workload') {
    const { location } = source.endpoint
    return [{ what: `endpoint ${addresses[0] ?? ''}`, location, why: WHY_WORKLOAD }]
  }
  return source.behind.map((endpoint) => ({
    what: `endpoint ${endpoint.addresses[0] ?? ''} in network ${endpoint.network}`,
    location: endpoint.location,
    why: WHY_GATEWAY,
  }))
}

function explainAssignment({ service }: Target, groups: readonly LocalityGroup[]): readonly Origin[] {
  const what = describeResource(service.source)
  const why = groups.length > 0 ? WHY_ENDPOINTS : WHY_EMPTY.none
  return [
    { what, location: serviceLocation(service), why },
    ...groups.flatMap((group) => group.endpoints.flatMap(endpointOrigins)),
  ]
}

function targetOf(view: ProxyView, name: string): Target | undefined {
  const parts = parseOutboundName(name)
  const service = parts && view.serviceByHost.get(parts.host)
  const port = parts && service && portByNumber(service.ports, parts.port)
  if (!parts || !service || !port) return undefined
  const rule = view.destinationRuleOf(service, 'outbound')
  const subset = rule && parts.subset !== '' ? subsetOf(rule, parts.subset) : undefined
  const policy = endpointPolicy(rule, port.number, parts.subset)
  return { service, port, rule, subset, policy, mtlsOnly: parts.passthrough }
}

function groupsOf(view: ProxyView, target: Target, viewpoint: Viewpoint): readonly LocalityGroup[] {
  const groups = balancedGroups(view, target, edsCandidates(view, target))
  if (groups.length === 0) return groups
  const { mesh } = view.registry.snapshot
  const { policy, service } = target
  const setting = localitySetting(mesh, policy?.loadBalancer, service.trafficDistribution)
  return prioritized(groups, setting, viewpoint, policy?.outlierDetection !== undefined, 'all')
}

function assignmentOf(view: ProxyView, name: string, viewpoint: Viewpoint): ExplainedLoadAssignment {
  const target = targetOf(view, name)
  if (!target) return new LoadAssignment(name, [], () => [{ what: name, location: undefined, why: WHY_EMPTY.unknown }])
  const groups = groupsOf(view, target, viewpoint)
  return new LoadAssignment(name, groups, () => explainAssignment(target, groups))
}

/**
 * The load assignments of a proxy; each is released before the next.
 * @param clusterNames its EDS clusters; one assignment each, in this order
 */
export function* loadAssignments(view: ProxyView, clusterNames: Iterable<string>): Iterable<ExplainedLoadAssignment> {
  const viewpoint = viewpointOf(view.proxy, view.registry.snapshot.features)
  for (const name of clusterNames) yield assignmentOf(view, name, viewpoint)
}

/** The same assignments as a list. */
export function buildEndpoints(view: ProxyView, clusterNames: readonly string[]): readonly ExplainedLoadAssignment[] {
  return [...loadAssignments(view, clusterNames)]
}
