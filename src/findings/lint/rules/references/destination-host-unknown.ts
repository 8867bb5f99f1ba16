import { serviceHost } from '../../../../common/cluster-domain.ts'
import { groupBy } from '../../../../common/collections.ts'
import type { DestinationRuleResource, VirtualServiceResource } from '../../../../kinds/index.ts'
import type { ServiceEntry } from '../../../../kinds/messages/service-entry.ts'
import type { Destination } from '../../../../kinds/messages/virtual-service.ts'
import { describeResource, type Resource } from '../../../../kinds/resource.ts'
import { buildProxy } from '../../../../proxy/node.ts'
import type { Proxy } from '../../../../proxy/proxy.ts'
import { syntheticNode } from '../../../../proxy/select.ts'
import { isHttp, isTcp, isTls, type Protocol } from '../../../../registry/protocol.ts'
import type { Service } from '../../../../registry/service.ts'
import { isSubsetOf, isWildcard } from '../../../../scope/hosts.ts'
import { inferredService } from '../../../../scope/merge.ts'
import { completeHost } from '../../../../scope/names.ts'
import { MESH_GATEWAY } from '../../../../scope/virtual-services.ts'
import type { PathStep } from '../../../../sources/document.ts'
import { Elsewhere } from '../../../elsewhere.ts'
import { destinationsOf, gatewayNamespaces, type PlacedDestination } from '../../../unresolved/virtual-services.ts'
import type { Found, MeshRule, RelatedPlace, Severity } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'
import { WaitingPatterns } from './host-coverage.ts'
import { type RulesByHost, rulesByHost } from './rules-by-host.ts'
import { Suggestions } from './wording.ts'

/** Hosts of the Multi-Cluster Services API, which ServiceImports create. */
const CLUSTER_SET = '.svc.clusterset.local'
/** A wildcard that covers this is meant for Services in general. */
const ANY_SERVICE = serviceHost('?', '?')

/** Rejected objects that would declare a host. */
function rejectedHosts({ registry }: MeshFacts): ReadonlyMap<string, Resource> {
  const out = new Map<string, Resource>()
  for (const { resource, errors } of registry.snapshot.verdicts) {
    if (errors.length === 0 || resource.kind !== 'ServiceEntry') continue
    for (const host of (resource.spec as ServiceEntry).hosts) out.set(host, resource)
  }
  return out
}

interface Reason {
  readonly text: string
  readonly related: readonly RelatedPlace[]
  readonly severity?: Severity
}

/** Looks up destinations as clients of a VirtualService see them. */
export class Destinations {
  readonly #facts: MeshFacts
  readonly #proxies = new Map<string, Proxy>()
  readonly #subsets = new Map<string, ReadonlySet<string>>()
  readonly #rules: RulesByHost
  #rejected: ReadonlyMap<string, Resource> | undefined
  readonly #suggestions = new Suggestions()
  readonly #elsewhere: Elsewhere

  constructor(facts: MeshFacts) {
    this.#facts = facts
    this.#elsewhere = new Elsewhere(facts.registry.snapshot, facts.known)
    this.#rules = rulesByHost(facts.registry.snapshot)
  }

  hasHost(host: string): boolean {
    return this.#facts.registry.servicesByHost.has(host)
  }

