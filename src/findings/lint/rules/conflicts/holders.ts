/** Services that hold a whole port: the TCP chain that matches everything, in the listener for all addresses. */

import { type ChainMatch, isMatchAll, maskedPrefix, type PortRef, partyOf } from '../../../../envoy/listeners/index.ts'
import { isWildcardBind } from '../../../../envoy/listeners/plan/binding.ts'
import { isServiceEntry } from '../../../../kinds/istio/service-entry.ts'
import { isTls } from '../../../../registry/protocol.ts'
import { isWildcard, type Port, type Service } from '../../../../registry/service.ts'
import type { Found } from '../../rule.ts'
import type { ListenerSubject } from '../../subjects.ts'
import { causeOf } from './causes.ts'
import { isReportedWinner } from './losses.ts'
import { carrierOf, statesAddress } from './parties.ts'

export type HolderRule = 'vip-without-capture' | 'tcp-address-required' | 'tcp-catch-all'

/** A prefix of all addresses is not a condition. */
const isUnconditional = (match: ChainMatch): boolean =>
  isMatchAll(
    match.cidr.length > 0 && match.cidr.every((range) => !maskedPrefix(range)) ? { ...match, cidr: [] } : match,
  )

/** The owner of the TCP chain that matches every connection to a listener; undefined when there is none. */
export function ownerOfAll({ chains }: ListenerSubject['entry']): PortRef | undefined {
  return chains.find(({ kind, match }) => kind === 'tcp' && isUnconditional(match))?.owner
}

/** TCP, or undeclared, which may be TCP; TLS is separated by server names. */
const takesPorts = ({ protocol }: Port): boolean => {
  const carrier = carrierOf(protocol)
  return carrier === 'sniffed' || (carrier === 'tcp' && !isTls(protocol))
}

/** One finding per entry, at its first such port: they all lack the same address. */
const isFirst = ({ service, port }: PortRef): boolean => service.ports.find(takesPorts)?.number === port.number

function ruleOf({ mesh: { registry }, view }: ListenerSubject, service: Service): HolderRule {
  if (service.registry !== 'External' || statesAddress(service.source)) return 'tcp-catch-all'
  if (registry.allocation.storesStatus && !view.usesVips && registry.vipsOf(service)) return 'vip-without-capture'
  // A wildcard host with its own servers takes the port for all its names, and never gets an automatic address.
  return isWildcard(service.hostname) && service.resolution !== 'Passthrough' ? 'tcp-catch-all' : 'tcp-address-required'
}

/** The service port that holds the whole port of a listener. */
export const anyHolderOf = ({ entry }: ListenerSubject): PortRef | undefined =>
  isWildcardBind(entry.binds[0] ?? '') ? ownerOfAll(entry) : undefined

/** The holder that a rule reports, if any. Where others lost the listener to it, the losses are the finding. */
export function holderOf(listener: ListenerSubject, rule: HolderRule): PortRef | undefined {
  const holder = anyHolderOf(listener)
  if (!holder || !isFirst(holder) || ruleOf(listener, holder.service) !== rule) return undefined
  return isReportedWinner(listener, partyOf(holder)) ? undefined : holder
}

/** Why a port has no protocol, though its name may look like one. */
const whySniffed = ({ service }: PortRef): string =>
  isServiceEntry(service.source)
    ? 'the port states no protocol, and in a ServiceEntry its name does not state one either'
    : 'the port states no protocol'

/** The consequence for others with traffic to the port. A port without protocol leaves HTTP to the routes. */
export function takesAll(holder: PortRef): string {
  const { number, protocol } = holder.port
  return carrierOf(protocol) === 'sniffed'
    ? `it takes every connection to port ${number}, all but plain HTTP, that no other listener is made for (${whySniffed(holder)})`
    : `it takes every TCP connection to port ${number} that no other listener is made for`
}

/** The finding about a holder, with proposals. */
export function holderFound(listener: ListenerSubject, holder: PortRef, message: string): Found {
  const { entry, proposer } = listener
  const party = partyOf(holder)
  const cause = causeOf(listener, holder.service)
  return {
    message,
    resource: party.resource,
    location: party.location,
    ...(cause && { cause }),
    ...(isServiceEntry(party.resource) && { proposals: () => proposer.forHolder(party, entry.name) }),
  }
}

export const holderText = ({ service, port }: PortRef): string => `${service.hostname}:${port.number}`
