/** Addresses of hosts as a table. */
import type { AllocatedRegistry, HostAllocation, VipSource } from '../../allocation/allocation.ts'
import { countChanges, isChange, type Marked } from '../../findings/changes/index.ts'
import { type Line, type Span, type Style, styled } from '../../formats/spans.ts'
import { folded, tableLines } from '../../formats/table.ts'
import { fileAndLine } from '../../resources/problems.ts'
import { countLine, markedCell, markedHeaders } from '../changes/marks.ts'
import { proxyLine } from '../proxy-line.ts'
import { releaseLine } from '../release.ts'
import type { AllocationAnswer, ProxyOfAllocation } from './message.ts'

export const ALLOCATION_HEADERS = ['HOST', 'NAMESPACE', 'ENTRY', 'ADDRESSES', 'SOURCE', 'REASON'] as const

/** How many addresses of a longer list are shown. */
const ADDRESSES_SHOWN = 3

const STYLES: Readonly<Partial<Record<VipSource, Style>>> = { simulated: 'warning', none: 'dim' }

/** The cells of a host; `name` is its first cell. */
export function allocationRow(name: Span, { entry, hostIndex, addresses, source, reason }: HostAllocation): Line {
  const { namespace, name: entryName } = entry.meta
  const style = STYLES[source]
  const place = fileAndLine(entry.location.child('spec', 'hosts', hostIndex))
  return [
    name,
    namespace,
    entryName,
    folded(addresses, ADDRESSES_SHOWN) || '-',
    style ? styled(style, source) : source,
    `${place}: ${reason}`,
  ]
}

/** Ranges with more addresses than this are never exhausted. */
const BOUNDLESS = 1n << 32n

/** How many addresses are left. IPv6 ranges are omitted because no mesh exhausts them. */
function leftLines({ allocation: { ranges } }: AllocatedRegistry): readonly Line[] {
  const limited = ranges.filter(({ free }) => free < BOUNDLESS)
  return limited.map(({ family, prefix, free }) => [
    styled('dim', `# left: ${free.toLocaleString('en')} IPv${family} addresses of ${prefix}`),
  ])
}

const proxyText = ({ description, usesVips }: ProxyOfAllocation): string =>
  `${description}, ${usesVips ? 'uses' : 'does not use'} automatic addresses`

export function* allocationHead({ proxy, registry }: AllocationAnswer): Iterable<Line> {
  yield releaseLine(registry.snapshot.release)
  if (proxy) yield proxyLine(proxyText(proxy))
  yield* leftLines(registry)
}

/** @param width that of the terminal; undefined for no truncation */
export function* allocationLines(answer: AllocationAnswer, width: number | undefined): Iterable<Line> {
  const rows = answer.registry.hosts.map((item) => allocationRow(styled('name', item.host), item))
  if (rows.length > 0) yield* tableLines(ALLOCATION_HEADERS, rows, width)
  else yield ['# no hosts']
}

/**
 * The table compared with an earlier answer.
 * @param marked the hosts of both
 * @param onlyChanges omits unchanged hosts
 */
export function* markedAllocationLines(
  marked: readonly Marked<HostAllocation>[],
  onlyChanges: boolean,
  width: number | undefined,
): Iterable<Line> {
  yield countLine(countChanges(marked))
  const shown = onlyChanges ? marked.filter(isChange) : marked
  const rows = shown.map(({ mark, item }) => allocationRow(markedCell(mark, item.host), item))
  if (rows.length > 0) yield* tableLines(markedHeaders(ALLOCATION_HEADERS), rows, width)
}
