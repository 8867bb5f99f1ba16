/** Conflicts as text: the table, the rules in it, the changes of each fix, and other unreached ports. */
import { isChange, type Mark } from '../../findings/changes/index.ts'
import type { ConflictParty, ConflictRule, WithoutListener } from '../../findings/conflicts/index.ts'
import type { ConflictWithFixes, Fix } from '../../findings/fixes/index.ts'
import { changeText } from '../../findings/fixes/text.ts'
import { type Line, type Span, styled } from '../../formats/spans.ts'
import type { TableWriter } from '../../formats/table.ts'
import { wrapLine } from '../../formats/wrap.ts'
import { fileAndLine } from '../../resources/problems.ts'
import { countLine, markedCell, markedHeaders } from '../changes/marks.ts'
import { proxyLine } from '../proxy-line.ts'
import { releaseLine } from '../release.ts'
import { type ConflictAnswer, countConflicts, type Loss, lossesOf, type MarkedConflicts } from './message.ts'

/** The rule that decided between two ports. */
export const CONFLICT_RULES: Readonly<Record<ConflictRule, string>> = {
  'server-first': 'the server of one speaks first (MongoDB, MySQL), so the port is not shared with another protocol',
  'same-match': 'both match the same connections, and the first one keeps them',
  'sniffed-http': 'HTTP on this listener is routed to the first one only',
  'sniffed-first': 'neither states a protocol, and TCP goes to the first one',
  locked: 'the Sidecar has an egress listener for this port, which excludes services of the catch-all listener',
  replaced: 'a later one replaces the whole listener',
  'inbound-protocol': 'both have the same workload port; the protocol of the oldest applies',
}

export const ORDER_ASSUMED = 'order assumed: creation times are missing or equal'

export const CONFLICT_HEADERS = ['LISTENER', 'WINNER', 'LOSERS', 'WHY', 'FIX'] as const
const LOST_HEADERS = ['WITHOUT A LISTENER', 'REASON']
/** Longer changes are truncated; -o json has them in full. */
const MOST_LINES = 24

function* ruleLines(conflicts: readonly ConflictWithFixes[], width: number | undefined): Iterable<Line> {
  for (const rule of new Set(conflicts.map((conflict) => conflict.rule))) {
    yield* wrapLine([styled('heading', `${rule}: `), CONFLICT_RULES[rule]], width, '  ')
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

/** The fixes of conflicts, each with its changes. */
export function* fixLines(conflicts: readonly ConflictWithFixes[], width: number | undefined): Iterable<Line> {
  for (const conflict of conflicts) {
    if (conflict.fixes.length === 0) continue
    yield []
    const title = styled('heading', `Fixes of ${conflict.listener}`)
    yield* wrapLine([title, ', each proven by computing again with it applied:'], width, '  ')
    for (const [index, fix] of conflict.fixes.entries()) {
      const line = [`  ${index + 1}. ${fix.kind}: `, styled('good', fix.title), helps(fix, conflict)]
      yield* wrapLine(line, width, '     ')
      yield* changeLines(fix)
    }
  }
}

/** `ServiceEntry shop/db db.example.com:3306` */
export function partyName({ kind, namespace, name, host, port }: ConflictParty): string {
  const target = host === '' ? `port ${port}` : `${host}:${port}`
  return `${kind} ${namespace}/${name} ${target}`
}

/** `ServiceEntry shop/db db.example.com:3306 (db.yaml:12)` */
export const partyText = (party: ConflictParty): string => `${partyName(party)} (${fileAndLine(party.location)})`

/** The kinds of the fixes for a loser, as in `--fix`. */
function fixText({ fixes }: ConflictWithFixes, loser: ConflictParty): string {
  const kinds = fixes.filter(({ losers }) => losers.includes(loser)).map(({ kind }) => kind)
  return kinds.join(', ') || '-'
}

/** The cells of a loss under `CONFLICT_HEADERS`. */
export function lossRow({ conflict, loser }: Loss, nameOf: (listener: string) => Span = plainName): Line {
  const { listener, winner, rule, orderAssumed } = conflict
  return [
    nameOf(listener),
    partyText(winner),
    styled('error', partyText(loser)),
    orderAssumed ? `${rule}, order assumed` : rule,
    fixText(conflict, loser),
  ]
}

const plainName = (listener: string): Span => styled('name', listener)

/** The rows of a conflict; what its losers share is in the first one only. */
function rowsOf(conflict: ConflictWithFixes): readonly Line[] {
  return lossesOf([conflict]).map((loss, index) => {
    const [listener = '', winner = '', loser = '', rule = '', fixes = ''] = lossRow(loss)
    return index === 0 ? [listener, winner, loser, rule, fixes] : ['', '', loser, '', fixes]
  })
}

/** The text below the table: the rules and the fixes. */
function* explanations(conflicts: readonly ConflictWithFixes[], width: number | undefined): Iterable<Line> {
  if (conflicts.length === 0) return
  yield []
  yield* ruleLines(conflicts, width)
  yield* fixLines(conflicts, width)
}

function* lostTable(
  headers: readonly string[],
  rows: readonly Line[],
  width: number | undefined,
  table: TableWriter,
): Iterable<Line> {
  if (rows.length === 0) return
  yield []
  yield* table(headers, rows, width)
}

export const conflictsHead = ({ release, proxy }: ConflictAnswer): readonly Line[] => [
  releaseLine(release),
  proxyLine(proxy),
]

/** @param width that of the terminal; undefined for no truncation */
export function* conflictsLines(answer: ConflictAnswer, width: number | undefined, table: TableWriter): Iterable<Line> {
  const { conflicts, withoutListener } = answer
  const rows = conflicts.flatMap(rowsOf)
  if (rows.length === 0) yield ['# no conflicts']
  else yield* table(CONFLICT_HEADERS, rows, width)
  yield* explanations(conflicts, width)
  const lost = withoutListener.map((item): Line => [partyText(item), item.reason])
  yield* lostTable(LOST_HEADERS, lost, width, table)
}

const lostRow = (mark: Mark | undefined, lost: WithoutListener): Line => [
  mark ? markedCell(mark, partyText(lost)) : `  ${partyText(lost)}`,
  lost.reason,
]

/**
 * Conflicts compared with those of an earlier answer.
 * @param onlyChanges omits unchanged ones
 */
export function* markedConflictsLines(
  marked: MarkedConflicts,
  onlyChanges: boolean,
  width: number | undefined,
  table: TableWriter,
): Iterable<Line> {
  yield countLine(countConflicts(marked))
  const losses = onlyChanges ? marked.losses.filter(isChange) : marked.losses
  const rows = losses.map(({ mark, item }) => lossRow(item, (listener) => markedCell(mark, listener)))
  if (rows.length > 0) yield* table(markedHeaders(CONFLICT_HEADERS), rows, width)
  else if (!onlyChanges) yield ['# no conflicts']
  yield* explanations([...new Set(losses.filter(({ mark }) => mark !== '-').map(({ item }) => item.conflict))], width)
  const lost = onlyChanges ? marked.withoutListener.filter(isChange) : marked.withoutListener
  yield* lostTable(
    markedHeaders(LOST_HEADERS),
    lost.map(({ mark, item }) => lostRow(mark, item)),
    width,
    table,
  )
}
