/** A report of a run that could not lint anything. */
import { type LintReport, Places } from '../../answers/lint/report.ts'
import { failuresOf } from '../../formats/results/result.ts'
import { buildSnapshot, type Snapshot } from '../../index.ts'
import { packageVersion } from '../../package-version.ts'
import type { Session } from '../session.ts'

/** An empty report with the errors of a session. */
export function failedReport(session: Session): { readonly report: LintReport; readonly snapshot: Snapshot } {
  const snapshot = buildSnapshot([])
  const report: LintReport = {
    version: packageVersion(),
    findings: [],
    ignored: [],
    known: 0,
    changes: undefined,
    untriedFixes: false,
    failing: new Set(),
    scope: { files: [], objects: 0, notChecked: new Map(), namespaces: [], proxies: '', release: snapshot.release },
    places: new Places(),
    failures: failuresOf(session.errors),
  }
  return { report, snapshot }
}
