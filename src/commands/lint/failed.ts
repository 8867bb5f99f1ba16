/** A report of a run that could not lint anything. */
import { type LintReport, plainReport } from '../../answers/lint/report.ts'
import { failuresOf } from '../../formats/results/result.ts'
import { buildSnapshot, type Snapshot } from '../../index.ts'
import { packageVersion } from '../../own-program.ts'
import type { Session } from '../session.ts'

/** An empty report with the errors of a session. */
export function failedReport(session: Session): { readonly report: LintReport; readonly snapshot: Snapshot } {
  const snapshot = buildSnapshot([])
  const { release } = snapshot
  const scope = { files: [], objects: 0, notChecked: new Map(), namespaces: [], proxies: '', release }
  const report = { ...plainReport(packageVersion(), [], scope), failures: failuresOf(session.errors) }
  return { report, snapshot }
}
