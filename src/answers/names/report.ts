/** A proxy's name table, alone or compared with an earlier answer. */
import { countChanges } from '../../findings/changes/index.ts'
import type { Report } from '../report.ts'
import { markedNamesMessage, markNames, type NameAnswer, namesMessage } from './message.ts'
import { markedNamesLines, namesHead, namesLines } from './table.ts'

export const nameReport: Report<NameAnswer> = {
  head: namesHead,

  text(answer, before, { onlyChanges, width }) {
    if (!before) return namesLines(answer, width)
    return markedNamesLines(answer, before, markNames(answer, before), onlyChanges, width)
  },

  message: (answer, before, onlyChanges) =>
    before ? markedNamesMessage(answer, before, onlyChanges) : namesMessage(answer),

  count: (answer, before) => countChanges(markNames(answer, before)),
}
