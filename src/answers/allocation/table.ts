/** Addresses of hosts in the words of the command. */
import type { AllocatedRegistry, HostAllocation, VipSource } from '../../allocation/allocation.ts'
import { hostFilter } from '../../common/globs.ts'
import { countChanges, isChange, type Marked, markChanges } from '../../findings/changes/index.ts'
import { type Line, type Span, type Style, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { countLine, markedCell, markedHeaders } from '../changes/marks.ts'
import { ALLOCATIONS, allocationChanges } from '../changes/message.ts'
import type { Report } from '../report.ts'
import { allocationMessage } from './message.ts'

const HEADERS = ['HOST', 'NAMESPACE', 'ENTRY', 'ADDRESSES', 'SOURCE', 'REASON']

const STYLES: Readonly<Partial<Record<VipSource, Style>>> = { simulated: 'warning', none: 'dim' }

/** The addresses of a mesh. */
export interface AllocationAnswer {
  /** Of the proxy that was asked about, and whether it uses the addresses. */
  readonly header: readonly Line[]
  /** With the hosts that were asked for. */
  readonly registry: AllocatedRegistry
}

/** A registry with only the hosts that match a pattern. */
export function withHosts(registry: AllocatedRegistry, globs: readonly string[]): AllocatedRegistry {
  if (globs.length === 0) return registry
  const matches = hostFilter(globs)
  return { ...registry, hosts: registry.hosts.filter(({ host }) => matches(host)) }
}

function row(name: Span, { entry, hostIndex, addresses, source, reason }: HostAllocation): Line {
  const { namespace, name: entryName } = entry.meta
  const style = STYLES[source]
  const { file, line } = entry.location.child('spec', 'hosts', hostIndex).position()
  return [
    name,
    namespace,
    entryName,
    addresses.join(', ') || '-',
    style ? styled(style, source) : source,
    `${file}:${line}: ${reason}`,
  ]
}

/** Nobody uses up more addresses than that. */
const BOUNDLESS = 1n << 32n

/** How many addresses are left; nothing is said of ranges that have no end for any mesh. */
function leftLines({ allocation: { ranges } }: AllocatedRegistry): readonly Line[] {
  const limited = ranges.filter(({ free }) => free < BOUNDLESS)
  return limited.map(({ family, prefix, free }) => [
    styled('dim', `# left: ${free.toLocaleString('en')} IPv${family} addresses of ${prefix}`),
  ])
}

const marksOf = (answer: AllocationAnswer, before: AllocationAnswer): readonly Marked<HostAllocation>[] =>
  markChanges(before.registry.hosts, answer.registry.hosts, ALLOCATIONS)

export const allocationReport: Report<AllocationAnswer> = {
  *text(answer, before, { onlyChanges, width }) {
    yield* answer.header
    yield* leftLines(answer.registry)
    if (!before) {
      const rows = answer.registry.hosts.map((item) => row(styled('name', item.host), item))
      if (rows.length > 0) yield* tableLines(HEADERS, rows, width)
      else yield ['# no hosts']
      return
    }
    const marked = marksOf(answer, before)
    yield countLine(countChanges(marked))
    const shown = onlyChanges ? marked.filter(isChange) : marked
    const rows = shown.map(({ mark, item }) => row(markedCell(mark, item.host), item))
    if (rows.length > 0) yield* tableLines(markedHeaders(HEADERS), rows, width)
  },

  message({ registry }, before, onlyChanges) {
    if (!before) return allocationMessage(registry)
    const marked = marksOf({ registry, header: [] }, before)
    const wanted = marked.filter(({ mark }) => mark !== '-' && (!onlyChanges || mark !== undefined))
    const hosts = wanted.map(({ item }) => item)
    // Keys of the message have a slash, so that this one is none of them.
    return { ...allocationMessage({ ...registry, hosts }), changes: allocationChanges(marked) }
  },

  count: (answer, before) => countChanges(marksOf(answer, before)),
}
