/** Addresses and ports on which a sidecar may listen (core/listener_address.go, model/context.go CanBindToPort). */
import { canonicalIp, ipFamily, ipValue, UNSPECIFIED, UNSPECIFIED_IPV6 } from '../../../common/addresses.ts'
import { parseGoBool } from '../../../common/go-bool.ts'
import type { IpMode } from '../../../proxy/proxy.ts'
import { isHttp, type Protocol } from '../../../registry/protocol.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { SkipReason } from './conflicts.ts'

export const WILDCARDS: Readonly<Record<IpMode, readonly [string, ...string[]]>> = {
  IPv4: [UNSPECIFIED],
  IPv6: [UNSPECIFIED_IPV6],
  Dual: [UNSPECIFIED, UNSPECIFIED_IPV6],
}

const ALL_WILDCARDS: ReadonlySet<string> = new Set(WILDCARDS.Dual)

/** Whether an address means all addresses of its family. */
export const isWildcardBind = (bind: string): boolean => ALL_WILDCARDS.has(bind)

export const LOCALHOSTS: Readonly<Record<IpMode, readonly [string, ...string[]]>> = {
  IPv4: ['127.0.0.1'],
  IPv6: ['::1'],
  Dual: ['127.0.0.1', '::1'],
}

/** The listener that a port would need. */
export interface BindRequest {
  readonly bindToPort: boolean
  /** '' when it depends on the service. */
  readonly bind: string
  readonly port: number
  readonly protocol: Protocol
}

/** Why a port cannot have a listener; undefined when it can. */
export type PortCheck = (request: BindRequest) => Extract<SkipReason, 'reserved-port' | 'privileged-port'> | undefined

/** Ports in node metadata: those of the first list are 0 when absent, which reserves port 0; the others must be set. */
const STATIC_PORTS = ['ENVOY_STATUS_PORT', 'ENVOY_PROMETHEUS_PORT'] as const
const SECURE_PORTS = ['ENVOY_SECURE_METRICS_PORT', 'ENVOY_SECURE_MERGED_METRICS_PORT'] as const

function portNumber(text: string | undefined): number {
  return text !== undefined && /^[0-9]{1,5}$/.test(text) ? Number(text) : 0
}

function staticPorts(metadata: ReadonlyMap<string, string>, secure: boolean): Set<number> {
  const ports = new Set(STATIC_PORTS.map((name) => portNumber(metadata.get(name))))
  for (const name of secure ? SECURE_PORTS : []) {
    const port = portNumber(metadata.get(name))
    if (port !== 0) ports.add(port)
  }
  return ports
}

/**
 * Creates the check for one proxy.
 * @param withRedirection whether to also refuse the ports of redirected connections (not done for Sidecar ingress)
 */
export function portCheck(view: ProxyView, withRedirection: boolean): PortCheck {
  const { metadata, ipMode } = view.proxy
  const { mesh, features } = view.registry.snapshot
  const unprivileged = parseGoBool(metadata.get('UNPRIVILEGED_POD') ?? '') ?? false
  const [wildcard] = WILDCARDS[ipMode]
  const reserved = staticPorts(metadata, features.has('secure-metrics-ports'))
  if (withRedirection) reserved.add(mesh.proxyListenPort).add(mesh.proxyInboundListenPort)
  return ({ bindToPort, bind, port, protocol }) => {
    if (bindToPort && unprivileged && port > 0 && port < 1024) return 'privileged-port'
    const onWildcard = bind === '' ? isHttp(protocol) : bind === wildcard
    return onWildcard && reserved.has(port) ? 'reserved-port' : undefined
  }
}

/** Whether an address is global unicast (Go's netip.Addr.IsGlobalUnicast). */
function isGlobalUnicast(text: string): boolean {
  const family = ipFamily(text)
  const value = ipValue(text)
  if (family === 0 || value === undefined || value === 0n) return false
  if (family === 4) {
    const first = value >> 24n
    return value !== 0xffffffffn && first !== 127n && first >> 4n !== 0xen && value >> 16n !== 0xa9fen
  }
  return value !== 1n && value >> 120n !== 0xffn && value >> 118n !== 0x3fan
}

/** Where Sidecar ingress without an address listens: the first globally reachable address, otherwise all addresses. */
export function ingressBinds(view: ProxyView): readonly string[] {
  const address = view.proxy.ips.find(isGlobalUnicast)
  return address === undefined ? WILDCARDS[view.proxy.ipMode] : [canonicalIp(address) ?? address]
}
