/** The final decisions about an outbound listener, after all services are added. */
import type { Prefix } from '../../../common/addresses.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { Origin } from '../../explained.ts'
import type { Extensions } from '../../extensions/plan/extensions.ts'
import type { FilterSettings } from '../../filters/plan/settings.ts'
import { type Chain, effectivePrefixes, effectiveServerNames, writtenChains } from './chains.ts'
import type { ListenerEntry } from './merge.ts'

/** A chain with conditions, and the conditions that Envoy gets. */
export interface ConditionalChain {
  readonly chain: Chain
  /** Sorted; empty for any. */
  readonly serverNames: readonly string[]
  /** Empty for any. */
  readonly prefixes: readonly Prefix[]
}

export interface OutboundListenerPlan {
  readonly name: string
  readonly binds: readonly string[]
  readonly port: number
  readonly bindToPort: boolean
  /** In order. */
  readonly conditional: readonly ConditionalChain[]
  /** The chain that takes what no condition matches; undefined if such traffic goes to the catch-all chain. */
  readonly rest: Chain | undefined
  /** `rest`, or the catch-all chain, is Envoy's default chain; a listener with no other chain lists `rest` instead. */
  readonly hasDefaultChain: boolean
  readonly inspectsTls: boolean
  readonly inspectsHttp: boolean
  /** The timeout of the inspectors; undefined for Envoy's default. */
  readonly inspectionTimeout: Duration | undefined
  /** undefined for none. */
  readonly extensions: Extensions | undefined
  /** The chain whose connections pass the extensions before HTTP: the first one with HTTP. */
  readonly firstHttp: Chain | undefined
  readonly origins: readonly Origin[]
}

const NO_TIMEOUT: Duration = { seconds: 0, nanos: 0 }

const needsServerName = (chain: Chain): boolean =>
  chain.match.sni.length > 0 || (chain.kind === 'tcp' && chain.to.dynamicHost !== undefined)

const conditionalChain = (chain: Chain): ConditionalChain => ({
  chain,
  serverNames: effectiveServerNames(chain.match.sni),
  prefixes: effectivePrefixes(chain.match.cidr),
})

/** Plans the listener of an entry on demand, because there may be very many. */
export function planOutboundListener(entry: ListenerEntry, settings: FilterSettings): OutboundListenerPlan {
  const { name, binds, bindToPort, port, chains, origins } = entry
  const { specific, matchAll } = writtenChains(chains)
  const inspectsHttp = chains.some(({ match }) => match.applicationProtocols.length > 0)
  return {
    name,
    binds,
    port: port.number,
    bindToPort,
    conditional: specific.map(conditionalChain),
    rest: matchAll,
    hasDefaultChain: matchAll === undefined || specific.length > 0,
    inspectsTls: chains.some(needsServerName) || (inspectsHttp && settings.inspectsTlsBesideHttp),
    inspectsHttp,
    extensions: settings.extensions?.of('CLIENT', port.number),
    firstHttp: chains.find(({ kind }) => kind === 'http'),
    inspectionTimeout: inspectsHttp ? settings.protocolDetectionTimeout : NO_TIMEOUT,
    origins,
  }
}
