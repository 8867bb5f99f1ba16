/** Where a connection goes that no listener of the address and port takes. */
import { ipFamily, UNSPECIFIED, UNSPECIFIED_IPV6 } from '../../../common/addresses.ts'
import { groupBy } from '../../../common/collections.ts'
import { BLACK_HOLE_CLUSTER, joinHostPort, PASSTHROUGH_CLUSTER, VIRTUAL_OUTBOUND } from '../../../common/names.ts'
import type { EnvoyResources } from '../../../envoy/index.ts'
import { type ConnectionOutcome, connect, receivedResources } from '../../../simulation/index.ts'
import type { ListenerFilter } from './message.ts'

const PROTOCOLS = ['tcp', 'tls', 'http'] as const

const MEANINGS: ReadonlyMap<string, string> = new Map([
  [PASSTHROUGH_CLUSTER, ', which forwards it to the address unchanged (outboundTrafficPolicy ALLOW_ANY)'],
  [BLACK_HOLE_CLUSTER, ', which closes it (outboundTrafficPolicy REGISTRY_ONLY)'],
])

const clusterText = (name: string): string => `${name}${MEANINGS.get(name) ?? ''}`

/** The route configuration that decides about the requests of a connection. */
function routesOf({ chain }: ConnectionOutcome): string | undefined {
  for (const { typedConfig } of chain?.filters ?? []) {
    const name = typedConfig?.rds?.routeConfigName ?? typedConfig?.routeConfig?.name
    if (name !== undefined) return name
  }
  return undefined
}

/** Completes "goes to". */
function destinationText(outcome: ConnectionOutcome): string {
  const { listener, chain, shares } = outcome
  if (listener === undefined) return 'the address itself, past the proxy'
  if (chain === undefined) return `listener ${listener}, of which no filter chain takes it`
  const routes = routesOf(outcome)
  if (routes !== undefined) return `listener ${listener}, where the routes ${routes} decide`
  return `listener ${listener} and ${shares.map(({ cluster }) => clusterText(cluster)).join(', ') || 'no cluster'}`
}

/** Where connections of all protocols go, without repeats. */
function destinationsText(texts: ReadonlyMap<string, readonly string[]>): string {
  const [only, other] = texts.keys()
  if (only !== undefined && other === undefined) return `a connection there goes to ${only}`
  const named = (protocols: readonly string[]): string => protocols.map((word) => word.toUpperCase()).join(' and ')
  return [...texts].map(([text, protocols]) => `${named(protocols)} connections there go to ${text}`).join('; ')
}

/**
 * A sentence without a full stop about a connection to an address and a port that no listener of exactly these takes;
 * undefined if the filter does not name both, or the proxy takes no connections of others.
 * @param filter of the listeners, none of which matches it
 */
export function untakenText(resources: EnvoyResources, { address, port, type }: ListenerFilter): string | undefined {
  if (!address || !port || type || ipFamily(address) === 0) return undefined
  if (address === UNSPECIFIED || address === UNSPECIFIED_IPV6) return undefined
  const received = receivedResources(resources)
  if (!received.lds.some(({ name }) => name === VIRTUAL_OUTBOUND)) return undefined
  const texts = groupBy(PROTOCOLS, (protocol) =>
    destinationText(connect(received, undefined, { host: address, port, protocol })),
  )
  return `no listener is for ${joinHostPort(address, port)}: ${destinationsText(texts)}`
}
