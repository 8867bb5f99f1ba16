/** Merges several entries with the same destination into one. */

import { compareBytes } from '../../common/bytes.ts'
import { isMap } from '../../common/collections.ts'
import type { ServiceEntryResource } from '../../kinds/index.ts'
import { isTcp, parseProtocol } from '../../registry/protocol.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { ConflictParty } from '../conflicts/index.ts'
import { type FixContext, namesOf, type Propose } from './context.ts'

/** A text that is equal for equal maps, and for lists whose order does not matter. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (isMap(item) ? [...item].sort() : item))
}

const textsOf = (values: readonly unknown[]): string => values.map(textOf).sort(compareBytes).join('\n')

/** What decides the destination of connections to an entry's ports, without its hosts. */
function destinationOf({ meta, spec }: ServiceEntryResource): string {
  return textOf([
    meta.namespace,
    spec.resolution,
    spec.location,
    textsOf(spec.endpoints),
    spec.workloadSelector?.labels,
    textsOf(spec.exportTo),
    textsOf(spec.subjectAltNames),
    textsOf(spec.addresses),
  ])
}

/** DNS entries without endpoints resolve their host, so only entries with the same host have the same destination. */
function goesToHost({ spec }: ServiceEntryResource): boolean {
  return spec.resolution.startsWith('D') && spec.endpoints.length === 0 && spec.workloadSelector === undefined
}

const portTexts = ({ spec }: ServiceEntryResource): Set<string> =>
  new Set(spec.ports.map(({ number, protocol, targetPort }) => textOf([number, protocol.toUpperCase(), targetPort])))

/** Whether connections to the winner reach what the loser leads to; hosts do not matter for TCP. */
function covers(winner: ServiceEntryResource, loser: ServiceEntryResource): boolean {
  if (winner === loser || goesToHost(loser) || destinationOf(winner) !== destinationOf(loser)) return false
  const ports = portTexts(winner)
  return (
    loser.spec.ports.every(({ protocol }) => isTcp(parseProtocol(protocol))) &&
    [...portTexts(loser)].every((port) => ports.has(port))
  )
}

/** Hosts in VirtualServices and DestinationRules. */
function referredHosts({ istio }: Snapshot): ReadonlySet<string> {
  const hosts = new Set<string>()
  const pending: unknown[] = [...istio.virtualServices, ...istio.destinationRules].map(({ spec }) => spec)
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue
    for (const [key, item] of Object.entries(value)) {
      if (key === 'host' && typeof item === 'string') hosts.add(item)
      else if (key === 'hosts' && Array.isArray(item)) for (const host of item) hosts.add(String(host))
      else if (typeof item === 'object' && item !== null) pending.push(item)
    }
  }
  return hosts
}

function mergeable(winner: ServiceEntryResource, losers: readonly ConflictParty[], context: FixContext) {
  const entries = context.entriesOf(losers).filter((entry) => covers(winner, entry))
  if (entries.length === 0) return entries
  const referred = referredHosts(context.view.registry.snapshot)
  return entries.filter(({ spec }) => !spec.hosts.some((host) => referred.has(host)))
}

export const proposeMerge: Propose = (conflict, losers, context) => {
  const winner = context.entryOf(conflict.winner)
  if (!winner) return []
  const entries = mergeable(winner, losers, context)
  if (entries.length === 0) return []
  return [
    {
      title: `merge ${namesOf(entries)} into ${namesOf([winner])}, which has the same destination`,
      changes: entries.map((entry) => ({ kind: 'remove', resource: entry })),
    },
  ]
}
