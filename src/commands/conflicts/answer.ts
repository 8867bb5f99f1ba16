/** What a proxy cannot reach, as the command's answer. */
import { conflictAnswer, type FoundConflicts } from '../../answers/conflicts/answer.ts'
import { growSlowly, optimizeSooner } from '../../compiler.ts'
import { collectGarbage } from '../../input/memory.ts'
import type { LoadedView } from '../../input/proxy.ts'
import type { ConflictsOptions } from './options.ts'

/** With so many conflicts, trying fixes takes longer than everything before. */
const MANY_CONFLICTS = 200

/** With so many services, a changed mesh takes so much memory that the last one must be gone before the next. */
const MANY_SERVICES = 50_000

export function answerOf({ view, viewIn }: LoadedView, options: ConflictsOptions): FoundConflicts {
  const isLarge = view.registry.services.length >= MANY_SERVICES
  if (isLarge) growSlowly()
  const alone: typeof viewIn = (snapshot) => {
    collectGarbage()
    return viewIn(snapshot)
  }
  return conflictAnswer(view, isLarge ? alone : viewIn, options, (conflicts) => {
    if (conflicts >= MANY_CONFLICTS) optimizeSooner()
  })
}
