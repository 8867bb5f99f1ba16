/** Which VirtualServices the Gateways of a router serve, and why it does not serve the others. */

import { append } from '../../../common/collections.ts'
import type { VirtualServiceResource } from '../../../kinds/index.ts'
import { completeGateway } from '../../../scope/names.ts'
import type { ProxyView, VirtualServiceView } from '../../../scope/view.ts'
import { MatchingHosts } from '../../routes/plan/matching-hosts.ts'
import type { MergedGateways } from './merge.ts'
import { type GatewayServer, ownerOf, splitHost } from './servers.ts'

/**
 * Why a VirtualService is not bound to a Gateway that it names: the Gateway does not exist, it does not select the
 * router, the VirtualService is not exported to the router's namespace, the VirtualService is a delegate, or none of
 * the Gateway's effective servers shares a host with it.
 */
export type UnboundReason = 'no-gateway' | 'not-selected' | 'not-exported' | 'delegate' | 'no-shared-host'

/** A VirtualService and one Gateway that it names. */
export interface GatewayBinding {
  readonly virtualService: VirtualServiceResource
  /** Index in the VirtualService's `gateways`. */
  readonly index: number
  /** `NAMESPACE/NAME` */
  readonly gateway: string
  /** In order; empty when unbound. */
  readonly servers: readonly GatewayServer[]
  readonly unbound: UnboundReason | undefined
}

const MESH = 'mesh'

/** The effective servers of one Gateway, indexed by host. */
class ServersByHost {
  readonly #all: readonly GatewayServer[]
  readonly #byHost = new Map<string, { readonly namespace: string | undefined; readonly server: GatewayServer }[]>()
  readonly #index: MatchingHosts

  constructor(servers: readonly GatewayServer[]) {
    this.#all = servers
    for (const server of servers) {
      for (const host of server.hosts) {
        const { namespace, name } = splitHost(host)
        append(this.#byHost, name, { namespace, server })
      }
    }
    this.#index = new MatchingHosts(this.#byHost.keys())
  }

  has(virtualService: VirtualServiceView): boolean {
    return this.#matching(virtualService).next().done === false
  }

  of(virtualService: VirtualServiceView): readonly GatewayServer[] {
    const found = new Set(this.#matching(virtualService))
    return this.#all.filter((server) => found.has(server))
  }

  *#matching({ hosts, namespace }: VirtualServiceView): Generator<GatewayServer> {
    const matches = new Set<string>()
    for (const host of hosts) this.#index.collectMatches(host, matches)
    for (const match of matches) {
      for (const candidate of this.#byHost.get(match) ?? []) {
        if ((candidate.namespace ?? namespace) === namespace) yield candidate.server
      }
    }
  }
}

/** A binding that lists its servers on demand, because many VirtualServices may share hosts with many servers. */
class Bound implements GatewayBinding {
  readonly unbound = undefined
  readonly virtualService: VirtualServiceResource
  readonly index: number
  readonly gateway: string
  readonly #list: () => readonly GatewayServer[]

  constructor(
    virtualService: VirtualServiceResource,
    index: number,
    gateway: string,
    list: () => readonly GatewayServer[],
  ) {
    this.virtualService = virtualService
    this.index = index
    this.gateway = gateway
    this.#list = list
  }

  get servers(): readonly GatewayServer[] {
    return this.#list()
  }
}

/** The properties of a selected Gateway that bindings depend on. */
interface SelectedGateway {
  readonly servers: ServersByHost
  /** Those that the router sees. */
  readonly visible: ReadonlyMap<VirtualServiceResource, VirtualServiceView>
}

function selectedGateways(view: ProxyView, { selected, slots }: MergedGateways): ReadonlyMap<string, SelectedGateway> {
  const accepted = new Map<string, Set<GatewayServer>>(selected.map((gateway) => [ownerOf(gateway), new Set()]))
  for (const { servers } of slots) for (const server of servers) accepted.get(server.owner)?.add(server)
  return new Map(
    [...accepted].map(([owner, servers]) => {
      const visible = new Map(view.virtualServicesOf(owner).map((each) => [each.source, each]))
      return [owner, { servers: new ServersByHost([...servers]), visible }]
    }),
  )
}

function reasonOf(
  source: VirtualServiceResource,
  gateway: SelectedGateway | undefined,
  exists: boolean,
): UnboundReason {
  if (!gateway) return exists ? 'not-selected' : 'no-gateway'
  if (source.spec.hosts.length === 0) return 'delegate'
  return gateway.visible.has(source) ? 'no-shared-host' : 'not-exported'
}

/** Every Gateway that a VirtualService names, in input order. */
export function gatewayBindings(view: ProxyView, merged: MergedGateways): readonly GatewayBinding[] {
  const gateways = selectedGateways(view, merged)
  const others = new Set(merged.others.map(ownerOf))
  return view.registry.snapshot.istio.virtualServices.flatMap((virtualService) =>
    virtualService.spec.gateways.flatMap((written, index): GatewayBinding[] => {
      const name = completeGateway(written, virtualService.meta.namespace)
      if (name === MESH) return []
      const gateway = gateways.get(name)
      const visible = gateway?.visible.get(virtualService)
      if (gateway && visible && gateway.servers.has(visible)) {
        return [new Bound(virtualService, index, name, () => gateway.servers.of(visible))]
      }
      const unbound = reasonOf(virtualService, gateway, others.has(name))
      return [{ virtualService, index, gateway: name, servers: [], unbound }]
    }),
  )
}
