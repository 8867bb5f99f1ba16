/** Listeners and their chains in words. */
import { BLACK_HOLE_CLUSTER, PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import type { FilterChain } from '../../../simulation/resources.ts'
import type { Phrase } from '../draft.ts'
import { portOfCluster } from '../reach/candidates.ts'
import { listText, type Place } from '../words/names.ts'
import { isShift, noLongerText, nowText, type Shares, sharesText, shiftText } from '../words/shares.ts'
import { type Chain, connectionsText, isHttp, type ListenerSide, sharesOfChain } from './chains.ts'

const REFUSED = 'are refused'

/** What becomes of connections: completes "connections". */
function deedText({ resource }: Chain, place: Place): string {
  if (isHttp(resource)) return 'are routed as HTTP'
  const shares = sharesOfChain(resource)
  if (shares.has(PASSTHROUGH_CLUSTER)) return 'pass unchanged'
  if (shares.has(BLACK_HOLE_CLUSTER)) return REFUSED
  return shares.size === 0
    ? 'are handled in another way'
    : `reach ${sharesText(shares, { host: '', port: place.port })}`
}

/** A chain that only one side has. */
export function loneChain(chain: Chain, isNew: boolean, isRouter: boolean, listener: Place): Phrase {
  const connections = connectionsText(chain)
  const kind = isRouter ? (isNew ? 'reachable' : 'unreachable') : 'route-change'
  const deed = deedText(chain, listener)
  const rest = `: ${connections} ${isNew ? nowText(deed) : noLongerText(deed)}`
  return { kind, lead: '', rest }
}

/** A listener that only one side has. */
export function loneListener(side: ListenerSide, isNew: boolean, isRouter: boolean): Phrase {
  const { chains } = side
  const names = [...chains.values()].flatMap(({ resource: chain }) => chain.filterChainMatch?.serverNames ?? [])
  const http = [...chains.values()].some(({ resource: chain }) => isHttp(chain))
  const what = `${http ? 'HTTP' : 'TCP'}${names.length > 0 ? ` in TLS for ${listText(names)}` : ''}`
  if (isRouter) {
    const rest = ` ${isNew ? 'is now open' : 'is no longer open'} (${what})`
    return { kind: isNew ? 'reachable' : 'unreachable', lead: '', rest }
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
    const [before, after] = [sharesText(was, own), sharesText(is, own)]
    const rest = isShift(was, is) ? `: ${shiftText(was, is, own)}` : ` now reach ${after} (before: ${before})`
    return { kind: 'route-change', lead: 'connections to ', rest, before, after, place: own }
  }
  return isShift(was, is) ? shifted(was, is, listener) : elsewhere(old, now, listener)
}

/** Services that share the connections of a listener in another way. */
function shifted(was: Shares, is: Shares, listener: Place): PlacedPhrase {
  const place = { host: '', port: listener.port }
  const values = { before: sharesText(was, place), after: sharesText(is, place) }
  return { kind: 'route-change', lead: '', rest: `: ${shiftText(was, is, place)}`, ...values, place: listener }
}

/** Connections that reach another service, or none. */
function elsewhere(old: Chain, now: Chain, listener: Place): PlacedPhrase {
  const [before, after] = [deedText(old, listener), deedText(now, listener)]
  const isOfService = [old, now].some(({ resource }) => leadsToService(resource))
  if (!isOfService && isUnconditional(now)) {
    const kind = after === REFUSED ? 'unreachable' : 'reachable'
    const rest = ` ${nowText(after)} (before: ${before})`
    return { kind, lead: 'connections to ', rest, before, after, place: { host: 'unknown addresses' } }
  }
  const conditions = isUnconditional(now) ? '' : `: ${connectionsText(now)}`
  const leads = [before, after].map((deed) => (deed.startsWith('reach ') ? deed.slice('reach '.length) : undefined))
  const former = leads[0] !== undefined && leads[1] !== undefined ? leads[0] : before
  const rest =
    leads[0] !== undefined && leads[1] !== undefined && conditions === ''
      ? ` now leads to ${leads[1]} (before: ${leads[0]})`
      : `${conditions || ': connections'} ${nowText(after)} (before: ${former})`
  const [was, is] = [sharesOfChain(old.resource), sharesOfChain(now.resource)]
  const kind = [...was.keys()].some((cluster) => is.has(cluster)) ? 'route-change' : 'listener-lost'
  return { kind, lead: '', rest, before, after, place: listener }
}

const isUnconditional = ({ resource, isDefault }: Chain): boolean =>
  isDefault || Object.keys(resource.filterChainMatch ?? {}).length === 0

const leadsToService = (chain: FilterChain): boolean =>
  [...sharesOfChain(chain).keys()].some((cluster) => portOfCluster(cluster) !== undefined)
