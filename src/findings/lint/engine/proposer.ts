/** Proposals to resolve a loss, from those of `conflicts`. They are not proven yet. */

import type { AllocatedRegistry } from '../../../allocation/allocation.ts'
import { once, oncePer } from '../../../common/once.ts'
import type { ServiceEntryResource } from '../../../kinds/index.ts'
import { isServiceEntry } from '../../../kinds/istio/service-entry.ts'
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
import { carrierOf } from '../rules/conflicts/parties.ts'
import type { Proposer } from '../subjects.ts'

/** Unused addresses and ports, shared by the proxies of a mesh so that their fixes work together. */
const poolsOf = oncePer((_: AllocatedRegistry) => new Map<IpMode, FreePool>())

function poolFor(view: ProxyView): FreePool {
  const pools = poolsOf(view.registry)
  const pool = pools.get(view.proxy.ipMode) ?? new FreePool(view)
  pools.set(view.proxy.ipMode, pool)
  return pool
}

/** Whether the proposal only gives the entry the addresses of its own endpoints. */
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

/** Changes to the entries' manifests come before changes to all proxies. */
function* inOrder(conflict: Conflict, losers: readonly ConflictParty[], context: FixContext): Iterable<Proposal> {
  const addresses = [...proposeAddresses(conflict, losers, context)]
  yield* addresses.filter((proposal) => !changesProxies(proposal))
  yield* proposeCapture(conflict, losers, context)
  yield* addresses.filter(changesProxies)
  const others: readonly Propose[] = [proposePort, proposeMerge, proposeExportTo]
  for (const propose of others) yield* propose(conflict, losers, context)
}

/** A conflict of a party with itself, for proposals that only use the losers. */
function alone(party: ConflictParty, listener: string): Conflict {
  const { port } = party
  return { listener, port, rule: 'same-match', orderAssumed: false, winner: party, losers: [party] }
}

/** Findings keep this until fixes are needed: the view without its listeners, which are its largest part. */
export class ViewProposer implements Proposer {
  readonly #view: ProxyView
  readonly #isReached: (host: string, port: number) => boolean
  readonly #context: () => FixContext

  /** @param isReached whether some listener or route of the proxy leads to this port */
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
   * Whether giving a losing entry the addresses of its endpoints cannot break anything.
   *
   * An invented address is never safe. Under DNS capture the host's name then resolves to it for all ports, including
   * undeclared ones, which worked before. Without capture no client uses it, and the entry loses other listeners that
   * it has. The endpoints' own addresses are what clients use anyway, so no name changes its meaning. But an entry that
   * holds a whole port also receives connections to other addresses, and would lose those. So the entry must not hold
   * anything by its TCP ports, for this proxy or any other: the winner is visible everywhere (it is exported to all,
   * and no Sidecar hides it), and nothing reaches the loser's ports.
   */
  #isSafe(winner: Resource, loser: Resource, { changes }: Proposal): boolean {
    const { snapshot } = this.#view.registry
    if (!isServiceEntry(loser) || loser.spec.addresses.length > 0 || !namesItsEndpoints(loser, changes)) return false
    if (snapshot.istio.sidecars.length > 0 || !isServiceEntry(winner) || !isPublic(winner, snapshot)) return false
    return loser.spec.ports.every(
      ({ number, protocol }) =>
        carrierOf(parseProtocol(protocol)) === 'http' ||
        loser.spec.hosts.every((host) => !this.#isReached(host, number)),
    )
  }

  /** Never safe: other connections to the port would go elsewhere, and they may be needed. */
  *forHolder(party: ConflictParty, listener: string): Iterable<FixProposal> {
    const context = this.#context()
    const conflict = alone(party, listener)
    // The party is its own winner, and would get the same addresses a second time.
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
