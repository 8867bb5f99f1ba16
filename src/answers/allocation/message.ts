/** Automatic addresses as data: what `allocate -o json` and `dump` print. */
import type { AllocatedRegistry, HostAllocation } from '../../allocation/allocation.ts'
import { hostFilter } from '../../common/globs.ts'
import { sameData } from '../../comparison/index.ts'
import { type Comparison, type Marked, markChanges } from '../../findings/changes/index.ts'

/** The addresses of a mesh. */
export interface AllocationAnswer {
  /** The proxy that was asked about; undefined without one. */
  readonly proxy: ProxyOfAllocation | undefined
  /** With the hosts that were asked for. */
  readonly registry: AllocatedRegistry
}

export interface ProxyOfAllocation {
  /** In words. */
  readonly description: string
  /** Whether it uses automatic addresses. */
  readonly usesVips: boolean
}

/** A registry with only the hosts that match a pattern. */
export function withHosts(registry: AllocatedRegistry, globs: readonly string[]): AllocatedRegistry {
  if (globs.length === 0) return registry
  const matches = hostFilter(globs)
  return { ...registry, hosts: registry.hosts.filter(({ host }) => matches(host)) }
}

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
  for (const entry of registry.snapshot.istio.serviceEntries) {
    const stale = registry.allocation.staleOf(entry)
    if (stale.length === 0) continue
    const values = stale.flatMap(({ host, addresses }) => addresses.map((value) => ({ host, value })))
    out.set(`${entry.meta.namespace}/${entry.meta.name}`, values)
  }
  return Object.fromEntries(out) as AllocationMessage
}

const ALLOCATIONS: Comparison<HostAllocation> = {
  keyOf: ({ entry, host }) => `${entry.meta.namespace}/${entry.meta.name} ${host}`,
  same: (before, after) => before.source === after.source && sameData(before.addresses, after.addresses),
}

/** The hosts of an answer beside those of an earlier one. */
export const markAllocations = (
  { registry }: AllocationAnswer,
  before: AllocationAnswer,
): readonly Marked<HostAllocation>[] => markChanges(before.registry.hosts, registry.hosts, ALLOCATIONS)

function allocationChanges(marked: readonly Marked<HostAllocation>[]): readonly object[] {
  return marked.flatMap(({ mark, item: { entry, host }, before }) => {
    if (mark === undefined) return []
    const { namespace, name } = entry.meta
    return [{ change: mark, namespace, name, host, ...(before && { before: before.addresses }) }]
  })
}

/**
 * The message beside an earlier answer, with what changed.
 * @param onlyChanges leaves out hosts that are as before
 */
export function markedAllocationMessage(answer: AllocationAnswer, before: AllocationAnswer, onlyChanges: boolean) {
  const marked = markAllocations(answer, before)
  const shown = marked.filter(({ mark }) => mark !== '-' && (!onlyChanges || mark !== undefined))
  const hosts = shown.map(({ item }) => item)
  // Keys of the message have a slash, so that this one is none of them.
  return { ...allocationMessage({ ...answer.registry, hosts }), changes: allocationChanges(marked) }
}
