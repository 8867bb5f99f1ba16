/** The text of the command about a proxy's conflicts. */

import type { Report } from '../report.ts'
import {
  type ConflictAnswer,
  conflictsMessage,
  countConflicts,
  markConflicts,
  markedConflictsMessage,
} from './message.ts'
import { conflictsHead, conflictsLines, markedConflictsLines } from './table.ts'

export const conflictReport: Report<ConflictAnswer> = {
  head: conflictsHead,

  draws: true,

  text(answer, before, { onlyChanges, width, tables: { columns } }) {
    if (!before) return conflictsLines(answer, width, columns)
    return markedConflictsLines(markConflicts(answer, before), onlyChanges, width, columns)
  },

  message(answer, before, onlyChanges) {
    if (!before) return conflictsMessage(answer)
    return markedConflictsMessage(answer.release, markConflicts(answer, before), onlyChanges)
  },

  count: (answer, before) => countConflicts(markConflicts(answer, before)),
}

/** Whether there are conflicts; with `onlyChanges`, whether there are new or changed losses. */
export function hasConflicts(
  answer: ConflictAnswer,
  before: ConflictAnswer | undefined,
  onlyChanges: boolean,
): boolean {
  if (!before || !onlyChanges) return answer.conflicts.length > 0
  return markConflicts(answer, before).losses.some(({ mark }) => mark === '+' || mark === '~')
}
