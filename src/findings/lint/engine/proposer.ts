/** Ways to end a loss, from those that `conflicts` knows. None of them has been tried. */
import type { AllocatedRegistry } from '../../../allocation/allocation.ts'
import { once, oncePer } from '../../../common/once.ts'
import type { ServiceEntryResource } from '../../../kinds/index.ts'
import type { Resource } from '../../../kinds/resource.ts'
import type { IpMode } from '../../../proxy/proxy.ts'
import { parseProtocol } from '../../../registry/protocol.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Conflict, ConflictParty } from '../../conflicts/index.ts'
import { proposeAddresses } from '../../fixes/addresses.ts'
import type { Change } from '../../fixes/change.ts'
import { FixContext, FreePool, type Proposal, type Propose } from '../../fixes/context.ts'
import { proposeCapture } from '../../fixes/dns-capture.ts'
import { proposeExportTo } from '../../fixes/export-to.ts'
import { proposeMerge } from '../../fixes/merge.ts'
import { proposePort } from '../../fixes/port.ts'
import type { FixProposal } from '../proposal.ts'
import { carrierOf, isEntry } from '../rules/conflicts/parties.ts'
import type { Proposer } from '../subjects.ts'

/** Addresses and ports that nobody uses. Proxies of a mesh share them, so that fixes of several go together. */
const poolsOf = oncePer((_: AllocatedRegistry) => new Map<IpMode, FreePool>())

function poolFor(view: ProxyView): FreePool {
  const pools = poolsOf(view.registry)
  const pool = pools.get(view.proxy.ipMode) ?? new FreePool(view)
  pools.set(view.proxy.ipMode, pool)
  return pool
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

/** A conflict of one party with itself, for proposals that look at the losers alone. */
function alone(party: ConflictParty, listener: string): Conflict {
  const { port } = party
  return { listener, port, rule: 'same-match', orderAssumed: false, winner: party, losers: [party] }
}

/** What findings keep until somebody asks for fixes: the view without its listeners, which are the largest part of it. */
export class ViewProposer implements Proposer {
  readonly #view: ProxyView
  readonly #isReached: (host: string, port: number) => boolean
  readonly #context: () => FixContext

  /** @param isReached some listener or route of the proxy leads to this port */
  constructor(view: ProxyView, isReached: (host: string, port: number) => boolean) {
    this.#view = view
    this.#isReached = isReached
    this.#context = once(() => new FixContext(view, poolFor(view)))
  }

  *forLoss(conflict: Conflict, loser: ConflictParty): Iterable<FixProposal> {
    for (const proposal of inOrder(conflict, [loser], this.#context())) {
      yield { ...proposal, safe: this.#isSafe(conflict.winner.resource, loser.resource, proposal) }
    }
  }

  /**
   * Whether nobody can miss anything when an entry that lost gets the addresses of its endpoints.
   *
   * An invented address is never safe: under DNS capture the host's name then means that address for all ports, those
   * that the entry does not declare included, which worked before; without capture nobody dials it, and what the entry
   * held elsewhere is lost. The endpoints' own addresses are where clients go anyway, so that no name changes its
   * meaning. But whoever holds a whole port also takes connections to other addresses, and would lose them by it. So the
   * entry must hold nothing by its TCP ports now, for this proxy and for all others: everybody sees the winner (it is
   * exported to all, and no Sidecar hides it), and the loser's ports are reached by nothing.
   */
  #isSafe(winner: Resource, loser: Resource, { changes }: Proposal): boolean {
    const { snapshot } = this.#view.registry
    if (!isEntry(loser) || loser.spec.addresses.length > 0 || !namesItsEndpoints(loser, changes)) return false
    if (snapshot.istio.sidecars.length > 0 || !isEntry(winner) || !isPublic(winner, snapshot)) return false
    return loser.spec.ports.every(
      ({ number, protocol }) =>
        carrierOf(parseProtocol(protocol)) === 'http' ||
        loser.spec.hosts.every((host) => !this.#isReached(host, number)),
    )
  }

  /** Never safe: whatever else comes to the port goes elsewhere then, and nobody knows whether it is missed. */
  *forHolder(party: ConflictParty, listener: string): Iterable<FixProposal> {
    const context = this.#context()
    const conflict = alone(party, listener)
    // The party is its own winner, which would be given the same addresses once more.
    const [address] = proposeAddresses(conflict, [party], context)
    const capture = [...proposeCapture(conflict, [party], context)]
    const first =
      address && !changesProxies(address) ? [address, ...capture] : [...capture, ...(address ? [address] : [])]
    for (const proposal of first) yield { ...proposal, safe: false }
  }

  *forPort(party: ConflictParty, listener: string): Iterable<FixProposal> {
    for (const proposal of proposePort(alone(party, listener), [party], this.#context())) {
      yield { ...proposal, safe: false }
      return
    }
  }
}
