/** Listeners and their chains in words. */
import { BLACK_HOLE_CLUSTER, PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import type { Phrase } from '../draft.ts'
import { portOfCluster } from '../reach/candidates.ts'
import { destinationText, listText, type Place } from '../words/names.ts'
import { type Chain, connectionsText, isHttp, type ListenerSide, sharesOfChain } from './chains.ts'

const percentText = (share: number): string => `${Math.round(share * 100) / 100} %`

/** The destinations of TCP connections: `v1 (90 %), v2 (10 %)`. */
function targetText(shares: ReadonlyMap<string, number>, place: Place): string {
  const all = [...shares]
  return all
    .map(([cluster, share]) =>
      all.length === 1 ? destinationText(cluster, place) : `${destinationText(cluster, place)} (${percentText(share)})`,
    )
    .join(', ')
}

/** What becomes of connections: completes "connections". */
function deedText({ resource }: Chain): string {
  if (isHttp(resource)) return 'are routed as HTTP'
  const shares = sharesOfChain(resource)
  if (shares.has(PASSTHROUGH_CLUSTER)) return 'pass unchanged'
  if (shares.has(BLACK_HOLE_CLUSTER)) return 'are refused'
  return shares.size === 0 ? 'are handled in another way' : `reach ${targetText(shares, { host: '' })}`
}

/** A chain that only one side has. */
export function loneChain(chain: Chain, isNew: boolean, isRouter: boolean): Phrase {
  const connections = connectionsText(chain)
  const kind = isRouter ? (isNew ? 'reachable' : 'unreachable') : 'route-change'
  const rest = isNew ? `: ${connections} now ${deedText(chain)}` : `: ${connections} no longer ${deedText(chain)}`
  return { kind, lead: '', rest }
}

/** A listener that only one side has. */
export function loneListener(side: ListenerSide, isNew: boolean, isRouter: boolean): Phrase {
  const { resource, chains } = side
  const port = resource.address?.socketAddress?.portValue
  const names = [...chains.values()].flatMap(({ resource: chain }) => chain.filterChainMatch?.serverNames ?? [])
  const http = [...chains.values()].some(({ resource: chain }) => isHttp(chain))
  const what = `${http ? 'HTTP' : 'TCP'}${names.length > 0 ? ` in TLS for ${listText(names)}` : ''}`
  if (isRouter) {
    const verb = isNew ? 'is now open' : 'is no longer open'
    return {
      kind: isNew ? 'reachable' : 'unreachable',
      lead: '',
      rest: `: port ${port} of the gateway ${verb} (${what})`,
    }
  }
  const kind = isNew ? 'listener-won' : 'listener-lost'
  return { kind, lead: '', rest: isNew ? ` is new (${what})` : ` is gone (${what})` }
}

/** A phrase about another place than the listener. */
interface PlacedPhrase extends Phrase {
  readonly place: Place
}

/** Connections that reach another destination; undefined if they do not. */
export function changedDestination(old: Chain, now: Chain, listener: Place): PlacedPhrase | undefined {
  const [was, is] = [sharesOfChain(old.resource), sharesOfChain(now.resource)]
  if (JSON.stringify([...was]) === JSON.stringify([...is])) return undefined
  const ports = new Set([...was.keys(), ...is.keys()].map((cluster) => JSON.stringify(portOfCluster(cluster) ?? null)))
  const [first] = is.keys()
  const own = ports.size === 1 && first !== undefined ? portOfCluster(first) : undefined
  if (own) {
    const [before, after] = [targetText(was, own), targetText(is, own)]
    const rest = ` now reach ${after} (before: ${before})`
    return { kind: 'route-change', lead: 'connections to ', rest, before, after, place: own }
  }
  const [before, after] = [deedText(old), deedText(now)]
  const conditions = now.isDefault ? '' : `: ${connectionsText(now)}`
  const rest = `${conditions} now ${after} (before: ${before})`
  return { kind: 'listener-lost', lead: '', rest, before, after, place: listener }
}
