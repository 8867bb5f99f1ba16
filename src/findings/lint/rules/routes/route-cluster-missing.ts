import { groupBy } from '../../../../common/collections.ts'
import type { DestinationRuleResource, VirtualServiceResource } from '../../../../kinds/index.ts'
import { describeResource } from '../../../../kinds/resource.ts'
import type { Service } from '../../../../registry/service.ts'
import { completeHost } from '../../../../scope/names.ts'
import { destinationsOf, type PlacedDestination } from '../../../unresolved/virtual-services.ts'
import type { FixProposal } from '../../proposal.ts'
import { type MissingCluster, missingClusters, routersWithRoutes, sidecarsWithRoutes } from '../../routing/index.ts'
import type { Found, MeshRule, RelatedPlace } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'
import { Destinations } from '../references/destination-host-unknown.ts'
import { listed } from '../texts.ts'

/** The missing clusters of one destination, for all proxies. */
interface Missing {
  readonly source: VirtualServiceResource
  readonly at: PlacedDestination
  /** Other destinations of the object with the same problem. */
  readonly others: readonly PlacedDestination[]
  readonly host: string
  /** Several if the destination names no port. */
  readonly ports: readonly number[]
  readonly subset: string
  readonly service: Service
  readonly namespaces: readonly string[]
  readonly atRouter: boolean
  /** Whether requests to other ports succeed. */
  readonly partial: boolean
}

const isFor = ({ path }: PlacedDestination, { kind, index }: MissingCluster['rule']): boolean =>
  path[1] === kind && path[2] === index

/** The destination that the cluster comes from: one of the rule that names the port, otherwise one that names none. */
function destinationOf({ rule, host, port, subset }: MissingCluster): PlacedDestination | undefined {
  const { source } = rule
  const candidates = [...destinationsOf(source)].filter((placed) => {
    const { destination } = placed
    if (!isFor(placed, rule) || completeHost(destination.host, source.meta.namespace) !== host) return false
    return subset === '' || destination.subset === subset
  })
  const naming = candidates.find(({ destination }) => destination.port?.number === port)
  return naming ?? candidates.find(({ destination }) => !destination.port)
}

function* missingOf({ scope }: MeshFacts): Iterable<MissingCluster> {
  for (const { view, namespaces, routes } of sidecarsWithRoutes(scope)) {
    yield* missingClusters(view, namespaces, routes, scope)
  }
  for (const { report, routes } of routersWithRoutes(scope)) {
    for (const missing of missingClusters(report.view, [], routes, scope)) {
      // The namespace of an assumed router is a guess, and so are the DestinationRules that apply to it.
      if (report.known || missing.subset === '') yield missing
    }
  }
}

interface Placed extends MissingCluster {
  readonly at: PlacedDestination
}

function join([first, ...rest]: readonly [Placed, ...Placed[]]): Missing {
  const group = [first, ...rest]
  const { rule, at, host, subset, service } = first
  const others = new Map(rest.map((missing) => [JSON.stringify(missing.at.path), missing.at]))
  others.delete(JSON.stringify(at.path))
  return {
    source: rule.source,
    at,
    others: [...others.values()],
    host,
    ports: [...new Set(group.map(({ port }) => port))].sort((a, b) => a - b),
    subset,
    service,
    namespaces: [...new Set(group.flatMap(({ namespaces }) => namespaces))].sort(),
    atRouter: group.some(({ namespaces }) => namespaces.length === 0),
    partial: group.every(({ alone }) => !alone),
  }
}

/** Of one object, what is missing at several destinations is one thing. */
function joined(mesh: MeshFacts): readonly Missing[] {
  const placed: Placed[] = []
  for (const missing of missingOf(mesh)) {
    const at = destinationOf(missing)
    if (at) placed.push({ ...missing, at })
  }
  const groups = groupBy(placed, ({ rule: { source }, at, host, port, subset }) =>
    JSON.stringify([source.meta.namespace, source.meta.name, host, at.destination.port ? port : 0, subset]),
  )
  return [...groups.values()].map(join)
}

// ---- ports ----

const portsOf = ({ ports }: Service): readonly number[] =>
  ports.filter(({ protocol }) => protocol !== 'UDP').map(({ number }) => number)

function portsText(service: Service): string {
  const ports = portsOf(service)
  if (ports.length === 0) return 'which has no port'
  return ports.length === 1 ? `whose only port is ${ports[0]}` : `whose ports are ${listed(ports.map(String))}`
}

