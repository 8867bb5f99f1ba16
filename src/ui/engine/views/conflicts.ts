/** What the proxy cannot reach, as `vipctl conflicts` prints it. */
import { answerWithoutFixes, withFixes } from '../../../answers/conflicts/answer.ts'
import { type ConflictAnswer, conflictsMessage, type Loss, lossesOf } from '../../../answers/conflicts/message.ts'
import { CONFLICT_HEADERS, CONFLICT_RULES, fixLines, lossRow, partyText } from '../../../answers/conflicts/table.ts'
import { proxyText } from '../../../answers/proxy-line.ts'
import type { ConflictParty, WithoutListener } from '../../../findings/conflicts/index.ts'
import { type Line, styled } from '../../../formats/spans.ts'
import { wrapLine } from '../../../formats/wrap.ts'
import type { OpenView, Origin, State, Thing } from '../view.ts'
import { type ColumnFacts, columnsOf } from './columns.ts'
import { findingsLink, hostLinks } from './links.ts'

/** Fixes are computed when a conflict is opened. */
const TITLES = CONFLICT_HEADERS.filter((title) => title !== 'FIX')

const COLUMNS: ColumnFacts = {
  LISTENER: { roles: ['port'] },
  WINNER: { roles: ['host', 'port', 'ns', 'file', 'object'], isPlace: true },
  LOSERS: { roles: ['host', 'port', 'ns', 'file', 'object'], isPlace: true },
}

const objectOf = ({ kind, namespace, name }: ConflictParty): string => `${kind} ${namespace}/${name}`

const partyKey = (party: ConflictParty): string => `${objectOf(party)} ${party.host} ${party.port}`

const originOf = (party: ConflictParty, why: string): Origin => ({
  what: objectOf(party),
  location: party.location,
  why,
})

const targetOf = ({ host, port }: ConflictParty): string | undefined => (host === '' ? undefined : `${host}:${port}`)

function lossThing({ conflict, loser }: Loss, answer: ConflictAnswer, state: State): Thing {
  const { listener, port, rule, winner } = conflict
  const { view, viewIn } = state.input
  function* lines(width: number): Iterable<Line> {
    yield* wrapLine([styled('heading', `${rule}: `), CONFLICT_RULES[rule]], width, '  ')
    yield* fixLines([withFixes(view, viewIn, conflict)], width)
  }
  return {
    name: `${listener} port ${port}`,
    origins: [originOf(winner, 'wins'), originOf(loser, 'loses')],
    lines,
    message: () => conflictsMessage({ ...answer, conflicts: [withFixes(view, viewIn, conflict)], withoutListener: [] }),
    links: [
      { label: `listener ${listener}`, view: 'listeners', filter: `port:"=${port}"` },
      ...hostLinks(loser.host, 'conflicts'),
      findingsLink(objectOf(loser)),
      findingsLink(objectOf(winner)),
    ],
    host: loser.host || undefined,
    target: targetOf(loser),
  }
}

function lostThing(lost: WithoutListener, answer: ConflictAnswer): Thing {
  return {
    name: targetOf(lost) ?? objectOf(lost),
    origins: [originOf(lost, lost.reason)],
    message: () => conflictsMessage({ ...answer, conflicts: [], withoutListener: [lost] }),
    links: [...hostLinks(lost.host, 'conflicts'), findingsLink(objectOf(lost))],
    host: lost.host || undefined,
    target: targetOf(lost),
  }
}

export function conflictsView(state: State): OpenView {
  const answer = answerWithoutFixes(proxyText(state.input.view), state.input.view)
  const losses = lossesOf(answer.conflicts)
  const lost = answer.withoutListener
  const lossAt = (index: number): Loss | undefined => losses[index]
  const lostAt = (index: number) => lost[index - losses.length] as WithoutListener
  return {
    columns: columnsOf(TITLES, COLUMNS),
    size: losses.length + lost.length,
    key: (index) => {
      const loss = lossAt(index)
      return loss ? `${loss.conflict.listener} ${partyKey(loss.loser)}` : partyKey(lostAt(index))
    },
    cells: (index) => {
      const loss = lossAt(index)
      if (loss) return lossRow(loss).slice(0, TITLES.length)
      return ['no listener', '-', styled('error', partyText(lostAt(index))), lostAt(index).reason]
    },
    thing: (index) => {
      const loss = lossAt(index)
      return loss ? lossThing(loss, answer, state) : lostThing(lostAt(index), answer)
    },
  }
}
