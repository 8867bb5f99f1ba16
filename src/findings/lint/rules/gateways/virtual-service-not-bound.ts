import { splitHost } from '../../../../envoy/gateways/index.ts'
import { MatchingHosts } from '../../../../envoy/routes/plan/matching-hosts.ts'
import type { GatewayResource, VirtualServiceResource } from '../../../../kinds/index.ts'
import { describeResource } from '../../../../kinds/resource.ts'
import { completeGateway } from '../../../../scope/names.ts'
import { MESH_GATEWAY } from '../../../../scope/virtual-services.ts'
import { type UnboundReason, type UnboundRoute, unboundEverywhere } from '../../../gateways/index.ts'
import type { Found, MeshRule } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'
import { listed } from '../texts.ts'
import { routersOfMesh } from './routers.ts'

const hostsOf = ({ spec }: GatewayResource): readonly string[] => spec.servers.flatMap(({ hosts }) => hosts)

type Text = (source: VirtualServiceResource, gateway: GatewayResource) => string

/** The reasons that this rule reports; others have their own rules. */
const TEXTS: Readonly<Partial<Record<UnboundReason, Text>>> = {
  'no-shared-host': ({ spec }, gateway) =>
    `no server has ${listed(spec.hosts)}; its servers have ${listed(hostsOf(gateway))}`,
  'other-protocol': () => 'it has no rules of the kind that the servers with its hosts need',
  'not-exported': () => "exportTo hides it from the router's namespace",
}

const nameOf = ({ meta }: GatewayResource): string => `${meta.namespace}/${meta.name}`

/** The hosts of Gateways' servers. */
class ServerHosts {
  readonly #gateways: ReadonlyMap<string, GatewayResource>
  readonly #indexes = new Map<string, MatchingHosts>()

  constructor({ registry }: MeshFacts) {
    this.#gateways = new Map(registry.snapshot.istio.gateways.map((gateway) => [nameOf(gateway), gateway]))
  }

  gateway(name: string): GatewayResource | undefined {
    return this.#gateways.get(name)
  }

  /** The hosts of a VirtualService that none of its Gateways has; none if sidecars have its routes too. */
  missing({ spec, meta }: VirtualServiceResource): readonly number[] {
    const names = spec.gateways.map((gateway) => completeGateway(gateway, meta.namespace))
    if (names.length === 0 || names.includes(MESH_GATEWAY)) return []
    const indexes = names.map((name) => this.#indexOf(name))
    return spec.hosts.flatMap((host, position) => {
      const found = new Set<string>()
      for (const index of indexes) index.collectMatches(host, found)
      return found.size > 0 ? [] : [position]
    })
  }

  /** Ignores the namespaces of server hosts, so a missing host may seem to exist. */
  #indexOf(name: string): MatchingHosts {
    const gateway = this.#gateways.get(name)
    const index =
      this.#indexes.get(name) ??
      new MatchingHosts((gateway ? hostsOf(gateway) : []).map((host) => splitHost(host).name))
    this.#indexes.set(name, index)
    return index
  }
}

function unboundFound(route: UnboundRoute, hosts: ServerHosts): Found | undefined {
  const { virtualService: source, reason, index } = route
  const gateway = hosts.gateway(route.gateway)
  const text = gateway && TEXTS[reason]?.(source, gateway)
  if (!text) return undefined
  return {
    message: `Gateway ${route.gateway} does not serve it: ${text}`,
    resource: source,
    location: source.location.child('spec', 'gateways', index),
    related: [{ message: describeResource(gateway), location: gateway.location }],
  }
}

/** Findings for single hosts of a VirtualService that all of its Gateways serve otherwise; so all are in the input. */
function* partlyUnbound(
  mesh: MeshFacts,
  hosts: ServerHosts,
  unbound: ReadonlySet<VirtualServiceResource>,
): Iterable<Found> {
  for (const source of mesh.registry.snapshot.istio.virtualServices) {
    if (unbound.has(source)) continue
    const missing = hosts.missing(source)
    const [first] = missing
    if (first === undefined || missing.length === source.spec.hosts.length) continue
    const names = missing.map((position) => source.spec.hosts[position] ?? '')
    yield {
      message: `no server of its Gateways has ${listed(names)}`,
      resource: source,
      location: source.location.child('spec', 'hosts', first),
      severity: 'warning',
    }
  }
}

export const virtualServiceNotBound: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    const routers = routersOfMesh(mesh.scope)
    if (routers.length === 0) return
    const hosts = new ServerHosts(mesh)
    const unbound = unboundEverywhere(routers)
    // The namespace of an assumed router is a guess, and so is what it sees.
    const known = routers.every((router) => router.known)
    for (const route of unbound) {
      if (route.reason === 'not-exported' && !known) continue
      const found = unboundFound(route, hosts)
      if (found) yield found
    }
    yield* partlyUnbound(mesh, hosts, new Set(unbound.map(({ virtualService }) => virtualService)))
  },
}
