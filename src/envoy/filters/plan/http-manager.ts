/** What the HTTP connection managers of a proxy send (core/listener_builder.go buildHTTPConnectionManager). */
import type { Prefix } from '../../../common/addresses.ts'
import { flag } from '../../../resources/mesh/features.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { internalAddresses } from './internal-addresses.ts'
import type { Traffic } from './traffic.ts'

/** How a connection manager learns who the client is. */
export interface ClientAddress {
  /** The client is identified by its remote address. */
  readonly usesRemote: boolean
  /** Networks of the mesh, whose clients are treated as internal; empty for none. */
  readonly internal: readonly Prefix[]
}

/** The HTTP/1 options. */
export interface Http1Plan {
  readonly acceptHttp10: boolean
  /** Headers keep their case. */
  readonly preservesCase: boolean
  readonly allowsAbsoluteUrl: boolean
}

/** The connection managers of the listener for clients that use the sidecar as an HTTP proxy. */
export interface HttpProxyManager {
  readonly clientAddress: ClientAddress
  readonly http1: Http1Plan
  /** Workload metadata is hidden from services outside the mesh. */
  readonly hidesPeerMetadata: boolean
}

/** How a proxy's connection managers treat the address of the client, by traffic. */
export function planClientAddress(view: ProxyView): Readonly<Record<Traffic, ClientAddress>> {
  const { env } = view.registry.snapshot.features
  return {
    outbound: clientAddress(view, flag(env, 'PILOT_SIDECAR_USE_REMOTE_ADDRESS', false)),
    inbound: clientAddress(view, false),
    gateway: clientAddress(view, true),
  }
}

function clientAddress({ registry }: ProxyView, usesRemote: boolean): ClientAddress {
  const { features, meshNetworks } = registry.snapshot
  const trusts = usesRemote || flag(features.env, 'ENABLE_HCM_INTERNAL_NETWORKS', false)
  return { usesRemote, internal: trusts ? internalAddresses(meshNetworks) : [] }
}

/** Whether istiod's environment lets proxies accept HTTP/1.0. */
export const acceptsHttp10 = (env: ReadonlyMap<string, string>): boolean => flag(env, 'PILOT_HTTP10', false)

/** The HTTP/1 options of a proxy's connection managers; undefined for Envoy's defaults. */
export function planHttp1(view: ProxyView): Http1Plan | undefined {
  const plan = http1(view, false)
  return plan.acceptHttp10 || plan.preservesCase ? plan : undefined
}

/** Until `header-case-beside-options`, keeping the case of headers replaces all other options. */
function http1({ proxy, registry }: ProxyView, allowsAbsoluteUrl: boolean): Http1Plan {
  const { features } = registry.snapshot
  const preservesCase = proxy.config.proxyHeaders?.preserveHttp1HeaderCase === true
  if (preservesCase && !features.has('header-case-beside-options')) {
    return { acceptHttp10: false, preservesCase, allowsAbsoluteUrl: false }
  }
  const acceptHttp10 = acceptsHttp10(features.env) || proxy.metadata.get('HTTP10') === '1'
  return { acceptHttp10, preservesCase, allowsAbsoluteUrl }
}

/** Plans the managers for clients that use the sidecar as an HTTP proxy; they always send peer metadata. */
export const planHttpProxyManager = (view: ProxyView): HttpProxyManager => ({
  clientAddress: clientAddress(view, false),
  http1: http1(view, true),
  hidesPeerMetadata: false,
})
