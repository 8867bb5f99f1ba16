/** Explains one listener or cluster: its origin, its destination, and what was lost. */
import type { EnvoyCluster } from '../../envoy/clusters/index.ts'
import type { Explained, Origin } from '../../envoy/explained.ts'
import type { EnvoyResources } from '../../envoy/index.ts'
import type { TypedConfig } from '../../envoy/json.ts'
import {
  type ConflictParty,
  type ConflictRule,
  chainsOf,
  type ExplainedListener,
  type FilterChain,
  filtersOf,
  type ListenerConflict,
} from '../../envoy/listeners/index.ts'
import type { ExplainedRouteConfiguration, Route } from '../../envoy/routes/index.ts'
import { fileAndLine } from '../../resources/problems.ts'
import { dumpedListeners, dumpedRoutes, dumpedStatuses } from './dump.ts'
import type { ExplainedStatus } from './endpoints/statuses.ts'
import { addressText, localityText } from './endpoints/words.ts'
import {
  describeChainMatch,
  describeDestination,
  listenerAddresses,
  listenerPort,
  listenerType,
} from './listeners/words.ts'
import { originText } from './origin-text.ts'
import { describeDomains, describeRouteMatch } from './routes/words.ts'

/** The kind of a line: a part of Envoy's configuration, its reason, or something that is missing. */
export type DecisionKind = 'resource' | 'reason' | 'loss'

export interface Decision {
  readonly kind: DecisionKind
  readonly text: string
  readonly children: readonly Decision[]
}

/** At most this many lines of one kind per parent; the others are counted. */
const MOST_LINES = 20

const leaf = (kind: DecisionKind, text: string): Decision => ({ kind, text, children: [] })

function limited(decisions: readonly Decision[]): readonly Decision[] {
  const more = decisions.length - MOST_LINES
  const [first] = decisions
  return more <= 0 || !first ? decisions : [...decisions.slice(0, MOST_LINES), leaf(first.kind, `and ${more} more`)]
}

const because = (origins: readonly Origin[]): readonly Decision[] =>
  limited(origins.map((origin) => leaf('reason', originText(origin))))

/** The rules of conflicts as text. */
const LOST_BECAUSE: Readonly<Record<ConflictRule, string>> = {
  'server-first': 'a protocol in which the server sends first does not share its port',
  'same-match': 'a filter chain with the same match already exists',
  'sniffed-http': 'HTTP on this listener is routed to another service only',
  'sniffed-first':
    'the listener detects protocols for another service, and this release does not add TCP of a second one',
  locked: 'the port belongs to an egress listener of the Sidecar, which excludes services of the catch-all listener',
  replaced: 'a later service replaced the listener',
  'inbound-protocol': "services with different protocols have the same workload port; the oldest one's applies",
}

function partyText({ kind, namespace, name, host, location }: ConflictParty): string {
  return `${kind} ${namespace}/${name}${host === '' ? '' : ` ${host}`} (${fileAndLine(location)})`
}

function lossOf({ rule, winner, losers, partial, orderAssumed }: ListenerConflict): readonly Decision[] {
  const assumed = orderAssumed ? '; the order was assumed, no creationTimestamp states it' : ''
  const reason = leaf('reason', `to ${partyText(winner)}: ${LOST_BECAUSE[rule]}${assumed}`)
  return losers.map((loser) => ({
    kind: 'loss',
    text: `${partial ? 'partly lost' : 'lost'}: ${partyText(loser)}`,
    children: [reason],
  }))
}

function chainDecision(chain: FilterChain, isDefault: boolean, origins: readonly Origin[]): Decision {
  const match = describeChainMatch(chain.filterChainMatch)
  const condition = isDefault ? 'otherwise' : match === 'ALL' ? 'always' : `if ${match}`
  return { kind: 'resource', text: `${condition} -> ${describeDestination(chain)}`, children: because(origins) }
}

/** The tree of one listener. */
export function explainListener(listener: ExplainedListener, conflicts: readonly ListenerConflict[]): Decision {
  const { resource, origins } = listener
  const { name, defaultFilterChain } = resource
  const chains = chainsOf(resource).map((chain, index) =>
    chainDecision(chain, chain === defaultFilterChain, listener.chains[index] ?? []),
  )
  const losses = conflicts.filter((conflict) => conflict.listener === name).flatMap(lossOf)
  const addresses = listenerAddresses(resource).join()
  return {
    kind: 'resource',
    text: `listener ${name}: ${addresses} port ${listenerPort(resource)}, ${listenerType(resource)}`,
    children: [...because(origins), ...chains, ...limited(losses)],
  }
}

