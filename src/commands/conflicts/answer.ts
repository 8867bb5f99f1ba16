/** What a proxy cannot reach, as the command's answer. */

import type { ConflictAnswer } from '../../answers/conflicts/message.ts'
import { proxyText } from '../../answers/proxy-line.ts'
import { findConflicts, findFixes, type ProxyView, type Reach, type Recompute, reachOf } from '../../index.ts'
import type { LoadedView } from '../../input/proxy.ts'
import type { ConflictsOptions } from './options.ts'

/** An earlier answer, which does not need fixes. */
export function answerWithoutFixes(proxy: string, view: ProxyView): ConflictAnswer {
  const { conflicts: found, withoutListener } = findConflicts(view, reachOf(view))
  const { release } = view.registry.snapshot
  return { release, proxy, conflicts: found.map((conflict) => ({ ...conflict, fixes: [] })), withoutListener }
}

/** Conflicts with their fixes, and what is needed to apply them. */
interface Found {
  readonly answer: ConflictAnswer
  readonly reach: Reach
  readonly recompute: Recompute
}

export function answerOf(input: LoadedView, { fix }: ConflictsOptions): Found {
  const { view } = input
  const recompute: Recompute = (snapshot, metadata) => {
    const changed = input.viewIn(snapshot, metadata)
    return { view: changed, reach: reachOf(changed) }
  }
  const reach = reachOf(view)
  const report = findConflicts(view, reach)
  const found = findFixes({ view, reach }, report, recompute, fix)
  const { withoutListener } = report
  const { release } = view.registry.snapshot
  return { answer: { release, proxy: proxyText(view), conflicts: found, withoutListener }, reach, recompute }
}
