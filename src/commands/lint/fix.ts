/** Carries out fixes: in the files, or as a diff that shows what would be changed in them. */
import { relative, resolve } from 'node:path'
import { EditError, type EditedManifests, editManifests } from '../../findings/edits/index.ts'
import { changeSet } from '../../findings/fixes/index.ts'
import type { LintFinding } from '../../findings/lint/index.ts'
import { computationsFor, type FixPlan, type ProofBasis, planSafeFixes, proveFixes } from '../../findings/lint/prove.ts'
import { type ChangedFile, diffText } from '../../formats/diff.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { Session } from '../session.ts'
import { STDIN_NAME, writeFixed } from './fix-files.ts'

/** What fixes come to, before anything is written. */
export interface FixedManifests {
  readonly fixed: readonly LintFinding[]
  /** How many fixes the text of their manifests does not allow. */
  readonly refused: number
  readonly edited: EditedManifests
}

const NOTHING: FixedManifests = {
  fixed: [],
  refused: 0,
  edited: { texts: new Map(), replaced: new Map(), added: undefined },
}

/** Whether the text of its manifests can be edited so. */
function canBeMade({ fix }: LintFinding, snapshot: Snapshot): boolean {
  if (!fix) return false
  try {
    editManifests(changeSet(fix.changes), snapshot)
    return true
  } catch (error) {
    if (error instanceof EditError) return false
    throw error
  }
}

function editedBy({ changes, fixed }: FixPlan, snapshot: Snapshot): FixedManifests | undefined {
  try {
    return { fixed, refused: 0, edited: editManifests(changes, snapshot) }
  } catch (error) {
    if (error instanceof EditError) return undefined
    throw error
  }
}

/** Findings with proven fixes, of which only safe ones are tried. */
function withSafeFixes(
  findings: readonly LintFinding[],
  snapshot: Snapshot,
  basis: ProofBasis,
): readonly LintFinding[] {
  const safe = findings.map((finding) => ({
    ...finding,
    *proposals() {
      for (const proposal of finding.proposals()) if (proposal.safe) yield proposal
    },
  }))
  return proveFixes(safe, snapshot, basis, computationsFor('all', 0)).findings
}

/**
 * Makes the fixes that are safe and proven in the text of the manifests, as many as go together and as can be edited.
 * Nothing is written.
 */
export function makeFixes(given: readonly LintFinding[], snapshot: Snapshot, basis: ProofBasis): FixedManifests {
  const findings = withSafeFixes(given, snapshot, basis)
  const made = editedBy(planSafeFixes(findings, snapshot, basis), snapshot)
  if (made) return made
  const safe = findings.filter(({ fix }) => fix?.safe)
  const editable = safe.filter((finding) => canBeMade(finding, snapshot))
  const some = editedBy(planSafeFixes(editable, snapshot, basis), snapshot) ?? NOTHING
  return { ...some, refused: safe.length - editable.length }
}

async function sayWhatIsRefused({ refused }: FixedManifests, session: Session): Promise<void> {
  if (refused === 1) await session.note('1 fix cannot be made in the text of its manifest, but by hand')
  if (refused > 1) await session.note(`${refused} fixes cannot be made in the text of their manifests, but by hand`)
}

/** Writes the changed files and says which. */
export async function writeFixes(made: FixedManifests, session: Session): Promise<void> {
  const { fixed, edited } = made
  const names = await writeFixed(edited.texts, session.io.cwd)
  const findings = fixed.length === 1 ? 'a finding' : `${fixed.length} findings`
  const files = names.length === 1 ? names.join('') : `${names.length} files`
  await session.note(names.length === 0 ? 'nothing to fix' : `fixed ${findings} in ${files}`)
  await sayWhatIsRefused(made, session)
}

/** The changes as a unified diff. */
export async function fixesAsDiff(made: FixedManifests, session: Session): Promise<readonly string[]> {
  const { cwd, stdout } = session.io
  const files = [...made.edited.replaced].map(([{ name, text }, parts]): ChangedFile => {
    const path = name === STDIN_NAME ? 'stdin' : relative(cwd, resolve(cwd, name))
    return { path, text, parts }
  })
  if (files.length === 0) await session.note('nothing to fix')
  await sayWhatIsRefused(made, session)
  return diffText(files, stdout.isTTY ? session.paint : undefined)
}
