/** The final decisions about an outbound listener, after all services are added. */
import type { Duration } from '../../../kinds/schema/duration.ts'
import type { Origin } from '../../explained.ts'
import type { FilterSettings } from '../../filters/plan/settings.ts'
import { type Chain, writtenChains } from './chains.ts'
import type { ListenerEntry } from './merge.ts'

export interface OutboundListenerPlan {
  readonly name: string
  readonly binds: readonly string[]
  readonly port: number
  readonly bindToPort: boolean
  /** Chains with conditions, in order. */
  readonly specific: readonly Chain[]
  /** The chain that matches everything; undefined if such traffic goes to the catch-all chain. */
  readonly matchAll: Chain | undefined
  readonly inspectsTls: boolean
  readonly inspectsHttp: boolean
  /** The timeout of the inspectors; undefined for Envoy's default. */
  readonly inspectionTimeout: Duration | undefined
  readonly origins: readonly Origin[]
}

const NO_TIMEOUT: Duration = { seconds: 0, nanos: 0 }

const needsServerName = (chain: Chain): boolean =>
  chain.match.sni.length > 0 || (chain.kind === 'tcp' && chain.to.dynamicHost !== undefined)

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
    specific,
    matchAll,
    inspectsTls: chains.some(needsServerName) || (inspectsHttp && settings.inspectsTlsBesideHttp),
    inspectsHttp,
    inspectionTimeout: inspectsHttp ? settings.protocolDetectionTimeout : NO_TIMEOUT,
    origins,
  }
}
