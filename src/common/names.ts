/** The names of Envoy resources. */

/** `outbound|PORT|SUBSET|HOST` (pilot/pkg/model BuildSubsetKey). */
export function outboundClusterName(port: number, subset: string, host: string): string {
  return `outbound|${port}|${subset}|${host}`
}

export function inboundClusterName(port: number): string {
  return `inbound|${port}||`
}

/** `outbound_.PORT_.SUBSET_.HOST`: the SNI of traffic between gateways, and the clusters of AUTO_PASSTHROUGH. */
export function sniClusterName(port: number, subset: string, host: string): string {
  return `outbound_.${port}_.${subset}_.${host}`
}

export function listenerName(bind: string, port: number): string {
  // Joined to one string: a template of three parts takes twice the memory, and large meshes keep the names.
  return [bind, port].join('_')
}

/** The listener that receives all outbound connections first. */
export const VIRTUAL_OUTBOUND = 'virtualOutbound'

/** The listener that receives all inbound connections first. */
export const VIRTUAL_INBOUND = 'virtualInbound'

export const BLACK_HOLE_CLUSTER = 'BlackHoleCluster'
export const PASSTHROUGH_CLUSTER = 'PassthroughCluster'
export const INBOUND_PASSTHROUGH_CLUSTER = 'InboundPassthroughCluster'

/** The suffix of the secret that holds the CA certificates for a credential. */
export const CA_SUFFIX = '-cacert'

/** `host:port`, with brackets around IPv6 addresses. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
