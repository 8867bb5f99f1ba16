/** Services that get connections which are not meant for them. */
import { parseOutboundName } from '../envoy/endpoints/plan/cluster-name.ts'
import type { ExplainedListener } from '../envoy/listeners/index.ts'
import { isWildcardBind } from '../envoy/listeners/plan/binding.ts'
import { referencedClusters } from '../envoy/referenced-clusters.ts'

/**
 * The service that gets every TCP connection to a port, whatever its address, unless another listener has the address.
 * @returns undefined for listeners of one address, and for those that tell connections apart
 */
export function takerOf({ resource }: ExplainedListener): { readonly port: number; readonly host: string } | undefined {
  const { address, filterChains = [], trafficDirection } = resource
  if (trafficDirection === 'INBOUND' || !('socketAddress' in address)) return undefined
  const { address: ip, portValue: port } = address.socketAddress
  if (!isWildcardBind(ip)) return undefined
  const chain = filterChains.find(({ filterChainMatch = {} }) => Object.keys(filterChainMatch).length === 0)
  const [cluster = ''] = chain ? referencedClusters([chain]) : []
  const host = parseOutboundName(cluster)?.host
  return host === undefined ? undefined : { port, host }
}
