/** Which listener takes a connection: Envoy looks for its exact address, then for all addresses with its port. */

import { UNSPECIFIED, UNSPECIFIED_IPV6 } from '../../common/addresses.ts'
import { isIPv6 } from '../../common/ip-syntax.ts'
import { VIRTUAL_INBOUND } from '../../common/names.ts'
import { oncePer } from '../../common/once.ts'
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

const keyOf = (host: string, port: number): string => `${host} ${port}`

interface ListenerIndex {
  /** Takes what was redirected. */
  readonly fallback: KnownListener | undefined
  /** By address and port; of several, the first. */
  readonly byAddress: ReadonlyMap<string, KnownListener>
}

/** One port of a large mesh has thousands of listeners, so they are not compared one by one. */
const indexOf = oncePer((listeners: readonly KnownListener[]): ListenerIndex => {
  const fallback = listeners.find(({ resource }) => resource.useOriginalDst)
  const reachable = fallback ? listeners : listeners.filter(({ resource }) => resource.bindToPort !== false)
  const byAddress = new Map<string, KnownListener>()
  for (const listener of reachable) {
    for (const address of addressesOf(listener.resource)) {
      const { address: host = '', portValue = 0 } = address?.socketAddress ?? {}
      const key = keyOf(host, portValue)
      if (!byAddress.has(key)) byAddress.set(key, listener)
    }
  }
  return { fallback, byAddress }
})

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
  const { fallback, byAddress } = indexOf(configuration.listeners(port))
  const exact = address === undefined ? undefined : byAddress.get(keyOf(address, port))
  if (exact) return { listener: exact, rule: 'address' }
  const wildcard = byAddress.get(keyOf(wildcardOf(address), port))
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

function isAt(own: SocketAddress | undefined, address: string, port: number): boolean {
  return own?.socketAddress?.address === address && own.socketAddress.portValue === port
}

/** The listener of a workload's proxy for a connection from outside: one of its own, else where inbound is redirected. */
export function inboundListenerOf(
  configuration: Configuration,
  address: string,
  port: number,
): ChosenListener | undefined {
  const inbound = configuration.listeners(port).filter(({ resource }) => resource.trafficDirection === 'INBOUND')
  const own = inbound.find(
    ({ resource }) =>
      resource.name !== VIRTUAL_INBOUND &&
      resource.bindToPort !== false &&
      addressesOf(resource).some((own) => isAt(own, address, port)),
  )
  if (own) return { listener: own, rule: 'address' }
  const redirected = inbound.find(({ resource }) => resource.name === VIRTUAL_INBOUND)
  return redirected && { listener: redirected, rule: 'original-destination' }
}
