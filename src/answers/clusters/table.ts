/** Clusters, networks and differences between clusters as tables. */
import { joinHostPort } from '../../common/names.ts'
import type { ClusterReport, ClustersReport, NetworkReport, ServiceDifference } from '../../findings/clusters/index.ts'
import { type Line, styled } from '../../formats/spans.ts'
import { folded, type TableWriter } from '../../formats/table.ts'
import type { NetworkGateway } from '../../registry/endpoint.ts'
import { fileAndLine } from '../../resources/problems.ts'

/** How many names or addresses of a longer list are shown. */
const SHOWN = 3

const listed = (texts: readonly string[]): string => folded(texts, SHOWN) || '-'

/** `198.51.100.1:15443`; gateways with port 0 only support HBONE. */
const gatewayText = ({ address, port }: NetworkGateway): string =>
  port === 0 ? `${address} (HBONE)` : joinHostPort(address, port)

const CLUSTER_HEADERS = ['CLUSTER', 'ROLE', 'NETWORK', 'SERVICES', 'PODS', 'ENDPOINTS', 'GATEWAYS'] as const

function clusterRow({ id, local, network, services, pods, endpoints, gateways }: ClusterReport): Line {
  const counts = [services, pods, endpoints].map(String)
  const entered = listed(gateways.map(gatewayText))
  return [styled('name', id), local ? 'local' : 'remote', network || '-', ...counts, entered]
}

const NETWORK_HEADERS = ['NETWORK', 'CLUSTERS', 'MESH NETWORKS', 'WORKLOADS', 'ENTERED BY'] as const

/** Endpoints are reached directly if their network has no gateway. */
const DIRECTLY = 'no gateway: reached directly'

function networkRow({ name, clusters, ranges, workloads, gateways }: NetworkReport): Line {
  const entered = gateways.map((gateway) => {
    const place = gateway.location ? ` (${fileAndLine(gateway.location)})` : ''
    return gatewayText(gateway) + place
  })
  const counts = [listed(clusters), listed(ranges), String(workloads)]
  return [styled('name', name), ...counts, folded(entered, SHOWN) || DIRECTLY]
}

const DIFFERENCE_HEADERS = ['SERVICE', 'DIFFERS', 'CLUSTER', 'VALUE', 'COUNTS', 'SOURCE'] as const

/** One row per cluster. */
function differenceRows({ host, trait, values }: ServiceDifference): readonly Line[] {
  return values.map(({ clusterId, value, location }, index) => [
    styled('name', host),
    trait,
    clusterId,
    value,
    index === 0 ? 'yes' : 'no',
    fileAndLine(location),
  ])
}

/**
 * Omits empty tables.
 * @param width that of the terminal; undefined for no truncation
 */
export function* clustersLines(
  { clusters, networks, differences }: ClustersReport,
  width: number | undefined,
  table: TableWriter,
): Iterable<Line> {
  const tables: readonly (readonly [headers: readonly string[], rows: readonly Line[]])[] = [
    [CLUSTER_HEADERS, clusters.map(clusterRow)],
    [NETWORK_HEADERS, networks.map(networkRow)],
    [DIFFERENCE_HEADERS, differences.flatMap(differenceRows)],
  ]
  for (const [index, [headers, rows]] of tables.filter(([, all]) => all.length > 0).entries()) {
    if (index > 0) yield []
    yield* table(headers, rows, width)
  }
}
