/** What a proxy cannot reach, as the command's answer. */
import { conflictAnswer, type FoundConflicts } from '../../answers/conflicts/answer.ts'
import { optimizeSooner } from '../../compiler.ts'
import type { LoadedView } from '../../input/proxy.ts'
import type { ConflictsOptions } from './options.ts'

/** With so many conflicts, trying fixes takes longer than everything before. */
const MANY_CONFLICTS = 200

export function answerOf({ view, viewIn }: LoadedView, options: ConflictsOptions): FoundConflicts {
  return conflictAnswer(view, viewIn, options, (conflicts) => {
    if (conflicts >= MANY_CONFLICTS) optimizeSooner()
  })
}
