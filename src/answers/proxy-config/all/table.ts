/** Tables of `proxy-config all` only: versions, and endpoints by cluster (istioctl configdump/endpoint.go). */
import type { EnvoyLbEndpoint } from '../../../envoy/endpoints/index.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { byClusterKey, clusterKey } from '../clusters/key.ts'
import type { ExplainedStatus } from '../endpoints/statuses.ts'
import { addressText, localityText } from '../endpoints/words.ts'
import { goSorted } from '../go-sort.ts'
import { equalFold, LISTENER_PADDING, PADDING, type Row, type Table } from '../istioctl-table.ts'

/** Printed for Envoy's build, because none is running. */
const NO_ENVOY = '0.0.0'

export function bootstrapTable({ metadata }: Proxy): Table {
  const sha = metadata.get('ISTIO_PROXY_SHA') ?? ''
  const facts: readonly (readonly [string, string])[] = [
    ['Istio Version:', metadata.get('ISTIO_VERSION') ?? ''],
    ['Istio Proxy Version:', sha.split(':')[1] ?? sha],
    ['Envoy Version:', NO_ENVOY],
  ]
  const rows = facts.filter(([, value]) => value !== '').map((cells) => ({ cells, origins: () => [] }))
  return { header: [], rows, padding: LISTENER_PADDING }
}

export interface AddressFilter {
  /** `ADDRESS:PORT`; '' or undefined for all. */
  readonly address?: string | undefined
  readonly port?: number | undefined
}

function addressesOf({ endpoint }: EnvoyLbEndpoint): readonly string[] {
  return [endpoint.address, ...(endpoint.additionalAddresses ?? []).map(({ address }) => address)].map(addressText)
}

function matches(endpoint: EnvoyLbEndpoint, { address, port }: AddressFilter): boolean {
  if (address && !addressesOf(endpoint).some((own) => equalFold(own, address))) return false
  const main = endpoint.endpoint.address
  return !port || ('socketAddress' in main && main.socketAddress.portValue === port)
}

function clusterRows({ assignment, hostOrigins }: ExplainedStatus, filter: AddressFilter): Row[] {
  const endpoints = (assignment.endpoints ?? []).flatMap((group) =>
    (group.lbEndpoints ?? []).map((endpoint) => ({ endpoint, locality: localityText(group) })),
  )
  return endpoints.flatMap(({ endpoint, locality }, index) => {
    if (!matches(endpoint, filter)) return []
    const name = `endpoint/${addressesOf(endpoint).join()}`
    const cells = [name, endpoint.healthStatus ?? 'UNKNOWN', locality, assignment.clusterName]
    return [{ cells, origins: hostOrigins[index] ?? (() => []) }]
  })
}

/** @param statuses in the order of Envoy's dump */
export function assignmentTable(statuses: readonly ExplainedStatus[], filter: AddressFilter): Table {
  const clusters = statuses.flatMap((status) => {
    const rows = clusterRows(status, filter)
    return rows.length === 0 ? [] : [{ rows, key: clusterKey(status.status.name) }]
  })
  return {
    header: ['NAME', 'STATUS', 'LOCALITY', 'CLUSTER'],
    rows: goSorted(clusters, byClusterKey).flatMap(({ rows }) => rows),
    padding: PADDING,
  }
}
