/** Service ports that become reachable or unreachable, and listeners that they win and lose, in words. */
import type { ConflictParty, ListenerConflict } from '../../../envoy/listeners/index.ts'
import type { Phrase } from '../draft.ts'
import { hostPortText, hostText, listText } from '../words/names.ts'
import type { Leads } from './candidates.ts'
import type { Heir, State } from './states.ts'

type Of<K extends State['kind']> = Extract<State, { readonly kind: K }>

const phrase = (kind: Phrase['kind'], rest: string, before?: string, after?: string): Phrase => ({
  kind,
  lead: '',
  rest,
  before,
  after,
})

/** The winner's host; its port where that differs from the listener's. */
function winnerText({ host, port, kind, namespace, name }: ConflictParty, conflict: ListenerConflict): string {
  if (host === '') return `${kind} ${namespace}/${name}`
  return port === conflict.port ? hostText(host) : hostPortText({ host, port })
}

const holderOf = (conflict: ListenerConflict): string => winnerText(conflict.winner, conflict)

/** ` on 240.240.0.1_3306`; '' if routes lead to it by its host. */
const onText = ({ listeners, isRouted }: Leads): string =>
  listeners.length > 0 ? ` on ${listText(listeners)}` : isRouted ? ' by its host name' : ''

/** What becomes of connections to a port that the proxy does not know. */
const UNKNOWN: ReadonlyMap<string, string> = new Map([
  ['ALLOW_ANY', 'connections pass unchanged'],
  ['REGISTRY_ONLY', 'connections are refused'],
])

/** What decides where connections go that the proxy does not know. */
interface Unknown {
  /** The outbound traffic policy. */
  readonly policy: string
  /** The host whose listener takes every connection to the port. */
  readonly taker: string | undefined
  /** The wildcard host that gets what clients send. */
  readonly heir: Heir | undefined
}

/** What becomes of connections to a service that is gone. */
function fateText({ policy, taker, heir }: Unknown): string | undefined {
  if (heir) return `${heir.gets} now reach ${hostText(heir.host)}`
  return taker === undefined ? UNKNOWN.get(policy) : `connections to the port now reach ${hostText(taker)}`
}

function becameReachable(was: State, leads: Leads): Phrase {
  const on = onText(leads)
  if (was.kind === 'lost') {
    const { listener } = was.conflict
    const kind = leads.listeners.includes(listener) ? 'listener-won' : 'conflict-gone'
    return phrase(kind, ` is reached${on} (before: ${holderOf(was.conflict)} had ${listener})`, holderOf(was.conflict))
  }
  const reason = was.kind === 'reached' || was.reason === '' ? '' : ` (before: ${was.reason})`
  return phrase('reachable', ` becomes reachable${on}${reason}`, undefined, listText(leads.listeners) || undefined)
}

function becameUnreachable(is: Of<'absent'> | Of<'none'>, leads: Leads, unknown: Unknown): Phrase {
  const before = listText(leads.listeners) || undefined
  if (is.kind === 'none') return phrase('unreachable', ` is no longer reached: ${is.reason}`, before)
  const reason = ` is ${is.reason || 'gone'}`
  const then = fateText(unknown)
  return phrase('unreachable', `${reason}${then === undefined ? '' : `; ${then}`}`, before)
}

function lost(was: State, conflict: ListenerConflict): Phrase {
  const holder = holderOf(conflict)
  const { listener } = conflict
  if (was.kind === 'reached') return phrase('listener-lost', ` loses ${listener} to ${holder}`, undefined, holder)
  return phrase('conflict-new', ` is not reached: ${holder} has ${listener}`, undefined, holder)
}

function conflictGone(was: Of<'lost'>, is: Of<'absent'> | Of<'none'>): Phrase {
  const former = `it had lost ${was.conflict.listener} to ${holderOf(was.conflict)}`
  const unknown = ` is ${is.reason || 'gone'}`
  const now = is.kind === 'none' ? ` has no listener: ${is.reason}` : unknown
  return phrase('conflict-gone', `${now}; ${former}`, holderOf(was.conflict))
}

/** The same port, reached by other listeners. */
function moved(before: Leads, after: Leads): Phrase | undefined {
  const [old, now] = [new Set(before.listeners), new Set(after.listeners)]
  const gone = before.listeners.filter((name) => !now.has(name))
  const come = after.listeners.filter((name) => !old.has(name))
  const values = [listText(gone) || undefined, listText(come) || undefined] as const
  if (come.length > 0) {
    const former =
      gone.length > 0 ? ` (before: ${listText(gone)})` : before.isRouted ? ' (before: by its host name)' : ''
    return phrase('listener-won', ` is reached on ${listText(come)}${former}`, ...values)
  }
  if (gone.length === 0) return undefined
  const instead = after.isRouted ? ', but by its host name' : ''
  return phrase('listener-lost', ` is no longer reached on ${listText(gone)}${instead}`, ...values)
}

/** Routes of a VirtualService decide, and have effects of their own. */
const isRoutedElsewhere = (state: State): boolean =>
  state.kind === 'none' && state.reason.startsWith('routed elsewhere')

/**
 * What happens to a port; undefined if nothing does.
 * @param unknown after the change
 */
export function reachPhrase(
  was: State,
  is: State,
  leads: { readonly before: Leads; readonly after: Leads },
  unknown: Unknown,
): Phrase | undefined {
  if (isRoutedElsewhere(was) || isRoutedElsewhere(is)) return undefined
  if (is.kind === 'reached')
    return was.kind === 'reached' ? moved(leads.before, leads.after) : becameReachable(was, leads.after)
  // Clients of a port that has no listener do not notice who has it.
  if (is.kind === 'lost') return was.kind === 'lost' ? undefined : lost(was, is.conflict)
  if (was.kind === 'reached') return becameUnreachable(is, leads.before, unknown)
  if (was.kind === 'lost') return conflictGone(was, is)
  if (was.kind === is.kind) return undefined
  const rest = is.kind === 'none' ? ` is new, but not reached: ${is.reason}` : ' is gone; nothing led to it'
  return phrase('cluster-change', rest)
}
