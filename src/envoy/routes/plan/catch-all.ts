/** Requests to hosts that nobody knows (httproute.go buildCatchAllVirtualHost). */
import { PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import { describeResource } from '../../../kinds/resource.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../facts.ts'
import { ALL_REQUESTS } from '../write/match.ts'
import type { Route } from '../write/resources.ts'
import { type VirtualHostFact, WHY } from './facts.ts'
import { destinationCluster, plainAction } from './route-action.ts'
import type { RouteSettings } from './settings.ts'
import { transcribeVirtualHost } from './virtual-hosts.ts'

const DYNAMIC_DNS_CLUSTER = 'AllowAnyDynamicDNSCluster'

/** Names of the virtual host and its route by the mode of the outbound traffic policy; others refuse. */
const OPEN_MODES: ReadonlyMap<string, { readonly name: string; readonly cluster: string }> = new Map([
  ['ALLOW_ANY', { name: 'allow_any', cluster: PASSTHROUGH_CLUSTER }],
  ['ALLOW_ANY_DYNAMIC_DNS', { name: 'allow_any_dynamic_dns', cluster: DYNAMIC_DNS_CLUSTER }],
])

const BLOCKED = 'block_all'
const BAD_GATEWAY = 502

function catchAllRoute({ outboundPolicy }: ProxyView, settings: RouteSettings): Route & { readonly name: string } {
  const { mode, egressProxy } = outboundPolicy
  const open = OPEN_MODES.get(mode)
  if (!open) return { name: BLOCKED, match: ALL_REQUESTS, directResponse: { status: BAD_GATEWAY } }
  const proxied = mode === 'ALLOW_ANY' && egressProxy !== undefined
  const cluster = proxied ? destinationCluster(egressProxy, undefined, 0) : open.cluster
  const action = plainAction(cluster, settings.forwardedHost ? { appendXForwardedHost: true } : {})
  return { name: open.name, match: ALL_REQUESTS, route: action }
}

function policyOrigin({ sidecar, outboundPolicy }: ProxyView): Origin {
  const why = !OPEN_MODES.has(outboundPolicy.mode)
    ? WHY.blocked
    : outboundPolicy.egressProxy
      ? WHY.egressProxy
      : WHY.passthrough
  if (!sidecar?.spec.outboundTrafficPolicy) return { what: 'mesh configuration', location: undefined, why }
  return {
    what: describeResource(sidecar),
    location: sidecar.location.child('spec', 'outboundTrafficPolicy'),
    why,
  }
}

export function catchAllHost(view: ProxyView, settings: RouteSettings): VirtualHostFact {
  const route = catchAllRoute(view, settings)
  const origins = [policyOrigin(view)]
  return {
    resource: transcribeVirtualHost(route.name, ['*'], [route], settings),
    origins,
    routes: [{ resource: route, origins }],
  }
}
