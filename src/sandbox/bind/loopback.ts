/** Resources whose endpoints are on loopback, so that nothing leaves a machine without namespaces. */
import { joinHostPort } from '../../common/names.ts'
import type { Cluster, LoadAssignment, ReceivedResources } from '../../simulation/resources.ts'
import type { Json } from '../envoy/json.ts'

/** The endpoint of clusters that connect to where the client wanted to. */
const ORIGINAL = 'original-destination'

/** An endpoint as one cluster sees it. */
export interface BoundEndpoint {
  readonly cluster: string
  /** `10.0.0.1:80`, or the name of a host with its port. */
  readonly endpoint: string
}

export const endpointKey = ({ cluster, endpoint }: BoundEndpoint): string => `${cluster}\n${endpoint}`

/** Of a cluster, wherever its endpoints are stated. */
function assignmentOf(cluster: Cluster, eds: ReadonlyMap<string, LoadAssignment>): LoadAssignment {
  const { name, loadAssignment, edsClusterConfig } = cluster
  if (cluster.type === 'EDS') return eds.get(edsClusterConfig?.serviceName ?? name) ?? { clusterName: name }
  if (loadAssignment || cluster.type === 'STATIC') return loadAssignment ?? { clusterName: name }
  const socketAddress = { address: ORIGINAL, portValue: 0 }
  return { clusterName: name, endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress } } }] }] }
}

const isInbound = (name: string): boolean => name.startsWith('inbound|') || name.startsWith('InboundPassthrough')

const outboundClusters = ({ cds, eds }: ReceivedResources): readonly (readonly [Cluster, LoadAssignment])[] => {
  const byName = new Map(eds.map((each) => [each.clusterName, each]))
  return cds.filter(({ name }) => !isInbound(name)).map((cluster) => [cluster, assignmentOf(cluster, byName)])
}

/** Every endpoint that the proxy may connect to. */
export function boundEndpoints(resources: ReceivedResources): readonly BoundEndpoint[] {
  const found = new Map<string, BoundEndpoint>()
  for (const [{ name: cluster }, { endpoints = [] }] of outboundClusters(resources)) {
    for (const { lbEndpoints = [] } of endpoints) {
      for (const { endpoint } of lbEndpoints) {
        const { address, portValue = 0 } = endpoint?.address?.socketAddress ?? {}
        if (address === undefined) continue
        const each = { cluster, endpoint: joinHostPort(address, portValue) }
        found.set(endpointKey(each), each)
      }
    }
  }
  return [...found.values()]
}

/** How a cluster finds endpoints; here they are stated. */
const DISCOVERY =
  /^(?:clusterType|edsClusterConfig|originalDstLbConfig|cleanupInterval|respectDnsTtl|typedDnsResolverConfig|dns.*)$/

/** An endpoint elsewhere would leave the machine, so one without a port is left out. */
function onLoopback(cluster: string, given: LoadAssignment, portOf: ReadonlyMap<string, number>): LoadAssignment {
  const endpoints = (given.endpoints ?? []).map((group) => ({
    ...group,
    lbEndpoints: (group.lbEndpoints ?? []).flatMap((each) => {
      const { address = '', portValue = 0 } = each.endpoint?.address?.socketAddress ?? {}
      const port = portOf.get(endpointKey({ cluster, endpoint: joinHostPort(address, portValue) }))
      if (port === undefined) return []
      const socketAddress = { address: '127.0.0.1', portValue: port }
      return [{ ...each, endpoint: { ...each.endpoint, address: { socketAddress } } }]
    }),
  }))
  return { ...given, clusterName: cluster, endpoints }
}

function boundCluster(cluster: Cluster, assignment: LoadAssignment, portOf: ReadonlyMap<string, number>): Cluster {
  const kept = Object.fromEntries(Object.entries(cluster).filter(([field]) => !DISCOVERY.test(field))) as Json & Cluster
  const lbPolicy = kept.lbPolicy === 'CLUSTER_PROVIDED' ? 'ROUND_ROBIN' : kept.lbPolicy
  const loadAssignment = onLoopback(cluster.name, assignment, portOf)
  return { ...kept, type: 'STATIC', ...(lbPolicy !== undefined && { lbPolicy }), loadAssignment } as Cluster
}

/** Whether a listener is for UDP. */
const isUdp = (address: object | undefined): boolean =>
  address !== undefined && 'protocol' in address && address.protocol === 'UDP'

/** Listeners of clients; the one that takes redirected connections has nothing to take here. */
export const outboundListeners = ({ lds }: ReceivedResources): ReceivedResources['lds'] =>
  lds.filter(
    ({ name, trafficDirection, address }) =>
      trafficDirection === 'OUTBOUND' &&
      name !== 'virtualOutbound' &&
      address?.socketAddress !== undefined &&
      !isUdp(address.socketAddress),
  )

/**
 * The outbound side of a proxy. Its listeners take no connections by themselves, but those that another one hands over.
 * @param portOf the port on loopback of each endpoint, by `endpointKey`
 */
export function boundResources(resources: ReceivedResources, portOf: ReadonlyMap<string, number>): ReceivedResources {
  return {
    lds: outboundListeners(resources).map((listener) => ({ ...listener, bindToPort: false })),
    cds: outboundClusters(resources).map(([cluster, assignment]) => boundCluster(cluster, assignment, portOf)),
    eds: [],
    rds: resources.rds,
  }
}
