/** Conflicts as text: the table, the rules that it names, what each fix changes, and what else is not reached. */
import { isChange, type Mark } from '../../findings/changes/index.ts'
import type { WithoutListener } from '../../findings/conflicts/index.ts'
import type { ConflictWithFixes, Fix } from '../../findings/fixes/index.ts'
import { changeText } from '../../findings/fixes/text.ts'
import { type Line, type Span, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { countLine, markedCell, markedHeaders } from '../changes/marks.ts'
import {
  type ConflictAnswer,
  conflictRow,
  countConflicts,
  type Loss,
  lossesOf,
  lostText,
  type MarkedConflicts,
  ORDER_ASSUMED,
  RULES,
} from './message.ts'

const HEADERS = ['LISTENER', 'WINNER', 'LOSERS', 'WHY', 'FIX']
const LOST_HEADERS = ['WITHOUT A LISTENER', 'REASON']
/** Longer changes are cut off; -o json has them whole. */
const MOST_LINES = 24

function* ruleLines(conflicts: readonly ConflictWithFixes[]): Iterable<Line> {
  for (const rule of new Set(conflicts.map((conflict) => conflict.rule))) {
    yield [styled('heading', `${rule}: `), RULES[rule]]
  }
  if (conflicts.some(({ orderAssumed }) => orderAssumed)) yield [styled('warning', ORDER_ASSUMED)]
}

function* changeLines({ changes }: Fix): Iterable<Line> {
  const lines = changeText(changes).trimEnd().split('\n')
  for (const line of lines.slice(0, MOST_LINES)) yield [`     ${line}`]
  const more = lines.length - MOST_LINES
  if (more > 0) yield [styled('dim', `     ... ${more} more lines; -o json prints them`)]
}

function helps(fix: Fix, { losers }: ConflictWithFixes): string {
  return fix.losers.length === losers.length ? '' : ` (helps ${fix.losers.length} of ${losers.length})`
}

function* fixLines(conflicts: readonly ConflictWithFixes[]): Iterable<Line> {
  for (const conflict of conflicts) {
    if (conflict.fixes.length === 0) continue
    yield []
    yield [styled('heading', `Fixes of ${conflict.listener}`), ', each proven by computing again with it applied:']
    for (const [index, fix] of conflict.fixes.entries()) {
      yield [`  ${index + 1}. ${fix.kind}: `, styled('good', fix.title), helps(fix, conflict)]
      yield* changeLines(fix)
    }
  }
}

function lossLine(loss: Loss, nameOf: (listener: string) => Span): Line {
  const { listener, winner, loser, why, fix } = conflictRow(loss)
  return [nameOf(listener), winner, styled('error', loser), why, fix]
}

const plainName = (listener: string): Span => styled('name', listener)

/** What stands below the table: the rules in words, and the fixes. */
function* explanations(conflicts: readonly ConflictWithFixes[]): Iterable<Line> {
  if (conflicts.length === 0) return
  yield []
  yield* ruleLines(conflicts)
  yield* fixLines(conflicts)
}

function* lostTable(headers: readonly string[], rows: readonly Line[], width: number | undefined): Iterable<Line> {
  if (rows.length === 0) return
  yield []
  yield* tableLines(headers, rows, width)
}

const headerLine = (proxy: string): Line => [styled('dim', '# proxy: '), styled('heading', proxy)]

/** @param width of the terminal; undefined when nothing is to be cut off */
export function* conflictsText({ proxy, conflicts, withoutListener }: ConflictAnswer, width: number | undefined) {
  yield headerLine(proxy)
  const rows = lossesOf(conflicts).map((loss) => lossLine(loss, plainName))
  if (rows.length === 0) yield ['# no conflicts']
  else yield* tableLines(HEADERS, rows, width)
  yield* explanations(conflicts)
  const lost = withoutListener.map((item): Line => [lostText(item), item.reason])
  yield* lostTable(LOST_HEADERS, lost, width)
}

const lostRow = (mark: Mark | undefined, lost: WithoutListener): Line => [
  mark ? markedCell(mark, lostText(lost)) : `  ${lostText(lost)}`,
  lost.reason,
]

/**
 * Conflicts beside those of an earlier answer.
 * @param onlyChanges leaves out those that were there before
 */
export function* markedConflictsText(
  proxy: string,
  marked: MarkedConflicts,
  onlyChanges: boolean,
  width: number | undefined,
): Iterable<Line> {
  yield headerLine(proxy)
  yield countLine(countConflicts(marked))
  const losses = onlyChanges ? marked.losses.filter(isChange) : marked.losses
  const rows = losses.map(({ mark, item }) => lossLine(item, (listener) => markedCell(mark, listener)))
  if (rows.length > 0) yield* tableLines(markedHeaders(HEADERS), rows, width)
  else if (!onlyChanges) yield ['# no conflicts']
  yield* explanations([...new Set(losses.filter(({ mark }) => mark !== '-').map(({ item }) => item.conflict))])
  const lost = onlyChanges ? marked.withoutListener.filter(isChange) : marked.withoutListener
  yield* lostTable(
    markedHeaders(LOST_HEADERS),
    lost.map(({ mark, item }) => lostRow(mark, item)),
    width,
  )
}
