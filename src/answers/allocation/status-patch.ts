/** The status that istiod's address controller would write to entries without one. */

import type { AllocatedRegistry, HostAllocation } from '../../allocation/allocation.ts'
import { append } from '../../common/collections.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { StatusAddress } from './message.ts'

/** An object with just its identity and new addresses, for `kubectl apply --subresource=status`. */
export interface StatusPatch {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly status: { readonly addresses: readonly StatusAddress[] }
}

function patchOf(entry: Resource, allocations: readonly HostAllocation[]): StatusPatch {
  const seen = new Set<string>()
  const addresses: StatusAddress[] = []
  for (const { host, addresses: values } of allocations) {
    if (seen.has(host)) continue
    seen.add(host)
    for (const value of values) addresses.push({ host, value })
  }
  const { name, namespace } = entry.meta
  return { apiVersion: entry.apiVersion, kind: entry.kind, metadata: { name, namespace }, status: { addresses } }
}

/** One patch per entry with a simulated address; it includes addresses that the entry already has. */
export function statusPatches(registry: AllocatedRegistry): readonly StatusPatch[] {
  const byEntry = new Map<Resource, HostAllocation[]>()
  for (const allocation of registry.hosts) {
    if (allocation.source !== 'simulated' && allocation.source !== 'status') continue
    append(byEntry, allocation.entry, allocation)
  }
  return [...byEntry]
    .filter(([, allocations]) => allocations.some(({ source }) => source === 'simulated'))
    .map(([entry, allocations]) => patchOf(entry, allocations))
}