  /** The namespaces of a VirtualService's clients. A delegate's may be anywhere, so all rules for the host are used. */
  clientsOf(source: VirtualServiceResource, host: string): readonly string[] {
    const clients = clientNamespaces(source)
    return source.spec.hosts.length > 0 ? clients : [...clients, ...this.#rules.namespacesOf(host)]
  }

  /** The service that proxies in a namespace use for a host; undefined when they see none. */
  serviceFor(host: string, namespace: string): Service | undefined {
    return inferredService(host, namespace, this.#facts.scope)
  }

  /** A service's subsets for clients in any of the namespaces. Many routes ask for those of one host. */
  subsetsOf(host: string, namespaces: readonly string[]): ReadonlySet<string> {
    const key = [host, ...namespaces].join(' ')
    const known = this.#subsets.get(key) ?? this.#findSubsets(host, namespaces)
    this.#subsets.set(key, known)
    return known
  }

  #findSubsets(host: string, namespaces: readonly string[]): ReadonlySet<string> {
    const out = new Set(this.#rules.chosenSubsets(host))
    for (const namespace of namespaces) {
      const service = this.serviceFor(host, namespace)
      const rule = service && this.#facts.scope.destinationRules.ruleOf(this.#proxyOf(namespace), service, 'outbound')
      for (const { name } of rule?.subsets ?? []) out.add(name)
    }
    return out
  }

  #proxyOf(namespace: string): Proxy {
    const { snapshot } = this.#facts.registry
    const proxy = this.#proxies.get(namespace) ?? buildProxy(syntheticNode(namespace, snapshot), snapshot)
    this.#proxies.set(namespace, proxy)
    return proxy
  }

  /** A rule that has the subset, but is in a third namespace, so that it applies to clients there alone. */
  ruleElsewhere(host: string, subset: string): DestinationRuleResource | undefined {
    const { servicesByHost, snapshot } = this.#facts.registry
    const rule = this.#rules.ruleWith(host, subset)
    if (!rule || rule.meta.namespace === snapshot.mesh.rootNamespace) return undefined
    const services = servicesByHost.get(host) ?? []
    return services.some(({ namespace }) => namespace === rule.meta.namespace) ? undefined : rule
  }

  nearSubset(subset: string, known: ReadonlySet<string>): string {
    return this.#suggestions.textFor(subset, known, known.size)
  }

  /** Why there is no service for the host, as far as known; undefined for hosts that are elsewhere. */
  reasonOf(host: string): Reason | undefined {
    this.#rejected ??= rejectedHosts(this.#facts)
    const rejected = this.#rejected.get(host)
    if (rejected) {
      const text = `istiod rejects ${describeResource(rejected)}, which has it`
      return { text, related: [{ message: 'the object that is rejected', location: rejected.location }] }
    }
    const standing = this.#elsewhere.standingOf(host)
    if (standing === 'known' || (standing === 'elsewhere' && !this.#elsewhere.strict)) return undefined
    if (standing === 'elsewhere') {
      return {
        text: 'no service of the input has it, which has not all of its namespace',
        related: [],
        severity: 'info',
      }
    }
    const { servicesByHost } = this.#facts.registry
    const hint = this.#suggestions.textForHost(host, servicesByHost.keys(), servicesByHost.size)
    return { text: `no service of the input has it${hint}`, related: [] }
  }
}

/** A VirtualService's own namespace and those of its Gateways. */
const clientNamespaces = (source: VirtualServiceResource): readonly string[] => [
  ...new Set([source.meta.namespace, ...gatewayNamespaces(source)]),
]

/** The ports to which each kind of route applies. */
const HOLDS_FOR: ReadonlyMap<PathStep | undefined, (protocol: Protocol) => boolean> = new Map([
  ['http', isHttp],
  ['tls', isTls],
  ['tcp', isTcp],
])

/** Whether a kind of route applies to a port of the service; an undeclared protocol may be anything. */
function takes({ ports }: Service, kind: PathStep | undefined): boolean {
  const holds = HOLDS_FOR.get(kind)
  return ports.some(({ protocol }) => protocol === 'Unsupported' || holds?.(protocol))
}

/**
 * Whether sidecars in the VirtualService's own namespace use it: it applies to them, and they know one of its hosts.
 * @param kind of the routes: http, tls or tcp
 */
function leadsOwnSidecars(
  { spec, meta }: VirtualServiceResource,
  kind: PathStep | undefined,
  destinations: Destinations,
): boolean {
  const { hosts, gateways, exportTo } = spec
  const { namespace } = meta
  if (gateways.length > 0 && !gateways.includes(MESH_GATEWAY)) return false
  if (exportTo.length > 0 && !exportTo.some((target) => ['*', '.', namespace].includes(target))) return false
  return hosts.some((host) => {
    const service = destinations.serviceFor(completeHost(host, namespace), namespace)
    return service !== undefined && takes(service, kind)
  })
}

interface Mistake {
  readonly message: string
  readonly field: 'host' | 'subset'
  readonly related?: readonly RelatedPlace[]
  readonly severity?: Severity
}

function subsetMistake(
  source: VirtualServiceResource,
  { subset }: Destination,
  host: string,
  destinations: Destinations,
): Mistake | undefined {
  const known = destinations.subsetsOf(host, destinations.clientsOf(source, host))
  if (known.has(subset)) return undefined
  const elsewhere = destinations.ruleElsewhere(host, subset)
  if (elsewhere) {
    const { namespace } = elsewhere.meta
    const where = `${namespace}, which is neither the namespace of the service nor the root namespace`
    return {
      message: `${host} has no subset ${subset}: ${describeResource(elsewhere)} has it, but applies only to clients in ${where}; requests fail there`,
      field: 'subset',
      related: [{ message: 'the rule that has the subset', location: elsewhere.location.child('spec', 'host') }],
    }
  }
  const reason =
    known.size > 0 ? `its subsets are ${[...known].join(', ')}` : 'no DestinationRule that applies has subsets'
  const close = destinations.nearSubset(subset, known)
  return { message: `${host} has no subset ${subset}: ${reason}${close}; requests fail there`, field: 'subset' }
}

function mistakeOf(
  source: VirtualServiceResource,
  { destination, path }: PlacedDestination,
  destinations: Destinations,
): Mistake | undefined {
  const { namespace } = source.meta
  const host = completeHost(destination.host, namespace)
  if (host.endsWith(CLUSTER_SET)) return undefined
  if (!destinations.hasHost(host)) {
    const reason = destinations.reasonOf(host)
    if (!reason) return undefined
    const { text, ...others } = reason
    return {
      message: `the route leads to the host ${host}, but ${text}; requests fail there`,
      field: 'host',
      ...others,
    }
  }
  if (!destinations.serviceFor(host, namespace)) {
    if (!leadsOwnSidecars(source, path[1], destinations)) return undefined
    const hidden = `the host ${host}, which is not exported to namespace ${namespace}`
    return { message: `the route leads to ${hidden}; requests of its proxies fail there`, field: 'host' }
  }
  return destination.subset === '' ? undefined : subsetMistake(source, destination, host, destinations)
}

/** Reports each unknown host or subset once per object; its other locations are related. */
function* virtualServiceFindings(source: VirtualServiceResource, destinations: Destinations): Iterable<Found> {
  const places = groupBy(destinationsOf(source), ({ destination }) =>
    JSON.stringify([destination.host, destination.subset]),
  )
  for (const [first, ...others] of places.values()) {
    const mistake = mistakeOf(source, first, destinations)
    if (!mistake) continue
    const { message, field, related = [], severity } = mistake
    const locationOf = ({ path }: PlacedDestination) => source.location.child(...path, field)
    yield {
      message,
      resource: source,
      location: locationOf(first),
      related: [...related, ...others.map((place) => ({ message: 'here as well', location: locationOf(place) }))],
      ...(severity && { severity }),
    }
  }
}

interface RuleHost {
  readonly host: string
  readonly rule: DestinationRuleResource
}

/** Wildcards that match no service; those for Services in general are fine even if there are none. */
function unmatchedWildcards(rules: readonly RuleHost[], { registry }: MeshFacts): readonly RuleHost[] {
  if (rules.length === 0) return rules
  const patterns = new WaitingPatterns<RuleHost>()
  for (const rule of rules) if (!isSubsetOf(ANY_SERVICE, rule.host)) patterns.add(rule)
  for (const host of registry.servicesByHost.keys()) patterns.settle(host, () => true)
  return [...patterns.waiting()]
}

function* destinationRuleFindings(facts: MeshFacts, destinations: Destinations): Iterable<Found> {
  const hosts = facts.registry.snapshot.istio.destinationRules.map(
    (rule): RuleHost => ({ host: completeHost(rule.spec.host, rule.meta.namespace), rule }),
  )
  const wildcards = hosts.filter(({ host }) => isWildcard(host))
  const unknown = hosts.filter(
    ({ host }) => !isWildcard(host) && !host.endsWith(CLUSTER_SET) && !destinations.hasHost(host),
  )
  for (const { host, rule } of [...unknown, ...unmatchedWildcards(wildcards, facts)]) {
    const reason = destinations.reasonOf(host)
    if (!reason) continue
    const { text, ...others } = reason
    yield {
      message: `the rule is for the host ${host}, but ${text}; it has no effect`,
      resource: rule,
      location: rule.location.child('spec', 'host'),
      ...others,
    }
  }
}

/** Checks what proxies in the VirtualService's namespace see, and in those of its Gateways. */
export const destinationHostUnknown: MeshRule = {
  *checkMesh(facts): Iterable<Found> {
    const { virtualServices, destinationRules } = facts.registry.snapshot.istio
    if (virtualServices.length + destinationRules.length === 0) return
    const destinations = new Destinations(facts)
    for (const source of virtualServices) yield* virtualServiceFindings(source, destinations)
    yield* destinationRuleFindings(facts, destinations)
  },
}
