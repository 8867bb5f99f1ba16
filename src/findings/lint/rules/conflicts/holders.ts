/** Services that hold a whole port: the TCP chain that matches everything, in the listener of all addresses. */
import {
  type ChainMatch,
  isMatchAll,
  type ListenerEntry,
  maskedPrefix,
  type PortRef,
  partyOf,
} from '../../../../envoy/listeners/index.ts'
import { isTls } from '../../../../registry/protocol.ts'
import { isWildcard, type Port, type Service } from '../../../../registry/service.ts'
import type { ProxyView } from '../../../../scope/view.ts'
import type { ConflictParty } from '../../../conflicts/index.ts'
import { listenerSubject, type ScopedFound, type ScopeFacts } from '../../rule.ts'
import { carrierOf, isEntry, isWildcardBind, statesAddress } from './parties.ts'
import { proposalsForHolder } from './proposals.ts'

export interface Holder {
  readonly entry: ListenerEntry
  readonly owner: PortRef
}

export type HolderRule = 'vip-without-capture' | 'tcp-address-required' | 'tcp-catch-all'

/** The range of all addresses is no condition either, though the chain has one. */
const isUnconditional = (match: ChainMatch): boolean =>
  isMatchAll(
    match.cidr.length > 0 && match.cidr.every((range) => !maskedPrefix(range)) ? { ...match, cidr: [] } : match,
  )

/** Whose TCP chain matches every connection to a listener; undefined when none does. */
export function ownerOfAll({ chains }: ListenerEntry): PortRef | undefined {
  return chains.find(({ kind, match }) => kind === 'tcp' && isUnconditional(match))?.owner
}

/** TCP, or whatever may turn out to be TCP; TLS is told apart by server names. */
const takesPorts = ({ protocol }: Port): boolean => {
  const carrier = carrierOf(protocol)
  return carrier === 'sniffed' || (carrier === 'tcp' && !isTls(protocol))
}

/** Of an entry with several such ports the first one stands for all: one address is what they all lack. */
const isFirst = ({ service, port }: PortRef): boolean => service.ports.find(takesPorts)?.number === port.number

function ruleOf({ registry, usesVips }: ProxyView, service: Service): HolderRule {
  if (service.registry !== 'External' || statesAddress(service.source)) return 'tcp-catch-all'
  if (registry.allocation.storesStatus && !usesVips && registry.vipsOf(service)) return 'vip-without-capture'
  // A domain with servers of its own takes the port for all its names, and never gets an automatic address.
  return isWildcard(service.hostname) && service.resolution !== 'Passthrough' ? 'tcp-catch-all' : 'tcp-address-required'
}

/** Everyone who holds a whole port, found once for all rules that ask. */
const HOLDERS = new WeakMap<ScopeFacts, readonly Holder[]>()

export function allHolders(facts: ScopeFacts): readonly Holder[] {
  const known = HOLDERS.get(facts)
  if (known) return known
  const out: Holder[] = []
  for (const entry of facts.plan.entries) {
    const owner = isWildcardBind(entry.binds[0] ?? '') ? ownerOfAll(entry) : undefined
    if (owner) out.push({ entry, owner })
  }
  HOLDERS.set(facts, out)
  return out
}

/** The holders that a rule reports. */
export const holdersOf = (facts: ScopeFacts, rule: HolderRule): readonly Holder[] =>
  allHolders(facts).filter(({ owner }) => isFirst(owner) && ruleOf(facts.view, owner.service) === rule)

/** What others with traffic to the port must know. */
export const takesAll = (port: number): string =>
  `it takes every TCP connection to port ${port} that no other listener is made for`

/** What is said of a holder, with what helps. */
export function holderFound({ view }: ScopeFacts, { entry, owner }: Holder, message: string): ScopedFound {
  const party: ConflictParty = partyOf(owner)
  const { name } = entry
  return {
    subject: listenerSubject(name),
    message,
    resource: party.resource,
    location: party.location,
    ...(isEntry(party.resource) && { proposals: () => proposalsForHolder(view, party, name) }),
  }
}

export const holderText = ({ owner: { service, port } }: Holder): string => `${service.hostname}:${port.number}`
