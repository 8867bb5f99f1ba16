/** The listener fields that are generated, for sidecars and routers. */
import type { CidrRange } from '../../filters/write/cidr-range.ts'
import type { Address, EnvoyMessage, Extension, Filter } from '../../json.ts'
import type { AccessLog } from '../../telemetry/write/access-log.ts'
import type { TransportSocket } from '../../tls/downstream.ts'

export interface FilterChainMatch {
  readonly destinationPort?: number
  readonly applicationProtocols?: readonly string[]
  readonly transportProtocol?: string
  readonly serverNames?: readonly string[]
  readonly prefixRanges?: readonly CidrRange[]
}

export interface FilterChain {
  readonly name?: string
  readonly filterChainMatch?: FilterChainMatch
  readonly filters: readonly Filter[]
  readonly transportSocket?: TransportSocket
  readonly transportSocketConnectTimeout?: string
  readonly metadata?: EnvoyMessage
}

export interface ListenerFilter extends Extension {
  readonly filterDisabled?: EnvoyMessage
}

export interface AdditionalAddress {
  readonly address: Address
}

export interface EnvoyListener {
  readonly name: string
  readonly address: Address
  readonly additionalAddresses?: readonly AdditionalAddress[]
  readonly trafficDirection: 'INBOUND' | 'OUTBOUND'
  readonly bindToPort?: boolean
  readonly useOriginalDst?: boolean
  readonly transparent?: boolean
  readonly continueOnListenerFiltersTimeout?: boolean
  readonly maxConnectionsToAcceptPerSocketEvent?: number
  readonly listenerFilters?: readonly ListenerFilter[]
  readonly listenerFiltersTimeout?: string
  readonly filterChains: readonly FilterChain[]
  readonly defaultFilterChain?: FilterChain
  readonly accessLog?: readonly AccessLog[]
  readonly perConnectionBufferLimitBytes?: number
  readonly connectionBalanceConfig?: EnvoyMessage
}

/** The filter chains of a listener, the default one last; an EnvoyFilter can make a listener without any. */
export function chainsOf({ filterChains, defaultFilterChain }: EnvoyListener): readonly FilterChain[] {
  const chains = filterChains ?? []
  return defaultFilterChain ? [...chains, defaultFilterChain] : chains
}

/** The network filters of a chain; an EnvoyFilter can remove all. */
export const filtersOf = ({ filters }: FilterChain): readonly Filter[] => filters ?? []
