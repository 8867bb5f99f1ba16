/** Endpoints as `proxy-config all` shows them: by cluster, with their locality (istioctl configdump/endpoint.go). */
import type { EnvoyLbEndpoint, EnvoyLocalityLbEndpoints } from '../../envoy/endpoints/index.ts'
import { byClusterKey, clusterKey } from './cluster-key.ts'
import type { ClusterStatusFact } from './cluster-statuses.ts'
import { goSorted } from './go-sort.ts'
import { equalFold, PADDING, type Row, type Table } from './table.ts'

export interface EdsFilter {
  /** `ADDRESS:PORT`; '' or undefined for all. */
  readonly address?: string | undefined
  readonly port?: number | undefined
}

type Address = EnvoyLbEndpoint['endpoint']['address']

/** `ADDRESS:PORT` or the path of a pipe. */
export function addressText(address: Address): string {
  if ('pipe' in address) return address.pipe.path
  const { address: host = '', portValue } = address.socketAddress
  return `${host}:${portValue}`
}

function addressesOf({ endpoint }: EnvoyLbEndpoint): readonly string[] {
  return [endpoint.address, ...(endpoint.additionalAddresses ?? []).map(({ address }) => address)].map(addressText)
}

function matches(endpoint: EnvoyLbEndpoint, { address, port }: EdsFilter): boolean {
  if (address && !addressesOf(endpoint).some((own) => equalFold(own, address))) return false
  const main = endpoint.endpoint.address
  return !port || ('socketAddress' in main && main.socketAddress.portValue === port)
}

/** `region/zone/subzone`, as far as it is known. */
export function localityText({ locality = {} }: EnvoyLocalityLbEndpoints): string {
  const { region = '', zone, subZone } = locality
  if (!zone) return region
  return subZone ? `${region}/${zone}/${subZone}` : `${region}/${zone}`
}

function clusterRows({ assignment, hostOrigins }: ClusterStatusFact, filter: EdsFilter): Row[] {
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

/** @param facts in the order of Envoy's dump */
export function edsTable(facts: readonly ClusterStatusFact[], filter: EdsFilter): Table {
  const clusters = facts.flatMap((fact) => {
    const rows = clusterRows(fact, filter)
    return rows.length === 0 ? [] : [{ rows, key: clusterKey(fact.status.name) }]
  })
  return {
    header: ['NAME', 'STATUS', 'LOCALITY', 'CLUSTER'],
    rows: goSorted(clusters, byClusterKey).flatMap(({ rows }) => rows),
    padding: PADDING,
  }
}
