/** Which VirtualServices the Gateways of a router serve, and why it does not serve the others. */
import type { GatewayResource, VirtualServiceResource } from '../../resources/kinds.ts'
import { completeGateway } from '../../scope/names.ts'
import type { ProxyView } from '../../scope/view.ts'
import { BoundVirtualServices } from './bound-virtual-services.ts'
import type { MergedGateways } from './merge.ts'
import { type GatewayServer, ownerOf } from './servers.ts'

/**
 * Why a VirtualService has no server of a Gateway that it names: there is no such Gateway, the Gateway does not select
 * the router, the VirtualService is not exported to the router's namespace, it is only a delegate of others, or no
 * server that was not dropped shares a host with it.
 */
export type UnboundReason = 'no-gateway' | 'not-selected' | 'not-exported' | 'delegate' | 'no-shared-host'

/** A VirtualService and one Gateway that it names. */
export interface GatewayBinding {
  readonly virtualService: VirtualServiceResource
  /** Index in the VirtualService's `gateways`. */
  readonly index: number
  /** `NAMESPACE/NAME` */
  readonly gateway: string
  /** In order; none when it is unbound. */
  readonly servers: readonly GatewayServer[]
  readonly unbound: UnboundReason | undefined
}

const MESH = 'mesh'

type ServersOf = ReadonlyMap<VirtualServiceResource, readonly GatewayServer[]>

/** By Gateway and VirtualService the servers that they share. */
function sharedServers(view: ProxyView, { slots }: MergedGateways): ReadonlyMap<string, ServersOf> {
  const bound = new BoundVirtualServices(view)
  const byOwner = new Map<string, Map<VirtualServiceResource, GatewayServer[]>>()
  for (const server of new Set(slots.flatMap((slot) => slot.servers))) {
    const ofOwner = byOwner.get(server.owner) ?? new Map<VirtualServiceResource, GatewayServer[]>()
    byOwner.set(server.owner, ofOwner)
    for (const source of new Set(bound.of(server).map(({ virtualService }) => virtualService.source))) {
      const servers = ofOwner.get(source)
      if (servers) servers.push(server)
      else ofOwner.set(source, [server])
    }
  }
  return byOwner
}

const namesOf = (gateways: readonly GatewayResource[]): ReadonlySet<string> => new Set(gateways.map(ownerOf))

/** Every Gateway that a VirtualService names, in the order of the input. */
export function gatewayBindings(view: ProxyView, merged: MergedGateways): readonly GatewayBinding[] {
  const shared = sharedServers(view, merged)
  const selected = namesOf(merged.selected)
  const others = namesOf(merged.others)
  const visible = new Map(
    [...selected].map((owner) => [owner, new Set(view.virtualServicesOf(owner).map(({ source }) => source))]),
  )
  const reasonOf = (source: VirtualServiceResource, gateway: string): UnboundReason => {
    if (!selected.has(gateway)) return others.has(gateway) ? 'not-selected' : 'no-gateway'
    if (source.spec.hosts.length === 0) return 'delegate'
    return visible.get(gateway)?.has(source) ? 'no-shared-host' : 'not-exported'
  }
  return view.registry.snapshot.istio.virtualServices.flatMap((virtualService) =>
    virtualService.spec.gateways.flatMap((written, index) => {
      const gateway = completeGateway(written, virtualService.meta.namespace)
      if (gateway === MESH) return []
      const servers = shared.get(gateway)?.get(virtualService) ?? []
      const unbound = servers.length > 0 ? undefined : reasonOf(virtualService, gateway)
      return [{ virtualService, index, gateway, servers, unbound }]
    }),
  )
}
