/** Addresses of hosts, alone or compared with an earlier answer. */
import { countChanges } from '../../findings/changes/index.ts'
import type { Report } from '../report.ts'
import { type AllocationAnswer, allocationMessage, markAllocations, markedAllocationMessage } from './message.ts'
import { allocationHead, allocationLines, markedAllocationLines } from './table.ts'

export const allocationReport: Report<AllocationAnswer> = {
  head: allocationHead,

  text(answer, before, { onlyChanges, width }) {
    if (!before) return allocationLines(answer, width)
    return markedAllocationLines(markAllocations(answer, before), onlyChanges, width)
  },

  message: (answer, before, onlyChanges) =>
    before ? markedAllocationMessage(answer, before, onlyChanges) : allocationMessage(answer.registry),

  count: (answer, before) => countChanges(markAllocations(answer, before)),
}
