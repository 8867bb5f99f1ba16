/** Conflicts of one proxy as data, and in the words that people read. */
import type { ConflictParty, ConflictReport, ConflictRule } from '../findings/conflicts.ts'
import type { ConflictWithFixes } from '../findings/fixes/index.ts'
import { changeText } from '../findings/fixes/text.ts'

/** What decided, of two ports that ask for one place. */
export const RULES: Readonly<Record<ConflictRule, string>> = {
  'server-first':
    'the server of one speaks first (MongoDB, MySQL), so that the port is not shared with another protocol',
  'same-match': 'both match the same connections, and the first one keeps them',
  'sniffed-http': 'HTTP of this listener is routed for the first one alone',
  locked: 'the Sidecar has an egress listener for this port, which takes no services of the catch-all one',
  replaced: 'a later one takes the whole listener over',
  'inbound-protocol': 'both lead to one port of the workload; the protocol of the oldest counts',
}

export const ORDER_ASSUMED = 'order assumed: no creation times are stated'

interface PartyMessage {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly host: string
  readonly port: number
  readonly location: { readonly file: string; readonly line: number; readonly column: number }
}

function partyMessage({ kind, namespace, name, host, port, location }: ConflictParty): PartyMessage {
  const { file, line, column } = location.position()
  return { kind, namespace, name, host, port, location: { file, line, column } }
}

/** The form of `-o json`. */
export function conflictsMessage(conflicts: readonly ConflictWithFixes[], report: ConflictReport): object {
  return {
    conflicts: conflicts.map(({ listener, port, rule, orderAssumed, winner, losers, fixes }) => ({
      listener,
      port,
      rule,
      orderAssumed,
      winner: partyMessage(winner),
      losers: losers.map(partyMessage),
      fixes: fixes.map(({ title, changes }) => ({ title, change: changeText(changes) })),
    })),
    withoutListener: report.withoutListener.map((lost) => ({ ...partyMessage(lost), reason: lost.reason })),
  }
}

/** One row of the table: a loser. */
export interface ConflictRow {
  readonly listener: string
  readonly winner: string
  readonly loser: string
  readonly why: string
  readonly fix: string
}

/** `ServiceEntry shop/db db.example.com:3306 (db.yaml:12)` */
function partyText({ kind, namespace, name, host, port, location }: ConflictParty): string {
  const { file, line } = location.position()
  const target = host === '' ? `port ${port}` : `${host}:${port}`
  return `${kind} ${namespace}/${name} ${target} (${file}:${line})`
}

/** The kinds of the fixes that help a loser, as `--fix` takes them. */
function fixText({ fixes }: ConflictWithFixes, loser: ConflictParty): string {
  const kinds = fixes.filter(({ losers }) => losers.includes(loser)).map(({ kind }) => kind)
  return kinds.join(', ') || '-'
}

export function conflictRows(conflict: ConflictWithFixes): readonly ConflictRow[] {
  const { listener, losers, rule, orderAssumed } = conflict
  const winner = partyText(conflict.winner)
  const why = orderAssumed ? `${rule}, order assumed` : rule
  return losers.map((loser) => ({
    listener,
    winner,
    loser: partyText(loser),
    why,
    fix: fixText(conflict, loser),
  }))
}

export const lostText = partyText
