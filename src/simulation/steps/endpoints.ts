/** Which endpoints a cluster has, and how often each of them is chosen. */
import { ipFamily } from '../../common/addresses.ts'
import { oncePer } from '../../common/once.ts'
import type { Origin } from '../../envoy/explained.ts'
import type { Configuration } from '../configuration.ts'
import type { Connection } from '../connection.ts'
import type { Cluster, LbEndpoint, LoadAssignment, LocalityEndpoints, SocketAddress } from '../resources.ts'
import { withoutPort } from './virtual-host.ts'

export interface Endpoint {
  /** An IP address, or a name that the proxy resolves itself; for a socket of the file system its path, with port 0. */
  readonly address: string
  readonly port: number
  readonly weight: number
  readonly priority: number
  /** region/zone/subzone; '' when it has none. */
  readonly locality: string
  /** `NAME.NAMESPACE`; '' when it is not known. */
  readonly workload: string
  /** The cluster of the workload; '' when it is not known. */
  readonly clusterId: string
  /** Its part of the connections, from 0 to 1; 0 for an endpoint that is only used when others fail. */
  readonly share: number
  /** As received; undefined for an address that the client chose. */
  readonly received: LbEndpoint | undefined
}

export interface ClusterEndpoints {
  readonly endpoints: readonly Endpoint[]
  /** Endpoints that are not used because they are not healthy. */
  readonly unhealthy: number
  readonly origins: readonly Origin[]
}

const UNUSABLE: ReadonlySet<string> = new Set(['UNHEALTHY', 'DRAINING', 'TIMEOUT'])

const isUsable = ({ healthStatus = '' }: LbEndpoint): boolean => !UNUSABLE.has(healthStatus)

interface Addressed {
  readonly address: string
  readonly port: number
}

function addressedAt(address: SocketAddress | undefined): Addressed {
  if (address?.pipe) return { address: address.pipe.path, port: 0 }
  return { address: address?.socketAddress?.address ?? '', port: address?.socketAddress?.portValue ?? 0 }
}

const localityText = ({ locality = {} }: LocalityEndpoints): string =>
  [locality.region, locality.zone, locality.subZone].filter((part) => part).join('/')

/** `NAME;NAMESPACE;APP;VERSION;CLUSTER`, as istiod describes a workload. */
function workloadOf(endpoint: LbEndpoint): Pick<Endpoint, 'workload' | 'clusterId'> {
  const [name = '', namespace = '', , , clusterId = ''] =
    endpoint.metadata?.filterMetadata?.istio?.workload?.split(';') ?? []
  return { workload: name === '' ? '' : `${name}.${namespace}`, clusterId }
}

const weightOf = ({ loadBalancingWeight = 1 }: { readonly loadBalancingWeight?: number }): number => loadBalancingWeight

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** The part of one locality: by its weight, or by those of its endpoints if the cluster ignores localities. */
function localityShare(group: LocalityEndpoints, groups: readonly LocalityEndpoints[], weighted: boolean): number {
  const weightIn = (item: LocalityEndpoints): number =>
    weighted ? weightOf(item) : sum((item.lbEndpoints ?? []).filter(isUsable).map(weightOf))
  const total = sum(groups.map(weightIn))
  return total > 0 ? weightIn(group) / total : 0
}

/** The endpoints of an assignment that Envoy uses: the healthy ones of the first priority that has some take all. */
function assigned({ endpoints: groups = [] }: LoadAssignment, weighted: boolean): readonly Endpoint[] {
  const filled = groups.filter(({ lbEndpoints = [] }) => lbEndpoints.some(isUsable))
  const first = Math.min(...filled.map(({ priority = 0 }) => priority))
  const active = filled.filter(({ priority = 0 }) => priority === first)
  return filled.flatMap((group): readonly Endpoint[] => {
    const usable = (group.lbEndpoints ?? []).filter(isUsable)
    const share = active.includes(group) ? localityShare(group, active, weighted) : 0
    const total = sum(usable.map(weightOf))
    return usable.map((received) => ({
      ...addressedAt(received.endpoint?.address),
      weight: weightOf(received),
      priority: group.priority ?? 0,
      locality: localityText(group),
      ...workloadOf(received),
      share: total > 0 ? (share * weightOf(received)) / total : 0,
      received,
    }))
  })
}

/** The same endpoints for every connection, with localities weighted or not. */
const assignedByLocality = oncePer((assignment: LoadAssignment) => assigned(assignment, true))
const assignedByEndpoint = oncePer((assignment: LoadAssignment) => assigned(assignment, false))

const countUnusable = oncePer(
  ({ endpoints = [] }: LoadAssignment): number =>
    endpoints.flatMap(({ lbEndpoints = [] }) => lbEndpoints).filter((each) => !isUsable(each)).length,
)

function chosenByClient(address: string, port: number): ClusterEndpoints {
  const place = { locality: '', workload: '', clusterId: '', received: undefined }
  return { endpoints: [{ address, port, weight: 1, priority: 0, share: 1, ...place }], unhealthy: 0, origins: [] }
}

/** The requested name: that of the Host header, or the server name of TLS. */
function requestedName({ http, tls, port }: Connection): Addressed | undefined {
  if (!http) return tls?.sni ? { address: tls.sni, port } : undefined
  const address = withoutPort(http.authority)
  const stated = Number(http.authority.slice(address.length + 1))
  return { address: address.replace(/^\[|\]$/g, ''), port: stated > 0 ? stated : http.scheme === 'https' ? 443 : 80 }
}

const NONE: ClusterEndpoints = { endpoints: [], unhealthy: 0, origins: [] }

/**
 * The endpoints of a cluster for a connection.
 * @param unknown what stands for a destination whose address is not known
 */
export function endpointsOf(
  configuration: Configuration,
  cluster: Cluster,
  connection: Connection,
  unknown: string,
): ClusterEndpoints {
  if (cluster.type === 'ORIGINAL_DST') {
    const port = cluster.originalDstLbConfig?.upstreamPortOverride ?? connection.port
    return chosenByClient(connection.address ?? unknown, port)
  }
  if (cluster.clusterType) {
    const name = requestedName(connection)
    return name ? chosenByClient(name.address, name.port) : NONE
  }
  const known =
    cluster.type === 'EDS'
      ? configuration.assignment(cluster.edsClusterConfig?.serviceName ?? cluster.name)
      : cluster.loadAssignment && { resource: cluster.loadAssignment, origins: [] }
  if (!known) return NONE
  const isWeighted = cluster.commonLbConfig?.localityWeightedLbConfig !== undefined
  const endpoints = (isWeighted ? assignedByLocality : assignedByEndpoint)(known.resource)
  return { endpoints, unhealthy: countUnusable(known.resource), origins: known.origins }
}

/** `address:port`, with brackets around IPv6 addresses; a path as it is. */
export function endpointText({ address, port }: Addressed): string {
  if (port === 0) return address
  return ipFamily(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`
}
