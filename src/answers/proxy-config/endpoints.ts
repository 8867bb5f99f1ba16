/** `proxy-config endpoints` (istioctl writer/envoy/clusters/clusters.go). */
import { UNIX_PREFIX } from '../../common/addresses.ts'
import { compareBytes } from '../../common/bytes.ts'
import type { Origin } from '../../envoy/facts.ts'
import type { ClusterStatus, ClusterStatusFact, HostStatus } from './cluster-statuses.ts'
import { goSorted } from './go-sort.ts'
import { equalFold, PADDING, type Table } from './table.ts'

/** Each '' , 0 or undefined for all. */
export interface EndpointFilter {
  /** Without the port. */
  readonly address?: string | undefined
  readonly port?: number | undefined
  /** The whole name of the cluster. */
  readonly cluster?: string | undefined
  readonly status?: string | undefined
}

interface Endpoint {
  readonly address: string
  /** 0 for a pipe. */
  readonly port: number
  readonly status: string
  readonly cluster: string
  readonly origins: () => readonly Origin[]
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

/** The clusters of which a host passes the filter, with all their hosts. */
export function matchingStatuses(facts: readonly ClusterStatusFact[], filter: EndpointFilter): ClusterStatus[] {
  return facts
    .map(({ status }) => status)
    .filter(({ name, hostStatuses = [] }) => hostStatuses.some((host) => matchesHost(host, name, filter)))
}

function endpointsOf({ status, hostOrigins }: ClusterStatusFact, filter: EndpointFilter): Endpoint[] {
  const { name, hostStatuses = [] } = status
  return hostStatuses.flatMap((host, index) => {
    if (!matchesHost(host, name, filter)) return []
    const { edsHealthStatus } = host.healthStatus
    const origins = hostOrigins[index] ?? (() => [])
    return [{ ...hostAddress(host), status: edsHealthStatus, cluster: name, origins }]
  })
}

function comesBefore(a: Endpoint, b: Endpoint): boolean {
  return (compareBytes(a.address, b.address) || a.port - b.port || compareBytes(a.cluster, b.cluster)) < 0
}

/** Nothing runs, so no host has failed a check yet. */
const OUTLIER_CHECK = 'OK'

/** @param facts in the order of Envoy's answer */
export function endpointTable(facts: readonly ClusterStatusFact[], filter: EndpointFilter): Table {
  const endpoints = facts.flatMap((fact) => endpointsOf(fact, filter))
  return {
    header: ['ENDPOINT', 'STATUS', 'OUTLIER CHECK', 'CLUSTER'],
    rows: goSorted(endpoints, comesBefore).map(({ address, port, status, cluster, origins }) => ({
      cells: [port === 0 ? address : `${address}:${port}`, status, OUTLIER_CHECK, cluster],
      origins,
    })),
    padding: PADDING,
  }
}
