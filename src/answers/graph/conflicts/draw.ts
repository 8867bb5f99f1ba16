/** Listeners that services share, as boxes: the winners, the losers, and the rules. */
import { groupBy } from '../../../common/collections.ts'
import { joinHostPort } from '../../../common/names.ts'
import { type ConflictParty, type PortRef, partyOf } from '../../../envoy/listeners/index.ts'
import { type Conflict, type ConflictRule, clusterOf, type WithoutListener } from '../../../findings/conflicts/index.ts'
import { fileAndLine } from '../../../resources/problems.ts'
import { CONFLICT_RULES, ORDER_ASSUMED } from '../../conflicts/table.ts'
import { counted, foldedItems, GraphBuilder } from '../builder.ts'
import type { ListenerGraph, SharedListener } from './listeners.ts'

/** How many of each are drawn. */
const MOST_LISTENERS = 8
const MOST_LISTENERS_OF_PORT = 4
const MOST_LOSERS = 5
const MOST_MEMBERS = 3

/** With a label as long arrows have, boxes are drawn beside those of the losers. */
const REACHED = { label: 'reached' }

const losersOf = ({ conflicts }: SharedListener): number =>
  conflicts.reduce((sum, { losers }) => sum + losers.length, 0)

function partyLines(role: string, { kind, namespace, name, host, port, location }: ConflictParty): readonly string[] {
  const target = host === '' ? `port ${port}` : joinHostPort(host, port)
  return [role, `${kind} ${namespace}/${name}`, target, fileAndLine(location)]
}

/** What a listener's box says: its name, and how it treats its services. */
function listenerLines({ name, toldApartBy, conflicts }: SharedListener): readonly string[] {
  const rules = [...new Set(conflicts.map(({ rule }) => rule))].map((rule) => `${rule}: ${CONFLICT_RULES[rule]}`)
  const apart = toldApartBy.length > 0 ? [`told apart by ${toldApartBy.join(', ')}`] : []
  const assumed = conflicts.some(({ orderAssumed }) => orderAssumed) ? [ORDER_ASSUMED] : []
  return ['listener', name, ...rules, ...assumed, ...apart]
}

/** The conflicts of a winner in a listener. */
interface Win {
  readonly winner: ConflictParty
  readonly conflicts: readonly Conflict[]
}

function winsOf({ conflicts }: SharedListener): readonly Win[] {
  const keyOf = ({ winner }: Conflict) => `${winner.kind} ${winner.namespace}/${winner.name} ${clusterOf(winner)}`
  return [...groupBy(conflicts, keyOf).values()].map((own) => ({ winner: own[0].winner, conflicts: own }))
}

interface Loser {
  readonly party: ConflictParty
  readonly rule: ConflictRule
  /** The rule, and to whom it loses if there are several winners. */
  readonly label: string
}

class ConflictDrawing {
  readonly graph = new GraphBuilder()
  readonly folded: string[] = []
  readonly #host: string | undefined

  constructor(host: string | undefined) {
    this.#host = host
  }

  /** The host in focus first; the others keep their order. */
  #focusFirst<T>(items: readonly T[], hostOf: (item: T) => string): readonly T[] {
    if (this.#host === undefined) return items
    const isFocused = (item: T) => hostOf(item) === this.#host
    return [...items.filter(isFocused), ...items.filter((item) => !isFocused(item))]
  }

  listener(listener: SharedListener, from: string | undefined): void {
    const { graph } = this
    const id = graph.box(listenerLines(listener))
    if (from !== undefined) graph.arrow(from, id)
    const wins = winsOf(listener)
    const winners = new Set(wins.map(({ winner }) => `${winner.host}:${winner.port}`))
    for (const { winner } of wins) graph.arrow(id, graph.box(partyLines('wins', winner), 'good'), REACHED)
    const others = listener.members.filter(({ service, port }) => !winners.has(`${service.hostname}:${port.number}`))
    this.#members(id, listener, others, wins.length > 0)
    this.#losers(id, listener, wins)
  }

