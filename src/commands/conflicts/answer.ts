/** What a proxy cannot reach, as the command's answer. */

import type { ConflictAnswer } from '../../answers/conflicts/message.ts'
import { proxyText } from '../../answers/proxy-line.ts'
import { once } from '../../common/once.ts'
import { optimizeSooner } from '../../compiler.ts'
import {
  type ConflictReport,
  findConflicts,
  findFixes,
  type ProxyView,
  type Reach,
  type Recompute,
  reachOf,
} from '../../index.ts'
import type { LoadedView } from '../../input/proxy.ts'
import type { ConflictsOptions } from './options.ts'

/** With so many conflicts, trying fixes takes longer than everything before. */
const MANY_CONFLICTS = 200

/** The conflicts and ports without a listener that the options ask for. */
function reportOf(view: ProxyView, reach: Reach, wanted: ConflictsOptions['port']): ConflictReport {
  const report = findConflicts(view, reach)
  if (wanted === undefined) return report
  const isWanted = ({ port }: { readonly port: number }): boolean => port === wanted
  return {
    conflicts: report.conflicts.filter(isWanted),
    withoutListener: report.withoutListener.filter(isWanted),
  }
}

/** An earlier answer, which does not need fixes. */
export function answerWithoutFixes(proxy: string, view: ProxyView, { port }: ConflictsOptions): ConflictAnswer {
  const { conflicts: found, withoutListener } = reportOf(view, reachOf(view), port)
  const { release } = view.registry.snapshot
  return { release, proxy, conflicts: found.map((conflict) => ({ ...conflict, fixes: [] })), withoutListener }
}

/** Conflicts with their fixes, and what is needed to apply them. */
interface Found {
  readonly answer: ConflictAnswer
  readonly reach: Reach
  readonly recompute: Recompute
}

export function answerOf(input: LoadedView, { fix, port }: ConflictsOptions): Found {
  const { view } = input
  const recompute: Recompute = (snapshot, metadata) => {
    const changed = input.viewIn(snapshot, metadata)
    const reachIn = once(() => reachOf(changed))
    return {
      view: changed,
      get reach() {
        return reachIn()
      },
    }
  }
  const reach = reachOf(view)
  const report = reportOf(view, reach, port)
  if (report.conflicts.length >= MANY_CONFLICTS) optimizeSooner()
  const found = findFixes({ view, reach }, report, recompute, fix)
  const { withoutListener } = report
  const { release } = view.registry.snapshot
  return { answer: { release, proxy: proxyText(view), conflicts: found, withoutListener }, reach, recompute }
}
