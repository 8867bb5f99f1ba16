/** The sides of a conflict. */
import type { ConflictParty } from '../../../conflicts.ts'

export const partyText = ({ host, port }: ConflictParty): string => `${host}:${port}`
