/** The listener that receives all outbound connections first (core/listener_builder.go). */
import type { IpMode } from '../../../proxy/proxy.ts'
import { type Features, flag } from '../../../resources/mesh/features.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import { WILDCARDS } from './binding.ts'
import { ruleOrigin, WHY } from './origins.ts'

export interface VirtualOutboundPlan {
  readonly binds: readonly string[]
  readonly port: number
  /** Connections keep their source address. */
  readonly transparent: boolean
  readonly origin: Origin
  /** The origin of the chain for connections to the listener itself. */
  readonly blackhole: Origin
}

/** The addresses after the first; an IPv6 proxy may be configured to also accept IPv4. */
function additionalWildcards(ipMode: IpMode, { dualStack, env }: Features): readonly string[] {
  const [, ...further] = WILDCARDS[ipMode]
  if (dualStack && further.length > 0) return further
  const alsoIpv4 = ipMode === 'IPv6' && flag(env, 'ISTIO_ENABLE_IPV4_OUTBOUND_LISTENER_FOR_IPV6_CLUSTERS', false)
  return alsoIpv4 ? WILDCARDS.IPv4 : []
}

/** @returns undefined for a proxy without redirection */
export function planVirtualOutbound({ proxy, registry }: ProxyView): VirtualOutboundPlan | undefined {
  const { ipMode, interceptionMode } = proxy
  if (interceptionMode === 'NONE') return undefined
  const { mesh, features } = registry.snapshot
  return {
    binds: [WILDCARDS[ipMode][0], ...additionalWildcards(ipMode, features)],
    port: mesh.proxyListenPort,
    transparent: interceptionMode === 'TPROXY',
    origin: ruleOrigin('sidecar', WHY.virtualOutbound),
    blackhole: ruleOrigin('sidecar', WHY.blackhole),
  }
}
