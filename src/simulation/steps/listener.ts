/** Which listener takes a connection: Envoy looks for its exact address, then for all addresses with its port. */
import { UNSPECIFIED, UNSPECIFIED_IPV6 } from '../../common/addresses.ts'
import { isIPv6 } from '../../common/ip-syntax.ts'
import type { Configuration, KnownListener } from '../configuration.ts'
import type { Listener, SocketAddress } from '../resources.ts'

export type ListenerRule = 'address' | 'port' | 'original-destination' | 'own-port'

export interface ChosenListener {
  readonly listener: KnownListener
  readonly rule: ListenerRule
}

function addressesOf(listener: Listener): readonly (SocketAddress | undefined)[] {
  return [listener.address, ...(listener.additionalAddresses ?? []).map(({ address }) => address)]
}

function listens(listener: Listener, host: string, port: number): boolean {
  return addressesOf(listener).some(
    (address) => address?.socketAddress?.address === host && (address.socketAddress.portValue ?? 0) === port,
  )
}

/** An IPv4 connection does not reach a listener of `::`, because Istio's listeners are not compatible with IPv4. */
const wildcardOf = (address: string | undefined): string =>
  address !== undefined && isIPv6(address) ? UNSPECIFIED_IPV6 : UNSPECIFIED

/**
 * The listener of the address and port, else of all addresses and the port, else the one that takes everything that was
 * redirected. Without redirection only listeners with a socket of their own are reached.
 * @param address undefined for one that is not known, which no listener has as its own
 * @returns undefined when the connection does not pass the proxy
 */
export function listenerOf(
  configuration: Configuration,
  address: string | undefined,
  port: number,
): ChosenListener | undefined {
  const listeners = configuration.listeners(port)
  const fallback = listeners.find(({ resource }) => resource.useOriginalDst)
  const reachable = fallback ? listeners : listeners.filter(({ resource }) => resource.bindToPort !== false)
  const exact = address === undefined ? undefined : reachable.find(({ resource }) => listens(resource, address, port))
  if (exact) return { listener: exact, rule: 'address' }
  const wildcard = reachable.find(({ resource }) => listens(resource, wildcardOf(address), port))
  if (wildcard) return { listener: wildcard, rule: 'port' }
  return fallback && { listener: fallback, rule: 'original-destination' }
}

/** The listener of a router for connections to one of its ports. */
export function routerListenerOf(configuration: Configuration, port: number): ChosenListener | undefined {
  const listener = configuration
    .listeners(port)
    .find(({ resource }) => resource.address?.socketAddress?.portValue === port)
  return listener && { listener, rule: 'own-port' }
}

const VIRTUAL_INBOUND = 'virtualInbound'

/** The listener of a workload's proxy for a connection from outside: one of its own, else where inbound is redirected. */
export function inboundListenerOf(
  configuration: Configuration,
  address: string,
  port: number,
): ChosenListener | undefined {
  const inbound = configuration.listeners(port).filter(({ resource }) => resource.trafficDirection === 'INBOUND')
  const own = inbound.find(
    ({ resource }) =>
      resource.name !== VIRTUAL_INBOUND && resource.bindToPort !== false && listens(resource, address, port),
  )
  if (own) return { listener: own, rule: 'address' }
  const redirected = inbound.find(({ resource }) => resource.name === VIRTUAL_INBOUND)
  return redirected && { listener: redirected, rule: 'original-destination' }
}