interface Weighted {
  readonly clusters?: readonly { readonly name: string }[]
}

/** The clusters of a TCP filter. */
function tcpClusters({ cluster, weightedClusters }: Partial<TypedConfig> = {}): readonly unknown[] {
  return [cluster, ...((weightedClusters as Weighted | undefined)?.clusters ?? []).map(({ name }) => name)]
}

function chainsTo(name: string, listeners: readonly ExplainedListener[]): Decision[] {
  return listeners.flatMap(({ resource }) =>
    chainsOf(resource)
      .filter((chain) => filtersOf(chain).some(({ typedConfig }) => tcpClusters(typedConfig ?? {}).includes(name)))
      .map((chain) => {
        const match = describeChainMatch(chain.filterChainMatch)
        return leaf('resource', `listener ${resource.name}, ${match === 'ALL' ? 'all connections' : match}`)
      }),
  )
}

function routeLeadsTo(name: string, { route }: Route): boolean {
  return route?.cluster === name || (route?.weightedClusters?.clusters ?? []).some((weighted) => weighted.name === name)
}

function routesTo(name: string, routes: readonly ExplainedRouteConfiguration[]): Decision[] {
  return routes.flatMap(({ resource }) =>
    (resource.virtualHosts ?? []).flatMap((host) =>
      (host.routes ?? [])
        .filter((route) => routeLeadsTo(name, route))
        .map(({ match }) => {
          const path = describeRouteMatch(match)
          return leaf('resource', `route ${resource.name}, ${describeDomains(host.domains)}${path && ` ${path}`}`)
        }),
    ),
  )
}

/** Why a cluster with endpoints from EDS has none. */
function emptyDecision(name: string, { endpoints }: EnvoyResources): readonly Decision[] {
  const assignment = endpoints.find(({ resource }) => resource.clusterName === name)
  return assignment ? [{ kind: 'loss', text: 'no endpoint', children: because(assignment.origins) }] : []
}

function endpointDecisions({ assignment, hostOrigins }: ExplainedStatus): readonly Decision[] {
  const endpoints = (assignment.endpoints ?? []).flatMap((group) =>
    (group.lbEndpoints ?? []).map((endpoint) => ({ endpoint, group })),
  )
  return endpoints.map(({ endpoint, group }, index) => {
    const locality = localityText(group)
    const parts = [
      `endpoint ${addressText(endpoint.endpoint.address)}`,
      endpoint.healthStatus ?? 'UNKNOWN',
      ...(locality === '' ? [] : [`locality ${locality}`]),
      ...(group.priority ? [`priority ${group.priority}`] : []),
    ]
    return { kind: 'resource', text: parts.join(', '), children: because(hostOrigins[index]?.() ?? []) }
  })
}

/** The names of a cluster that Envoy resolves itself. */
function nameDecisions({ type, loadAssignment }: EnvoyCluster): readonly Decision[] {
  if (type !== 'STRICT_DNS' && type !== 'LOGICAL_DNS') return []
  const endpoints = (loadAssignment?.endpoints ?? []).flatMap(({ lbEndpoints = [] }) => lbEndpoints)
  return endpoints.map(({ endpoint }) => leaf('resource', `resolves ${addressText(endpoint.address)}`))
}

/** The tree of one cluster: its origin, what leads to it, and its destination. */
export function explainCluster(cluster: Explained<EnvoyCluster>, resources: EnvoyResources): Decision {
  const { name, type } = cluster.resource
  const leading = [...chainsTo(name, dumpedListeners(resources)), ...routesTo(name, dumpedRoutes(resources))].map(
    (decision) => ({ ...decision, text: `reached by ${decision.text}` }),
  )
  const status = dumpedStatuses(resources).find((candidate) => candidate.status.name === name)
  const names = nameDecisions(cluster.resource)
  const known = status && names.length === 0 ? endpointDecisions(status) : []
  const endpoints = known.length > 0 ? known : emptyDecision(name, resources)
  return {
    kind: 'resource',
    text: `cluster ${name}: ${type ?? 'its own type'}`,
    children: [...because(cluster.origins), ...limited(leading), ...limited(names), ...limited(endpoints)],
  }
}
