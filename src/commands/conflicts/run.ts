import { answerWithoutFixes } from '../../answers/conflicts/answer.ts'
import type { ConflictAnswer } from '../../answers/conflicts/message.ts'
import { conflictReport, hasConflicts } from '../../answers/conflicts/report.ts'
import { reportOutput } from '../../answers/report.ts'
import { UserError } from '../../common/errors.ts'
import { EditError, planFixes, unresolvedReferences, warningsOf } from '../../index.ts'
import { CAPTURE_FLAG, reportUnstatedCapture } from '../../input/capture.ts'
import { type Written, writeEdited } from '../../input/files/write-folder.ts'
import { type LoadedView, loadView } from '../../input/proxy.ts'
import { checkMarks } from '../overlay-options.ts'
import { viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import { checkWatch } from '../watch/options.ts'
import { answerOf } from './answer.ts'
import type { ConflictsOptions } from './options.ts'

async function reportWritten({ files, changed }: Written, folder: string, session: Session): Promise<void> {
  const some = changed.slice(0, 10).join(', ')
  const more = changed.length > 10 ? `, and ${changed.length - 10} more` : ''
  await session.note(
    changed.length === 0
      ? `nothing to write to ${folder}: no conflict has a fix in manifests`
      : `wrote ${files} files to ${folder}, of which changed: ${some}${more}`,
  )
}

/** @throws UserError when the mesh's manifests are not in files that can be written */
function checkFixOut(options: ConflictsOptions): void {
  if (options.fixOut === undefined) return
  if ((options.filename ?? []).length > 0 && !options.useKube && options.base === undefined) return
  throw new UserError('--fix-out writes the files of -f, without -k and --base', '-o json prints what fixes change')
}

async function watchConflicts(options: ConflictsOptions, session: Session): Promise<Outcome> {
  if (options.fixOut !== undefined) throw new UserError('--watch and --fix-out exclude each other')
  const { watchProxy } = await import('../watch/proxy.ts')
  const { output: format = 'text' } = options
  async function answer(input: LoadedView, own: Session): Promise<ConflictAnswer> {
    await own.report(warningsOf(unresolvedReferences(input.view)))
    return answerOf(input, options).answer
  }
  return watchProxy(
    { request: await viewRequest(options, session), reads: 'configuration', format, report: conflictReport, answer },
    session,
  )
}

/** `vipctl conflicts` */
export async function conflicts(
  paths: readonly string[],
  options: ConflictsOptions,
  session: Session,
): Promise<Outcome> {
  const all = { ...options, filename: [...(options.filename ?? []), ...paths] }
  checkMarks(all)
  checkWatch(all)
  if (all.allNamespaces) return (await import('./everywhere.ts')).conflictsEverywhere(all, session)
  if (all.watch) return watchConflicts(all, session)
  checkFixOut(all)
  const input = await loadView(await viewRequest(all, session), session, { before: true })
  const { view, mesh, documents } = input
  await session.report(warningsOf(unresolvedReferences(view)))
  await reportUnstatedCapture(view.proxy, mesh.snapshot, CAPTURE_FLAG, session)
  const { answer, reach, recompute } = answerOf(input, options)
  const { conflicts: found } = answer

  async function writeFixes(folder: string): Promise<void> {
    // A separate file with the mesh configuration is not a manifest of the input.
    const plan = planFixes({ view, reach }, found, recompute, ({ changes }) =>
      changes.every(({ kind }) => kind !== 'proxy-metadata' || options.meshConfig === undefined),
    )
    if (!plan) throw new UserError('the fixes do not work together', '--fix KIND takes those of one kind')
    try {
      const written = await writeEdited(
        { changes: plan.changes, snapshot: mesh.snapshot, documents, folder },
        session.io.cwd,
      )
      await reportWritten(written, folder, session)
    } catch (error) {
      if (!(error instanceof EditError)) throw error
      throw new UserError(error.message, 'apply the change by hand; -o json prints it')
    }
    const left = plan.left.reduce((sum, { losers }) => sum + losers.length, 0)
    if (left > 0)
      await session.warn(`${left} losers of conflicts remain unreached: changing manifests alone does not help`)
  }

  if (options.fixOut !== undefined) await writeFixes(options.fixOut)
  const { output: format = 'text', onlyChanges = false } = options
  const before = input.before && answerWithoutFixes(answer.proxy, input.before.view, options)
  return {
    output: await reportOutput(conflictReport, { answer, before, onlyChanges }, format, session.target),
    findings: hasConflicts(answer, before, onlyChanges),
  }
}
