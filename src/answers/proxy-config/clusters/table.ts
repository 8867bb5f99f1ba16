/** `proxy-config clusters` (istioctl writer/envoy/configdump/cluster.go). */
import type { EnvoyCluster } from '../../../envoy/clusters/index.ts'
import type { Explained } from '../../../envoy/explained.ts'
import { PADDING, type Table } from '../istioctl-table.ts'
import { describeManagement } from '../management.ts'
import { clusterKey, hasParts } from './key.ts'

const NONE = '-'
const HEADER = ['SERVICE FQDN', 'PORT', 'SUBSET', 'DIRECTION', 'TYPE', 'DESTINATION RULE']
/** The type on the wire of a cluster with a custom type. */
const DEFAULT_TYPE = 'STATIC'

function nameCells(name: string, named: boolean): readonly string[] {
  const label = named ? `cluster/${name}` : name
  const first = named ? [label] : []
  // istioctl also prefixes a name without parts.
  if (!hasParts(name)) return [...first, label, NONE, NONE, NONE]
  const { fqdn, port, subset, direction } = clusterKey(name)
  return [...first, fqdn, String(port), subset || NONE, direction]
}

/**
 * @param clusters those that passed the filter, sorted
 * @param named whether the first column is `cluster/NAME`
 */
export function clusterTable(clusters: readonly Explained<EnvoyCluster>[], named = false): Table {
  return {
    header: named ? ['NAME', ...HEADER] : HEADER,
    rows: clusters.map((cluster) => {
      const { name, type, metadata } = cluster.resource
      return {
        cells: [...nameCells(name, named), type ?? DEFAULT_TYPE, describeManagement(metadata)],
        origins: () => cluster.origins,
        subject: cluster.resource,
      }
    }),
    padding: PADDING,
  }
}
