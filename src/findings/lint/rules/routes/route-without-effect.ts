import { groupBy } from '../../../../common/collections.ts'
import type { VirtualServiceResource } from '../../../../kinds/index.ts'
import { describeResource } from '../../../../kinds/resource.ts'
import { isHttp, isTls, type Protocol } from '../../../../registry/protocol.ts'
import { isWildcard, type Port, type Service } from '../../../../registry/service.ts'
import { completeGateway } from '../../../../scope/names.ts'
import type { VirtualServiceView } from '../../../../scope/view.ts'
import { MESH_GATEWAY } from '../../../../scope/virtual-services.ts'
import { unboundEverywhere } from '../../../gateways/index.ts'
import { namespacesOf } from '../../engine/proxies.ts'
import {
  type HiddenRule,
  type RuleKind,
  type RuleRef,
  routersWithRoutes,
  ruleKey,
  sidecarsWithRoutes,
  takenHosts,
} from '../../routing/index.ts'
import type { Found, MeshRule, RelatedPlace } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'
import { listed } from '../texts.ts'
import { delegateMistakes } from './delegates.ts'

const KINDS: readonly RuleKind[] = ['http', 'tls', 'tcp']

/** Why no proxy has a rule. */
interface Reason {
  readonly text: string
  readonly related?: readonly RelatedPlace[]
}

interface Ineffective extends RuleRef, Reason {}

/** The conditions about clients that all kinds of rules share. */
interface AnyMatch {
  readonly port: number
  readonly gateways: readonly string[]
  readonly sourceLabels: ReadonlyMap<string, string>
  readonly sourceNamespace: string
}

const matchesOf = ({ source, kind, index }: RuleRef): readonly AnyMatch[] => source.spec[kind][index]?.match ?? []

/** The protocols of the ports that each kind of rule applies to; on a port without a protocol it may be HTTP or TCP. */
const APPLIES: Readonly<Record<RuleKind, (protocol: Protocol) => boolean>> = {
  http: (protocol) => isHttp(protocol) || protocol === 'Unsupported',
  tls: isTls,
  tcp: (protocol) => !isHttp(protocol) && !isTls(protocol) && protocol !== 'UDP',
}

const PORTS_OF: Readonly<Record<RuleKind, string>> = {
  http: 'http rules apply to HTTP ports',
  tls: 'tls rules apply to TLS and HTTPS ports',
  tcp: 'tcp rules apply to TCP ports',
}

const portText = ({ number, protocol }: Port): string =>
  `${number} (${protocol === 'Unsupported' ? 'no protocol' : protocol})`

/** The effects of all VirtualServices. */
class Effects {
  readonly #mesh: MeshFacts
  readonly #used = new Map<VirtualServiceResource, Set<string>>()
  readonly #hidden = new Map<VirtualServiceResource, Map<string, HiddenRule>>()
  /** VirtualServices with a host that another VirtualService has. */
  readonly #taken: ReadonlySet<VirtualServiceResource>
  readonly #namespaces: ReadonlySet<string>
  /** The Gateways that do not serve a VirtualService, as `NAMESPACE/NAME`. */
  readonly #unbound: ReadonlyMap<VirtualServiceResource, readonly { readonly gateway: string }[]>

