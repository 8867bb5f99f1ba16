/** Addresses and ports that a sidecar may listen on (core/listener_address.go, model/context.go CanBindToPort). */
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

/** Whether an address stands for all addresses of its family. */
export const isWildcardBind = (bind: string): boolean => ALL_WILDCARDS.has(bind)

export const LOCALHOSTS: Readonly<Record<IpMode, readonly [string, ...string[]]>> = {
  IPv4: ['127.0.0.1'],
  IPv6: ['::1'],
  Dual: ['127.0.0.1', '::1'],
}

/** The listener that a port would need. */
export interface BindRequest {
  readonly bindToPort: boolean
  /** '' when it is up to the service. */
  readonly bind: string
  readonly port: number
  readonly protocol: Protocol
}

/** Why a port cannot be listened on; undefined when it can. */
export type PortCheck = (request: BindRequest) => Extract<SkipReason, 'reserved-port' | 'privileged-port'> | undefined

/** Node metadata that is 0 when absent, so that port 0 counts as taken; and metadata that counts when set. */
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
 * The check of one proxy.
 * @param withRedirection also refuse the ports to which connections are redirected (not asked of Sidecar ingress)
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

/** Address ranges that are not global unicast (Go's netip.Addr.IsGlobalUnicast). */
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

/** Where Sidecar ingress listens that states no address: the first address that others can reach, else everywhere. */
export function ingressBinds(view: ProxyView): readonly string[] {
  const address = view.proxy.ips.find(isGlobalUnicast)
  return address === undefined ? WILDCARDS[view.proxy.ipMode] : [canonicalIp(address) ?? address]
}
