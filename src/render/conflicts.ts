/** Conflicts as text: the table, the rules that it names, what each fix changes, and what else is not reached. */
import type { ConflictReport } from '../findings/conflicts.ts'
import type { ConflictWithFixes, Fix } from '../findings/fixes/index.ts'
import { changeText } from '../findings/fixes/text.ts'
import { conflictRows, lostText, ORDER_ASSUMED, RULES } from '../views/conflicts.ts'
import { type Line, styled } from './spans.ts'
import { tableLines } from './table.ts'

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

function* conflictLines(conflicts: readonly ConflictWithFixes[], width: number | undefined): Iterable<Line> {
  if (conflicts.length === 0) {
    yield ['# no conflicts']
    return
  }
  const rows = conflicts.flatMap((conflict) =>
    conflictRows(conflict).map(
      ({ listener, winner, loser, why, fix }): Line => [
        styled('name', listener),
        winner,
        styled('error', loser),
        why,
        fix,
      ],
    ),
  )
  yield* tableLines(HEADERS, rows, width)
  yield []
  yield* ruleLines(conflicts)
  yield* fixLines(conflicts)
}

/**
 * @param proxy in words
 * @param width of the terminal; undefined when nothing is to be cut off
 */
export function* conflictsText(
  proxy: string,
  conflicts: readonly ConflictWithFixes[],
  report: ConflictReport,
  width: number | undefined,
): Iterable<Line> {
  yield [styled('dim', '# proxy: '), styled('heading', proxy)]
  yield* conflictLines(conflicts, width)
  if (report.withoutListener.length === 0) return
  yield []
  const rows = report.withoutListener.map((lost): Line => [lostText(lost), lost.reason])
  yield* tableLines(LOST_HEADERS, rows, width)
}
