/** Removes known findings: those of an earlier commit, and those of a baseline. */
import { againstBaseline, type LintFinding, newFindings } from '../../index.ts'
import type { ViewRequest } from '../../input/request.ts'
import type { Session } from '../session.ts'
import type { BaseInput } from './changed.ts'
import type { LintCommandOptions } from './options.ts'

/** Lints the input of an earlier commit. */
export type LintBase = (base: BaseInput) => Promise<readonly LintFinding[]>

const countText = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const areGone = (gone: number, of: string): string =>
  `${countText(gone, 'finding')} of ${of} ${gone === 1 ? 'is' : 'are'} gone`

/** With --changed-since, removes the findings of the commit. */
async function withoutOld(
  findings: readonly LintFinding[],
  { changedSince }: LintCommandOptions,
  request: ViewRequest,
  lintBase: LintBase,
  session: Session,
): Promise<readonly LintFinding[]> {
  if (changedSince === undefined) return findings
  const { findingsSince } = await import('./changed.ts')
  const { fresh, gone } = newFindings(findings, await findingsSince(changedSince, request, session, lintBase))
  if (gone > 0) await session.note(areGone(gone, changedSince))
  return fresh
}

/** With --write-baseline, all findings are known; with --baseline, those in it. */
async function withoutBaseline(
  findings: readonly LintFinding[],
  { baseline, writeBaseline: path, statedAt }: LintCommandOptions,
  session: Session,
): Promise<readonly LintFinding[]> {
  if (baseline === undefined && path === undefined) return findings
  const { readBaseline, toolName, writeBaseline } = await import('../../input/config/baseline.ts')
  if (path !== undefined) {
    await writeBaseline(path, findings, session.io)
    await session.note(`wrote ${countText(findings.length, 'finding')} to ${path}`)
    return []
  }
  if (baseline === undefined) return findings
  const { fresh, gone } = againstBaseline(
    findings,
    await readBaseline(baseline, { ...session.io, statedAt }),
    toolName(),
  )
  if (gone > 0) await session.note(areGone(gone, baseline), '--write-baseline writes it again without them')
  return fresh
}

/**
 * Findings that neither the commit of --changed-since nor the baseline has.
 * @throws UserError when the commit does not exist, or when the baseline cannot be read or written
 */
export async function withoutKnown(
  findings: readonly LintFinding[],
  options: LintCommandOptions,
  request: ViewRequest,
  lintBase: LintBase,
  session: Session,
): Promise<readonly LintFinding[]> {
  const fresh = await withoutOld(findings, options, request, lintBase, session)
  return withoutBaseline(fresh, options, session)
}