/** The mistake that users make most often. */
function targetPortText({ registry, source }: Service, port: number): string {
  if (registry !== 'Kubernetes') return ''
  const behind = source.spec.ports.find(({ targetPort }) => targetPort === port)
  return behind ? ` (${port} is the targetPort of port ${behind.port})` : ''
}

function portMessage({ at, host, ports, service }: Missing): string {
  const [port = 0] = ports
  if (at.destination.port) {
    return `the route leads to port ${port} of ${host}, ${portsText(service)}${targetPortText(service, port)}; requests fail there`
  }
  const asked = `${ports.length > 1 ? 'ports' : 'port'} ${listed(ports.map(String))}`
  const same = ports.length > 1 ? 'the same ports' : `port ${port}`
  return `the destination names no port, so requests to ${asked} lead to ${same} of ${host}, ${portsText(service)}; they fail there`
}

/** A service with one port leaves no choice. */
function* portProposals({ source, at, others, service }: Missing): Iterable<FixProposal> {
  const [port, ...morePorts] = portsOf(service)
  if (port === undefined || morePorts.length > 0) return
  const edits = [at, ...others].map(({ path }) => ({ path: [...path, 'port', 'number'], value: port }))
  yield {
    title: `lead the route to port ${port}`,
    changes: [{ kind: 'edit', resource: source, edits }],
    safe: false,
  }
}

const alsoAt = ({ source, others }: Missing): readonly RelatedPlace[] =>
  others.map(({ path }) => ({ message: 'here as well', location: source.location.child(...path) }))

function portFound(missing: Missing): Found {
  const { source, at, namespaces, partial } = missing
  const field = at.destination.port ? ['port', 'number'] : []
  return {
    message: portMessage(missing),
    resource: source,
    location: source.location.child(...at.path, ...field),
    related: alsoAt(missing),
    // Clients may not use the port of the host for which the route fails.
    ...(partial && { severity: 'warning' as const }),
    ...(namespaces.length > 0 && { namespaces }),
    proposals: () => portProposals(missing),
  }
}

// ---- subsets ----

const MOST_NAMESPACES = 3

function whose({ namespaces, atRouter }: Missing): string {
  const gateway = atRouter ? 'at its gateway' : ''
  if (namespaces.length === 0) return gateway
  const some = namespaces.slice(0, MOST_NAMESPACES).join(', ')
  const more = namespaces.length > MOST_NAMESPACES ? ` and ${namespaces.length - MOST_NAMESPACES} more namespaces` : ''
  return `for proxies in ${some}${more}${gateway && ` and ${gateway}`}`
}

function rulesWithSubset({ registry }: MeshFacts, { host, subset }: Missing): readonly DestinationRuleResource[] {
  return registry.snapshot.istio.destinationRules.filter(
    ({ spec, meta }) =>
      completeHost(spec.host, meta.namespace) === host && spec.subsets.some(({ name }) => name === subset),
  )
}

function subsetFound(mesh: MeshFacts, missing: Missing): Found {
  const { source, at, host, subset, namespaces } = missing
  const rules = rulesWithSubset(mesh, missing)
  const [rule] = rules
  const reason = rule
    ? `${describeResource(rule)} has it, but applies only to clients in ${rule.meta.namespace}, which is neither the namespace of the service nor the root namespace`
    : 'no DestinationRule that applies there has it'
  return {
    message: `${host} has no subset ${subset} ${whose(missing)}: ${reason}; requests fail there`,
    resource: source,
    location: source.location.child(...at.path, 'subset'),
    related: [
      ...rules.map((each) => ({ message: `${describeResource(each)} has the subset`, location: each.location })),
      ...alsoAt(missing),
    ],
    ...(namespaces.length > 0 && { namespaces }),
  }
}

/** What no client of the VirtualService's own namespace has either is reported as unknown. */
function isUnknown({ source, host, subset }: Missing, destinations: Destinations): boolean {
  return !destinations.subsetsOf(host, destinations.clientsOf(source, host)).has(subset)
}

export const routeClusterMissing: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    const destinations = new Destinations(mesh)
    for (const missing of joined(mesh)) {
      if (missing.subset === '') yield portFound(missing)
      else if (!isUnknown(missing, destinations)) yield subsetFound(mesh, missing)
    }
  },
}
