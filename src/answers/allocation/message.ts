/** Automatic addresses as data: what `allocate -o json` and `dump` print. */
import type { AllocatedRegistry, HostAllocation } from '../../allocation/allocation.ts'

export interface StatusAddress {
  readonly host: string
  readonly value: string
}

/** By status: `namespace/name` to its status.addresses. Before that: `namespace/host` to IPv4 and IPv6. */
export type AllocationMessage = { readonly [key: string]: readonly StatusAddress[] | readonly string[] }

const isAutomatic = ({ source }: HostAllocation): boolean => source !== 'own' && source !== 'none'

export function allocationMessage(registry: AllocatedRegistry): AllocationMessage {
  const out = new Map<string, (StatusAddress | string)[]>()
  // The hosts of an entry come one after the other.
  let entryAtHand: unknown
  const seen = new Set<string>()
  for (const allocation of registry.hosts) {
    if (!isAutomatic(allocation)) continue
    const { entry, host, addresses } = allocation
    if (!registry.allocation.storesStatus) {
      out.set(`${entry.meta.namespace}/${host}`, [...addresses])
      continue
    }
    const key = `${entry.meta.namespace}/${entry.meta.name}`
    const list = out.get(key) ?? []
    out.set(key, list)
    if (entry !== entryAtHand) seen.clear()
    entryAtHand = entry
    if (seen.has(host)) continue
    seen.add(host)
    for (const value of addresses) list.push({ host, value })
  }
  return Object.fromEntries(out) as AllocationMessage
}
