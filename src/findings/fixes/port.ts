/** Moves an entry to another port for clients; endpoints keep theirs. */
import type { ServiceEntryResource } from '../../kinds/index.ts'
import type { ConflictParty } from '../conflicts/index.ts'
import type { Change, Edit } from './change.ts'
import { type FixContext, namesOf, type Proposal, type Propose } from './context.ts'

interface Move {
  readonly entry: ServiceEntryResource
  readonly from: number
  readonly to: number
  readonly edits: readonly Edit[]
}

function moveOf(party: ConflictParty, context: FixContext): Move | undefined {
  const entry = context.entryOf(party)
  const index = entry?.spec.ports.findIndex(({ number }) => number === party.port) ?? -1
  const port = entry?.spec.ports[index]
  if (!entry || !port) return undefined
  const to = context.freePort(entry, port.number)
  if (to === undefined) return undefined
  const path = ['spec', 'ports', index]
  const edits: Edit[] = [{ path: [...path, 'number'], value: to }]
  if (port.targetPort === 0) edits.push({ path: [...path, 'targetPort'], value: port.number })
  return { entry, from: port.number, to, edits }
}

function proposalFor(parties: readonly ConflictParty[], context: FixContext): Proposal | undefined {
  const byEntry = new Map<ServiceEntryResource, Move>()
  for (const party of parties) {
    const move = moveOf(party, context)
    if (move) byEntry.set(move.entry, move)
  }
  const moves = [...byEntry.values()]
  const [first] = moves
  if (!first) return undefined
  const names = namesOf(moves.map(({ entry }) => entry))
  const where = moves.length === 1 ? `port ${first.to}` : 'separate ports'
  return {
    title: `move ${names} from port ${first.from} to ${where}, for clients to use instead`,
    changes: moves.map(({ entry, edits }): Change => ({ kind: 'edit', resource: entry, edits })),
  }
}

/** Moves the losers; if that is impossible or does not help, moves the winner. */
export const proposePort: Propose = function* (conflict, losers, context) {
  for (const parties of [losers, [conflict.winner]]) {
    const proposal = proposalFor(parties, context)
    if (proposal) yield proposal
  }
}
