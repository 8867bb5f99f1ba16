/** Automatic addresses as data, for `allocate -o json` and `dump`. */
import type { AllocatedRegistry, HostAllocation, VipSource } from '../../allocation/allocation.ts'
import { coversAddress, ipFamily } from '../../common/addresses.ts'
import { hostFilter } from '../../common/globs.ts'
import { oncePer } from '../../common/once.ts'
import { sameData } from '../../comparison/index.ts'
import { type Comparison, type Marked, markChanges } from '../../findings/changes/index.ts'

/** The addresses of a mesh. */
export interface AllocationAnswer {
  /** The proxy in the request; undefined without one. */
  readonly proxy: ProxyOfAllocation | undefined
  /** With the requested hosts only. */
  readonly registry: AllocatedRegistry
}

export interface ProxyOfAllocation {
  /** Its description in messages. */
  readonly description: string
  /** Whether it uses automatic addresses. */
  readonly usesVips: boolean
}

/** Which hosts are shown. */
export interface HostSelection {
  /** Patterns of hosts, and addresses of hosts; empty for all. */
  readonly operands: readonly string[]
  /** Empty for all. */
  readonly sources: readonly VipSource[]
}

/** A test whether a host matches one of the patterns, or has one of the addresses. */
function operandFilter(operands: readonly string[]): (allocation: HostAllocation) => boolean {
  if (operands.length === 0) return () => true
  const isAddress = (text: string): boolean => ipFamily(text) !== 0
  const wanted = operands.filter(isAddress)
  const globs = operands.filter((text) => !isAddress(text))
  const matches = globs.length === 0 ? () => false : hostFilter(globs)
  return ({ host, addresses }) =>
    matches(host) || wanted.some((address) => addresses.some((stated) => coversAddress(stated, address)))
}

/** A registry with only the selected hosts. */
export function withHosts(registry: AllocatedRegistry, { operands, sources }: HostSelection): AllocatedRegistry {
  if (operands.length === 0 && sources.length === 0) return registry
  const isNamed = operandFilter(operands)
  const isOfSource = ({ source }: HostAllocation): boolean => sources.length === 0 || sources.includes(source)
  return { ...registry, hosts: registry.hosts.filter((each) => isOfSource(each) && isNamed(each)) }
}

export interface StatusAddress {
  readonly host: string
  readonly value: string
}

/** By `namespace/name` the addresses of a status; before these, by `namespace/host` an IPv4 and an IPv6 address. */
export type AllocationMessage = { readonly [key: string]: readonly StatusAddress[] | readonly string[] }

const isAutomatic = ({ source }: HostAllocation): boolean => source !== 'own' && source !== 'none'

export function allocationMessage(registry: AllocatedRegistry): AllocationMessage {
  const out = new Map<string, (StatusAddress | string)[]>()
  // The hosts of an entry are adjacent.
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

const marksOf = oncePer(({ registry }: AllocationAnswer) =>
  oncePer((before: AllocationAnswer) => markChanges(before.registry.hosts, registry.hosts, ALLOCATIONS)),
)

/** The hosts of an answer compared with an earlier one; computed once, because a watch counts changes before it writes them. */
export const markAllocations = (
  answer: AllocationAnswer,
  before: AllocationAnswer,
): readonly Marked<HostAllocation>[] => marksOf(answer)(before)

function allocationChanges(marked: readonly Marked<HostAllocation>[]): readonly object[] {
  return marked.flatMap(({ mark, item: { entry, host }, before }) => {
    if (mark === undefined) return []
    const { namespace, name } = entry.meta
    return [{ change: mark, namespace, name, host, ...(before && { before: before.addresses }) }]
  })
}

/**
 * The message compared with an earlier answer, including the changes.
 * @param onlyChanges omits unchanged hosts
 */
export function markedAllocationMessage(answer: AllocationAnswer, before: AllocationAnswer, onlyChanges: boolean) {
  const marked = markAllocations(answer, before)
  const shown = marked.filter(({ mark }) => mark !== '-' && (!onlyChanges || mark !== undefined))
  const hosts = shown.map(({ item }) => item)
  // Keys of the message contain a slash, so this one does not clash with them.
  return { ...allocationMessage({ ...answer.registry, hosts }), changes: allocationChanges(marked) }
}
