/** `proxy-config endpoints`: the hosts of clusters as Envoy would report them, filtered. */

import { UNIX_PREFIX } from '../../../common/addresses.ts'
import type { Origin } from '../../../envoy/explained.ts'
import { equalFold } from '../istioctl-table.ts'
import type { ClusterStatus, ExplainedStatus, HostStatus } from './statuses.ts'

/** Each '' , 0 or undefined for all. */
export interface EndpointFilter {
  /** Without the port. */
  readonly address?: string | undefined
  readonly port?: number | undefined
  /** The full name of the cluster. */
  readonly cluster?: string | undefined
  readonly status?: string | undefined
}

/** One host of a cluster. */
export interface Endpoint {
  readonly address: string
  /** 0 for a pipe. */
  readonly port: number
  readonly status: string
  readonly cluster: string
  readonly origins: () => readonly Origin[]
  readonly host: HostStatus
}

function hostAddress({ address }: HostStatus): { readonly address: string; readonly port: number } {
  if ('pipe' in address) return { address: `${UNIX_PREFIX}${address.pipe.path}`, port: 0 }
  const { socketAddress } = address
  return { address: socketAddress.address ?? '', port: socketAddress.portValue ?? 0 }
}

function matchesHost(host: HostStatus, cluster: string, filter: EndpointFilter): boolean {
  const { address, port } = hostAddress(host)
  if (filter.address && !equalFold(address, filter.address)) return false
  if (filter.port && port !== filter.port) return false
  if (filter.cluster && !equalFold(cluster, filter.cluster)) return false
  return !filter.status || equalFold(host.healthStatus.edsHealthStatus, filter.status)
}

/** The clusters with a matching host, with all their hosts. */
export function matchingStatuses(statuses: readonly ExplainedStatus[], filter: EndpointFilter): ClusterStatus[] {
  return statuses
    .map(({ status }) => status)
    .filter(({ name, hostStatuses = [] }) => hostStatuses.some((host) => matchesHost(host, name, filter)))
}

/** The matching hosts of a cluster. */
export function endpointsOf({ status, hostOrigins }: ExplainedStatus, filter: EndpointFilter): Endpoint[] {
  const { name, hostStatuses = [] } = status
  return hostStatuses.flatMap((host, index) => {
    if (!matchesHost(host, name, filter)) return []
    const { edsHealthStatus } = host.healthStatus
    const origins = hostOrigins[index] ?? (() => [])
    return [{ ...hostAddress(host), status: edsHealthStatus, cluster: name, origins, host }]
  })
}
