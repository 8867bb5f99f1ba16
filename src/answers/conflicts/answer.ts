/** What a proxy cannot reach, with fixes. */
import { once } from '../../common/once.ts'
import {
  type Conflict,
  type ConflictReport,
  findConflicts,
  type Reach,
  reachOf,
} from '../../findings/conflicts/index.ts'
import { type ConflictWithFixes, type FixKind, findFixes, type Recompute } from '../../findings/fixes/index.ts'
import type { Metadata } from '../../proxy/metadata.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { ProxyView } from '../../scope/view.ts'
import { proxyText } from '../proxy-line.ts'
import type { ConflictAnswer } from './message.ts'

/** The same proxy's views of a changed mesh, by node metadata that overrides the proxy's own. */
type ViewIn = (snapshot: Snapshot) => (metadata: Metadata) => ProxyView

/** The conflicts and fixes that are asked for; all of them by default. */
export interface ConflictFilter {
  readonly port?: number | undefined
  readonly fix?: readonly FixKind[] | undefined
}

/** The conflicts and ports without a listener that are asked for. */
function reportOf(view: ProxyView, reach: Reach, wanted: number | undefined): ConflictReport {
  const report = findConflicts(view, reach)
  if (wanted === undefined) return report
  const isWanted = ({ port }: { readonly port: number }): boolean => port === wanted
  return {
    conflicts: report.conflicts.filter(isWanted),
    withoutListener: report.withoutListener.filter(isWanted),
  }
}

/** An answer that needs no fixes, such as an earlier one. */
export function answerWithoutFixes(proxy: string, view: ProxyView, { port }: ConflictFilter = {}): ConflictAnswer {
  const { conflicts: found, withoutListener } = reportOf(view, reachOf(view), port)
  const { release } = view.registry.snapshot
  return { release, proxy, conflicts: found.map((conflict) => ({ ...conflict, fixes: [] })), withoutListener }
}

/** Conflicts with their fixes, and what is needed to apply them. */
export interface FoundConflicts {
  readonly answer: ConflictAnswer
  readonly reach: Reach
  readonly recompute: Recompute
}

const recomputeBy =
  (viewIn: ViewIn): Recompute =>
  (snapshot) => {
    const seenWith = viewIn(snapshot)
    return (metadata) => {
      const view = seenWith(metadata)
      const reachIn = once(() => reachOf(view))
      return {
        view,
        get reach() {
          return reachIn()
        },
      }
    }
  }

/** A conflict of a proxy with its fixes. */
export function withFixes(view: ProxyView, viewIn: ViewIn, conflict: Conflict): ConflictWithFixes {
  const report = { conflicts: [conflict], withoutListener: [] }
  const [found] = findFixes({ view, reach: reachOf(view) }, report, recomputeBy(viewIn))
  return found ?? { ...conflict, fixes: [] }
}

/** @param beforeFixes is told the number of conflicts before fixes are tried, which may take long */
export function conflictAnswer(
  view: ProxyView,
  viewIn: ViewIn,
  { fix, port }: ConflictFilter = {},
  beforeFixes?: (conflicts: number) => void,
): FoundConflicts {
  const recompute = recomputeBy(viewIn)
  const reach = reachOf(view)
  const report = reportOf(view, reach, port)
  beforeFixes?.(report.conflicts.length)
  const found = findFixes({ view, reach }, report, recompute, fix)
  const { release } = view.registry.snapshot
  const answer = { release, proxy: proxyText(view), conflicts: found, withoutListener: report.withoutListener }
  return { answer, reach, recompute }
}
