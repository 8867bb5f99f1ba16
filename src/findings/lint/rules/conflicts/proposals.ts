/** Ways to end a loss, from those that `conflicts` knows. None of them has been tried. */
import type { AllocatedRegistry } from '../../../../allocation/allocation.ts'
import type { ServiceEntryResource } from '../../../../kinds/index.ts'
import type { IpMode } from '../../../../proxy/proxy.ts'
import { parseProtocol } from '../../../../registry/protocol.ts'
import type { ProxyView } from '../../../../scope/view.ts'
import type { Conflict, ConflictParty } from '../../../conflicts/index.ts'
import { proposeAddresses } from '../../../fixes/addresses.ts'
import type { Change } from '../../../fixes/change.ts'
import { FixContext, FreePool, type Proposal, type Propose } from '../../../fixes/context.ts'
import { proposeCapture } from '../../../fixes/dns-capture.ts'
import { proposeExportTo } from '../../../fixes/export-to.ts'
import { proposeMerge } from '../../../fixes/merge.ts'
import { proposePort } from '../../../fixes/port.ts'
import type { FixProposal, ScopeFacts } from '../../rule.ts'
import { carrierOf, isEntry } from './parties.ts'

const POOLS = new WeakMap<AllocatedRegistry, Map<IpMode, FreePool>>()
const CONTEXTS = new WeakMap<ProxyView, FixContext>()

/** Made when somebody asks for fixes. Proxies of a mesh share the free addresses, so that fixes of several go together. */
function contextOf(view: ProxyView): FixContext {
  const { registry, proxy } = view
  const known = CONTEXTS.get(view)
  if (known) return known
  const pools = POOLS.get(registry) ?? new Map<IpMode, FreePool>()
  POOLS.set(registry, pools)
  const pool = pools.get(proxy.ipMode) ?? new FreePool(view)
  pools.set(proxy.ipMode, pool)
  const context = new FixContext(view, pool)
  CONTEXTS.set(view, context)
  return context
}

/** What findings keep of the facts until somebody asks for fixes: without the plan, which is the largest of them. */
export type ProposalFacts = Pick<ScopeFacts, 'registry' | 'view' | 'isReached'>

/** One loser of a conflict. */
interface Loser {
  readonly conflict: Conflict
  readonly loser: ConflictParty
}

/** All that the proposal does is to give the entry the addresses of its own endpoints. */
function namesItsEndpoints(entry: ServiceEntryResource, changes: readonly Change[]): boolean {
  const [change, ...others] = changes
  if (change?.kind !== 'edit' || change.resource !== entry || others.length > 0) return false
  const [edit] = change.edits
  if (change.edits.length !== 1 || !edit || !('value' in edit) || edit.path.join('.') !== 'spec.addresses') return false
  const own = new Set(entry.spec.endpoints.map(({ address }) => address))
  return Array.isArray(edit.value) && edit.value.every((address) => typeof address === 'string' && own.has(address))
}

const isPublic = ({ spec }: ServiceEntryResource, { mesh }: ProxyView['registry']['snapshot']): boolean => {
  const exportTo = spec.exportTo.length > 0 ? spec.exportTo : mesh.defaultServiceExportTo
  return exportTo.length === 0 || exportTo.includes('*')
}

/**
 * Whether nobody can miss anything when an entry that lost gets the addresses of its endpoints.
 *
 * An invented address is never safe: under DNS capture the host's name then means that address for all ports, those that
 * the entry does not declare included, which worked before; without capture nobody dials it, and what the entry held
 * elsewhere is lost. The endpoints' own addresses are where clients go anyway, so that no name changes its meaning. But
 * whoever holds a whole port also takes connections to other addresses, and would lose them by it. So the entry must
 * hold nothing by its TCP ports now, for this proxy and for all others: everybody sees the winner (it is exported to
 * all, and no Sidecar hides it), and the loser's ports are reached by nothing.
 */
function isSafe(facts: ProposalFacts, { conflict, loser }: Loser, { changes }: Proposal): boolean {
  const { resource } = loser
  const { snapshot } = facts.registry
  const winner = conflict.winner.resource
  if (!isEntry(resource) || resource.spec.addresses.length > 0 || !namesItsEndpoints(resource, changes)) return false
  if (snapshot.istio.sidecars.length > 0 || !isEntry(winner) || !isPublic(winner, snapshot)) return false
  return resource.spec.ports.every(
    ({ number, protocol }) =>
      carrierOf(parseProtocol(protocol)) === 'http' ||
      resource.spec.hosts.every((host) => !facts.isReached(host, number)),
  )
}

const changesProxies = ({ changes }: Proposal): boolean => changes.some(({ kind }) => kind === 'proxy-metadata')

/** What changes manifests of the entries alone comes before what changes all proxies. */
function* inOrder(conflict: Conflict, losers: readonly ConflictParty[], context: FixContext): Iterable<Proposal> {
  const addresses = [...proposeAddresses(conflict, losers, context)]
  yield* addresses.filter((proposal) => !changesProxies(proposal))
  yield* proposeCapture(conflict, losers, context)
  yield* addresses.filter(changesProxies)
  const others: readonly Propose[] = [proposePort, proposeMerge, proposeExportTo]
  for (const propose of others) yield* propose(conflict, losers, context)
}

/** What may help a loser. */
export function* proposalsFor(facts: ProposalFacts, loss: Loser): Iterable<FixProposal> {
  for (const proposal of inOrder(loss.conflict, [loss.loser], contextOf(facts.view))) {
    yield { ...proposal, safe: isSafe(facts, loss, proposal) }
  }
}

/** A conflict of one party with itself, for proposals that look at the losers alone. */
function alone(party: ConflictParty, listener: string): Conflict {
  const { port } = party
  return { listener, port, rule: 'same-match', orderAssumed: false, winner: party, losers: [party] }
}

/**
 * What may help one that holds a whole port. Never safe: whatever else comes to the port goes elsewhere then, and
 * nobody knows whether it is missed.
 */
export function* proposalsForHolder(view: ProxyView, party: ConflictParty, listener: string): Iterable<FixProposal> {
  const context = contextOf(view)
  const conflict = alone(party, listener)
  // The party is its own winner, which would be given the same addresses once more.
  const [address] = proposeAddresses(conflict, [party], context)
  const capture = [...proposeCapture(conflict, [party], context)]
  const first =
    address && !changesProxies(address) ? [address, ...capture] : [...capture, ...(address ? [address] : [])]
  for (const proposal of first) yield { ...proposal, safe: false }
}

/** Another port, for one that cannot have its own. */
export function* proposalsForPort(view: ProxyView, party: ConflictParty, listener: string): Iterable<FixProposal> {
  for (const proposal of proposePort(alone(party, listener), [party], contextOf(view))) {
    yield { ...proposal, safe: false }
    return
  }
}