  #members(from: string, { name, members }: SharedListener, others: readonly PortRef[], hasWinner: boolean): void {
    const role = members.length > 1 || hasWinner ? 'shares it' : 'has it alone'
    const sorted = this.#focusFirst(others, ({ service }) => service.hostname)
    const { shown, more } = foldedItems(sorted, MOST_MEMBERS)
    for (const member of shown) this.graph.arrow(from, this.graph.box(partyLines(role, partyOf(member))), REACHED)
    if (more === 0) return
    const text = `${counted(more, 'other service')} ${more === 1 ? 'shares' : 'share'} it`
    this.graph.arrow(from, this.graph.box([text], 'dim'), REACHED)
    this.folded.push(`${name}: ${counted(more, 'service')} that ${more === 1 ? 'shares' : 'share'} it`)
  }

  #losers(from: string, { name }: SharedListener, wins: readonly Win[]): void {
    const losers = wins.flatMap(({ winner, conflicts }) =>
      conflicts.flatMap((conflict): readonly Loser[] => {
        const to = wins.length > 1 ? ` to ${winner.namespace}/${winner.name}` : ''
        return conflict.losers.map((party) => ({ party, rule: conflict.rule, label: `${conflict.rule}${to}` }))
      }),
    )
    const { shown, more } = foldedItems(
      this.#focusFirst(losers, ({ party }) => party.host),
      MOST_LOSERS,
    )
    for (const { party, label } of shown) {
      this.graph.arrow(from, this.graph.box(partyLines('loses', party), 'bad'), { label, tone: 'bad' })
    }
    if (more === 0) return
    const folded = losers.filter((loser) => !shown.includes(loser))
    const namespaces = new Set(folded.map(({ party }) => party.namespace))
    const label = [...new Set(folded.map(({ rule }) => rule))].join(', ')
    const text = `${counted(more, 'more loser')} in ${counted(namespaces.size, 'namespace')}`
    this.graph.arrow(from, this.graph.box([text], 'bad'), { label, tone: 'bad' })
    this.folded.push(`${name}: ${counted(more, 'loser')}`)
  }

  lost(lost: WithoutListener): void {
    this.graph.box([...partyLines('not reached', lost), lost.reason], 'bad')
  }
}

/** The listeners to draw, those that cost most first; with a host, all that fit. */
function chosen(listeners: readonly SharedListener[]): readonly SharedListener[] {
  const sorted = [...listeners].sort((a, b) => losersOf(b) - losersOf(a))
  const perPort = new Map<number, number>()
  const taken = new Set<SharedListener>()
  for (const listener of sorted) {
    const count = perPort.get(listener.port) ?? 0
    if (taken.size === MOST_LISTENERS || count === MOST_LISTENERS_OF_PORT) continue
    perPort.set(listener.port, count + 1)
    taken.add(listener)
  }
  return listeners.filter((listener) => taken.has(listener))
}

function foldedListeners(left: readonly SharedListener[]): string {
  const losers = left.reduce((sum, listener) => sum + losersOf(listener), 0)
  const those = losers > 0 ? ` with ${counted(losers, 'loser')}` : ''
  return `${counted(left.length, 'more listener')}${those}`
}

/** @param host the one in focus */
export function drawConflicts(
  { listeners, withoutListener, peacefulPorts }: ListenerGraph,
  host: string | undefined,
): { readonly graph: GraphBuilder; readonly folded: readonly string[] } {
  const drawing = new ConflictDrawing(host)
  const { graph, folded } = drawing
  const shown = chosen(listeners)
  for (const [port, all] of groupBy(listeners, (listener) => listener.port)) {
    const own = all.filter((listener) => shown.includes(listener))
    if (own.length === 0) continue
    const root = all.length > 1 ? graph.box(['port', String(port)]) : undefined
    for (const listener of own) drawing.listener(listener, root)
    const left = all.filter((listener) => !shown.includes(listener))
    if (root === undefined || left.length === 0) continue
    graph.arrow(root, graph.box([foldedListeners(left)], 'dim'))
    folded.push(`port ${port}: ${foldedListeners(left)}`)
  }
  const elsewhere = listeners.filter(({ port }) => !shown.some((listener) => listener.port === port))
  if (elsewhere.length > 0) {
    const ports = new Set(elsewhere.map(({ port }) => port))
    const text = `${foldedListeners(elsewhere)}, on ${counted(ports.size, 'other port')}`
    graph.box([text], 'dim')
    folded.push(text)
  }
  for (const lost of withoutListener) drawing.lost(lost)
  if (peacefulPorts > 0) folded.push(`${counted(peacefulPorts, 'port')} that several hosts share without a loss`)
  return { graph, folded }
}
