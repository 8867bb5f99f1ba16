/** Requests to unknown hosts (httproute.go buildCatchAllVirtualHost). */
import { PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import { describeResource } from '../../../kinds/resource.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import { destinationCluster, plainForward } from './forward.ts'
import { WHY } from './origins.ts'
import { type ActionPlan, plainRoute, type VirtualHostPlan } from './route.ts'
import type { RouteSettings } from './settings.ts'

const DYNAMIC_DNS_CLUSTER = 'AllowAnyDynamicDNSCluster'

/** Names of the virtual host and its route by outbound traffic policy; other modes refuse. */
const OPEN_MODES: ReadonlyMap<string, { readonly name: string; readonly cluster: string }> = new Map([
  ['ALLOW_ANY', { name: 'allow_any', cluster: PASSTHROUGH_CLUSTER }],
  ['ALLOW_ANY_DYNAMIC_DNS', { name: 'allow_any_dynamic_dns', cluster: DYNAMIC_DNS_CLUSTER }],
])

const BLOCKED = 'block_all'
const BAD_GATEWAY = { status: 502, body: undefined }

interface CatchAllRoute {
  readonly name: string
  readonly action: ActionPlan
}

function catchAllRoute({ outboundPolicy }: ProxyView, settings: RouteSettings): CatchAllRoute {
  const { mode, egressProxy } = outboundPolicy
  const open = OPEN_MODES.get(mode)
  if (!open) return { name: BLOCKED, action: { kind: 'direct-response', response: BAD_GATEWAY } }
  const proxied = mode === 'ALLOW_ANY' && egressProxy !== undefined
  const cluster = proxied ? destinationCluster(egressProxy, undefined, 0) : open.cluster
  return { name: open.name, action: plainForward(cluster, { tellsHost: settings.forwardedHost }) }
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

export function catchAllHost(view: ProxyView, settings: RouteSettings): VirtualHostPlan {
  const { name, action } = catchAllRoute(view, settings)
  const origins = [policyOrigin(view)]
  return {
    name,
    domains: ['*'],
    routes: [plainRoute({ name, action, origins })],
    requiresTls: false,
    attemptCount: settings.attemptCount,
    origins,
  }
}
