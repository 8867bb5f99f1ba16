/** Conflicts of one proxy as data. */
import { EMPTY_MAP } from '../../common/collections.ts'
import {
  type ChangeCount,
  type Comparison,
  countChanges,
  type Mark,
  type Marked,
  markChanges,
} from '../../findings/changes/index.ts'
import type { ConflictParty, WithoutListener } from '../../findings/conflicts/index.ts'
import type { ConflictWithFixes } from '../../findings/fixes/index.ts'
import { changeText } from '../../findings/fixes/text.ts'
import type { Release } from '../../resources/mesh/release.ts'
import { placeMessage } from '../place.ts'
import { releaseMessage } from '../release.ts'
import type * as Shapes from '../shapes/conflicts.ts'

export const partyMessage = ({ kind, namespace, name, host, port, location }: ConflictParty): Shapes.ConflictParty => ({
  kind,
  namespace,
  name,
  host,
  port,
  location: placeMessage(location),
})

/** What one proxy cannot reach; `proxy` is its description. */
export interface ConflictAnswer {
  readonly release: Release
  readonly proxy: string
  readonly conflicts: readonly ConflictWithFixes[]
  readonly withoutListener: readonly WithoutListener[]
}

/** One loser of a conflict: a row of the table. */
export interface Loss {
  readonly conflict: ConflictWithFixes
  readonly loser: ConflictParty
}

export const lossesOf = (conflicts: readonly ConflictWithFixes[]): readonly Loss[] =>
  conflicts.flatMap((conflict) => conflict.losers.map((loser) => ({ conflict, loser })))

/** An answer compared with an earlier one. */
export interface MarkedConflicts {
  readonly conflicts: readonly Marked<ConflictWithFixes>[]
  readonly losses: readonly Marked<Loss>[]
  readonly withoutListener: readonly Marked<WithoutListener>[]
}

const partyKey = ({ kind, namespace, name, host, port }: ConflictParty): string =>
  JSON.stringify([kind, namespace, name, host, port])

const losersKey = ({ losers }: ConflictWithFixes): string => losers.map(partyKey).sort().join()

/** A conflict is one listener with one winner; it changes if its losers or its rule change. */
const CONFLICTS: Comparison<ConflictWithFixes> = {
  keyOf: ({ listener, port, winner }) => JSON.stringify([listener, port, partyKey(winner)]),
  same: (before, after) => before.rule === after.rule && losersKey(before) === losersKey(after),
}

/** A loss is one port in one listener; it changes if its winner or its rule changes. */
const LOSSES: Comparison<Loss> = {
  keyOf: ({ conflict: { listener, port }, loser }) => JSON.stringify([listener, port, partyKey(loser)]),
  same: (before, after) =>
    before.conflict.rule === after.conflict.rule &&
    partyKey(before.conflict.winner) === partyKey(after.conflict.winner),
}

const LOST: Comparison<WithoutListener> = {
  keyOf: partyKey,
  same: (before, after) => before.reason === after.reason,
}

export const markConflicts = (answer: ConflictAnswer, before: ConflictAnswer): MarkedConflicts => ({
  conflicts: markChanges(before.conflicts, answer.conflicts, CONFLICTS),
  losses: markChanges(lossesOf(before.conflicts), lossesOf(answer.conflicts), LOSSES),
  withoutListener: markChanges(before.withoutListener, answer.withoutListener, LOST),
})

/** Lost ports, and ports without a listener. */
export const countConflicts = ({ losses, withoutListener }: MarkedConflicts): ChangeCount =>
  countChanges([...losses, ...withoutListener])

function conflictMessage(
  conflict: ConflictWithFixes,
  marks: ReadonlyMap<ConflictParty, Mark | undefined>,
): Shapes.Conflict {
  const { listener, port, rule, orderAssumed, winner, losers, fixes } = conflict
  const loserMessage = (loser: ConflictParty): Shapes.ConflictParty => {
    const mark = marks.get(loser)
    return { ...(mark && { change: mark }), ...partyMessage(loser) }
  }
  return {
    listener,
    port,
    rule,
    orderAssumed,
    winner: partyMessage(winner),
    losers: losers.map(loserMessage),
    fixes: fixes.map(({ title, changes }) => ({ title, change: changeText(changes) })),
  }
}

const lossMessage = ({ conflict: { listener, port, winner }, loser }: Loss): object => ({
  listener,
  port,
  winner: partyMessage(winner),
  loser: partyMessage(loser),
})

export const lostMessage = (lost: WithoutListener): Shapes.PortWithoutListener => ({
  ...partyMessage(lost),
  reason: lost.reason,
})

/** The value of `-o json`. */
export function conflictsMessage({
  release,
  conflicts,
  withoutListener,
}: Omit<ConflictAnswer, 'proxy'>): Shapes.ConflictReport {
  return {
    istio: releaseMessage(release),
    conflicts: conflicts.map((conflict) => conflictMessage(conflict, EMPTY_MAP)),
    withoutListener: withoutListener.map(lostMessage),
  }
}

function markedMessages<T>(marked: readonly Marked<T>[], message: (item: T) => object, onlyChanges: boolean) {
  return marked
    .filter(({ mark }) => mark !== '-' && (!onlyChanges || mark !== undefined))
    .map(({ mark, item }) => ({ ...(mark && { change: mark }), ...message(item) }))
}

const goneMessages = <T>(marked: readonly Marked<T>[], message: (item: T) => object) =>
  marked.filter(({ mark }) => mark === '-').map(({ item }) => ({ change: '-', ...message(item) }))

/** The same with marks: `change` on new and changed items, and separate lists for removed ones. */
export function markedConflictsMessage(release: Release, marked: MarkedConflicts, onlyChanges: boolean): object {
  const { conflicts, losses, withoutListener } = marked
  const marks = new Map(losses.map(({ mark, item }) => [item.loser, mark]))
  return {
    istio: releaseMessage(release),
    conflicts: markedMessages(conflicts, (conflict) => conflictMessage(conflict, marks), onlyChanges),
    withoutListener: markedMessages(withoutListener, lostMessage, onlyChanges),
    gone: { losses: goneMessages(losses, lossMessage), withoutListener: goneMessages(withoutListener, lostMessage) },
  }
}