  constructor(mesh: MeshFacts) {
    this.#mesh = mesh
    const { scope, registry } = mesh
    const routers = routersWithRoutes(scope)
    for (const { routes } of [...sidecarsWithRoutes(scope), ...routers]) {
      for (const rule of routes.used()) {
        const rules = this.#used.get(rule.source) ?? new Set()
        this.#used.set(rule.source, rules.add(ruleKey(rule)))
      }
      for (const rule of routes.hidden) {
        const rules = this.#hidden.get(rule.source) ?? new Map()
        this.#hidden.set(rule.source, rules.set(ruleKey(rule), rule))
      }
    }
    this.#taken = new Set(takenHosts(scope).map(({ source }) => source))
    this.#namespaces = new Set(namespacesOf(registry.snapshot))
    this.#unbound = groupBy(
      unboundEverywhere(routers.map(({ report }) => report)),
      ({ virtualService }) => virtualService,
    )
  }

  reasonOf(view: VirtualServiceView, rule: RuleRef): Reason | undefined {
    const { source } = view
    if (this.#used.get(source)?.has(ruleKey(rule)) || this.#dependsOnClients(rule)) return undefined
    const hidden = this.#hidden.get(source)?.get(ruleKey(rule))
    if (hidden) return hiddenReason(hidden)
    const elsewhere = gatewaysReason(view, rule)
    if (elsewhere) return elsewhere
    const wildcard = wildcardReason(view, rule)
    if (wildcard) return wildcard
    const bound = this.#boundGateways(view)
    if (!view.gateways.includes(MESH_GATEWAY) || this.#taken.has(source) || bound.length > 0) return undefined
    return this.#portReason(view, rule)
  }

  /** Labels and namespaces of clients that the input does not have. */
  #dependsOnClients(rule: RuleRef): boolean {
    return matchesOf(rule).some(
      ({ sourceLabels, sourceNamespace }) =>
        sourceLabels.size > 0 || (sourceNamespace !== '' && !this.#namespaces.has(sourceNamespace)),
    )
  }

  #boundGateways({ source, gateways }: VirtualServiceView): readonly string[] {
    const unbound = new Set((this.#unbound.get(source) ?? []).map(({ gateway }) => gateway))
    return gateways.filter((gateway) => gateway !== MESH_GATEWAY && !unbound.has(gateway))
  }

  #portReason({ hosts }: VirtualServiceView, rule: RuleRef): Reason | undefined {
    const services = hosts.flatMap((host) => this.#mesh.registry.servicesByHost.get(host) ?? [])
    if (services.length === 0) return undefined
    const ports = services.flatMap((service) => service.ports)
    const taking = ports.filter(({ protocol }) => APPLIES[rule.kind](protocol))
    const who = listed(services.map(({ hostname }) => hostname))
    if (taking.length === 0) {
      return {
        text: `${PORTS_OF[rule.kind]}, and ${who} has ${listed(ports.map(portText))}`,
        related: declared(services),
      }
    }
    const matches = matchesOf(rule)
    const numbers = new Set(taking.map(({ number }) => number))
    if (matches.length === 0 || matches.some(({ port }) => port === 0 || numbers.has(port))) return undefined
    const asked = listed(matches.map(({ port }) => String(port)))
    return {
      text: `it matches port ${asked}, and ${who} has ${listed(ports.map(portText))}`,
      related: declared(services),
    }
  }
}

const MOST_RELATED = 3

const declared = (services: readonly Service[]): readonly RelatedPlace[] =>
  [...new Set(services.map(({ source }) => source))].slice(0, MOST_RELATED).map((source) => ({
    message: `${describeResource(source)} has the ports`,
    location: source.location.child('spec', 'ports'),
  }))

function hiddenReason({ by }: HiddenRule): Reason {
  return {
    text: `no request gets to it, because ${describeResource(by.source)} takes all of its requests before`,
    related: [{ message: 'the rule that takes them', location: by.source.location.child('spec', by.kind, by.index) }],
  }
}

/** The reason if a route of the Gateway API is for the hosts of a ServiceEntry that are wildcards. */
function wildcardReason({ semantics, hosts, gateways }: VirtualServiceView, { kind }: RuleRef): Reason | undefined {
  const host = hosts.find(isWildcard)
  if (semantics !== 'gateway' || kind !== 'http' || !host || !gateways.includes(MESH_GATEWAY)) return undefined
  return { text: `sidecars take routes of the Gateway API only for hosts without *, and the parent has ${host}` }
}

/** The reason if every match names gateways and the VirtualService has none of them. */
function gatewaysReason({ gateways }: VirtualServiceView, rule: RuleRef): Reason | undefined {
  const { namespace } = rule.source.meta
  const matches = matchesOf(rule)
  const named = matches.flatMap((match) => match.gateways.map((gateway) => completeGateway(gateway, namespace)))
  const isElsewhere =
    matches.length > 0 &&
    matches.every((match) => match.gateways.length > 0) &&
    !named.some((name) => gateways.includes(name))
  if (!isElsewhere) return undefined
  return { text: `it matches ${listed(named)}, and the VirtualService is bound to ${listed(gateways)}` }
}

/** All views of VirtualServices with hosts, for sidecars and for Gateways, without duplicates. */
function viewsOf({ scope, registry }: MeshFacts): ReadonlySet<VirtualServiceView> {
  const { gateways } = registry.snapshot.istio
  const owners = gateways.map(({ meta }) => `${meta.namespace}/${meta.name}`)
  return new Set([MESH_GATEWAY, ...owners].flatMap((gateway) => scope.virtualServices.allOf(gateway)))
}

function* ineffective(mesh: MeshFacts): Iterable<Ineffective> {
  const effects = new Effects(mesh)
  for (const view of viewsOf(mesh)) {
    const { source } = view
    for (const kind of KINDS) {
      for (const [index, each] of source.spec[kind].entries()) {
        if ('delegate' in each && each.delegate) continue
        const rule = { source, kind, index }
        const reason = effects.reasonOf(view, rule)
        if (reason) yield { ...rule, ...reason }
      }
    }
  }
  for (const { source, index, reason, related } of delegateMistakes(mesh.registry.snapshot)) {
    yield { source, kind: 'http', index, text: reason, related }
  }
}

const at = ({ source, kind, index }: RuleRef) => source.location.child('spec', kind, index)

/** Rules of an object with the same reason are one finding. */
export const routeWithoutEffect: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    const bySource = groupBy(ineffective(mesh), ({ source }) => source)
    for (const [resource, rules] of bySource) {
      for (const [first, ...others] of groupBy(rules, ({ kind, text }) => `${kind} ${text}`).values()) {
        const { kind, text, related = [] } = first
        yield {
          message: `the ${kind} rule has no effect: ${text}`,
          resource,
          location: at(first),
          related: [...related, ...others.map((other) => ({ message: 'this rule as well', location: at(other) }))],
        }
      }
    }
  },
}
