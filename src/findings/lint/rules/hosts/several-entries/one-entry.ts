/** Merges several entries with one host into a single entry with all ports. */

import { compareBytes } from '../../../../../common/bytes.ts'
import type { ServiceEntryResource } from '../../../../../kinds/index.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import type { JsonValue } from '../../../../../sources/document.ts'
import type { FixProposal } from '../../../proposal.ts'
import { comparableText, listText } from '../texts.ts'
import type { Declaration } from './declarations.ts'

/** What the entries must have in common: everything except names, ports and annotations. */
export function restOf({ meta, spec }: ServiceEntryResource): string {
  const { hosts, addresses, location, resolution, endpoints, workloadSelector, exportTo, subjectAltNames } = spec
  return comparableText([
    meta.namespace,
    meta.labels,
    hosts,
    addresses,
    location,
    resolution,
    endpoints,
    workloadSelector?.labels,
    [...exportTo].sort(compareBytes),
    [...subjectAltNames].sort(compareBytes),
  ])
}

const portValue = ({
  number,
  name,
  protocol,
  targetPort,
}: ServiceEntryResource['spec']['ports'][number]): JsonValue => ({
  number,
  name,
  ...(protocol !== '' && { protocol }),
  ...(targetPort !== 0 && { targetPort }),
})

/** Merging more entries at once is not realistic. */
const MOST_ENTRIES = 20

/** Applies to entries that only differ in their ports, without repeated ones. */
export function* proposeOneEntry(declarations: readonly Declaration[]): Iterable<FixProposal> {
  if (declarations.length > MOST_ENTRIES) return
  const [first, ...others] = declarations.map(({ entry }) => entry)
  if (first?.spec.hosts.length !== 1) return
  if (others.some((entry) => entry === first || restOf(entry) !== restOf(first))) return
  const ports = [first, ...others].flatMap(({ spec }) => spec.ports)
  const numbers = new Set(ports.map(({ number }) => number))
  const names = new Set(ports.map(({ name }) => name))
  if (numbers.size < ports.length || names.size < ports.length) return
  yield {
    title: `declare all ports in ${describeResource(first)} and delete ${listText(others.map(describeResource))}`,
    changes: [
      { kind: 'edit', resource: first, edits: [{ path: ['spec', 'ports'], value: ports.map(portValue) }] },
      ...others.map((entry) => ({ kind: 'remove' as const, resource: entry })),
    ],
    safe: false,
  }
}
