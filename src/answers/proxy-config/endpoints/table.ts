/** The order and cells of `proxy-config endpoints` (istioctl writer/envoy/clusters/clusters.go). */
import { compareBytes } from '../../../common/bytes.ts'
import { goSorted } from '../go-sort.ts'
import { PADDING, type Table } from '../istioctl-table.ts'
import { type Endpoint, type EndpointFilter, endpointsOf } from './message.ts'
import type { ExplainedStatus } from './statuses.ts'

function comesBefore(a: Endpoint, b: Endpoint): boolean {
  return (compareBytes(a.address, b.address) || a.port - b.port || compareBytes(a.cluster, b.cluster)) < 0
}

/** No host has failed a check, because nothing is running. */
const OUTLIER_CHECK = 'OK'

/** @param statuses in the order of Envoy's answer */
export function endpointTable(statuses: readonly ExplainedStatus[], filter: EndpointFilter): Table {
  const endpoints = statuses.flatMap((status) => endpointsOf(status, filter))
  return {
    header: ['ENDPOINT', 'STATUS', 'OUTLIER CHECK', 'CLUSTER'],
    rows: goSorted(endpoints, comesBefore).map(({ address, port, status, cluster, origins, host }) => ({
      cells: [port === 0 ? address : `${address}:${port}`, status, OUTLIER_CHECK, cluster],
      origins,
      subject: host,
    })),
    padding: PADDING,
  }
}
