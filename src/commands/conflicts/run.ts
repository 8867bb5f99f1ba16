import { buildEnvoyResources } from '../../envoy/index.ts'
import { findConflicts } from '../../findings/conflicts.ts'
import { danglingReferences } from '../../findings/dangling/index.ts'
import { warningsOf } from '../../findings/finding.ts'
import { findFixes, planFixes, type Recompute } from '../../findings/fixes/index.ts'
import { MendError } from '../../findings/mend/index.ts'
import { conflictsText } from '../../render/conflicts.ts'
import { formatData } from '../../render/data.ts'
import { renderLines } from '../../render/spans.ts'
import { conflictsMessage } from '../../views/conflicts.ts'
import { loadProxyView, proxyText } from '../input/proxy.ts'
import type { Outcome, Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import type { ConflictsOptions } from './options.ts'
import { type Written, writeMended } from './write.ts'

async function sayWhatWasWritten({ files, changed }: Written, folder: string, session: Session): Promise<void> {
  const some = changed.slice(0, 10).join(', ')
  const more = changed.length > 10 ? `, and ${changed.length - 10} more` : ''
  await session.note(
    changed.length === 0
      ? `nothing to write to ${folder}: no conflict has a fix that manifests can carry out`
      : `wrote ${files} files to ${folder}, of which changed: ${some}${more}`,
  )
}

/** `vipctl conflicts` */
export async function conflicts(
  paths: readonly string[],
  options: ConflictsOptions,
  session: Session,
): Promise<Outcome> {
  const input = await loadProxyView({ ...options, filename: [...(options.filename ?? []), ...paths] }, session)
  const { view, mesh, documents } = input
  await session.report(warningsOf(danglingReferences(view)))
  const recompute: Recompute = (snapshot, metadata) => {
    const changed = input.viewIn(snapshot, metadata)
    return { view: changed, resources: buildEnvoyResources(changed) }
  }
  const resources = buildEnvoyResources(view)
  const report = findConflicts(view, resources)
  const found = findFixes({ view, resources }, report, recompute, options.fix)

  async function writeFixes(folder: string): Promise<void> {
    // Mesh configuration of a file of its own is no manifest of the input.
    const plan = planFixes({ view, resources }, found, recompute, ({ changes }) =>
      changes.every(({ kind }) => kind !== 'proxy-metadata' || options.meshConfig === undefined),
    )
    if (!plan) throw new UsageError('the fixes do not go together', '--fix KIND takes those of one kind')
    try {
      const written = await writeMended({ changes: plan.changes, snapshot: mesh.snapshot, documents, folder }, session)
      await sayWhatWasWritten(written, folder, session)
    } catch (error) {
      if (!(error instanceof MendError)) throw error
      throw new UsageError(error.message, 'apply the change by hand; -o json prints it')
    }
    const left = plan.left.reduce((sum, { losers }) => sum + losers.length, 0)
    if (left > 0) await session.warn(`${left} losers of conflicts are left: manifests alone do not get them reached`)
  }

  if (options.fixOut !== undefined) await writeFixes(options.fixOut)
  const { output: format = 'text' } = options
  const findings = report.conflicts.length > 0
  if (format !== 'text') return { output: await formatData(format, conflictsMessage(found, report)), findings }
  const { stdout } = session.io
  const lines = conflictsText(proxyText(input), found, report, stdout.isTTY ? stdout.columns : undefined)
  return { output: renderLines(lines, session.paint), findings }
}
