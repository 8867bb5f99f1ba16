/** Makes fixes in the text of manifests, without writing files. */
import type { Snapshot } from '../../resources/snapshot.ts'
import type { SourceFile } from '../../sources/document.ts'
import { EditError, type EditedManifests, editManifests } from '../edits/index.ts'
import { composed } from '../edits/part.ts'
import { changeSet } from '../fixes/index.ts'
import { computationsFor, type FixPlan, type ProofBasis, planSafeFixes, proveFixes } from './prove.ts'
import type { LintFinding } from './rule.ts'

/** The result of fixes, before files are written. */
export interface FixedManifests {
  readonly fixed: readonly LintFinding[]
  /** How many fixes cannot be made in the text of their manifests. */
  readonly refused: number
  readonly edited: EditedManifests
}

export const NO_FIXES: FixedManifests = {
  fixed: [],
  refused: 0,
  edited: { texts: new Map(), replaced: new Map(), added: undefined },
}

/** Whether the fix can be made in the text of its manifests. */
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

/** Proves the fixes of findings; only safe ones are tried. */
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

/** Makes the safe and proven fixes in the text of the manifests, as many as are possible together. */
export function makeFixes(given: readonly LintFinding[], snapshot: Snapshot, basis: ProofBasis): FixedManifests {
  const findings = withSafeFixes(given, snapshot, basis)
  const made = editedBy(planSafeFixes(findings, snapshot, basis), snapshot)
  if (made) return made
  const safe = findings.filter(({ fix }) => fix?.safe)
  const editable = safe.filter((finding) => canBeMade(finding, snapshot))
  const some = editedBy(planSafeFixes(editable, snapshot, basis), snapshot) ?? NO_FIXES
  return { ...some, refused: safe.length - editable.length }
}

/**
 * The fixes of two rounds together.
 * @param first the fixes of the files as they are
 * @param next the fixes of the files as the first round leaves them
 */
export function withRound(first: FixedManifests, next: FixedManifests): FixedManifests {
  const originals = new Map([...first.edited.texts.keys()].map((file) => [file.name, file]))
  const texts = new Map(first.edited.texts)
  const replaced = new Map(first.edited.replaced)
  for (const [file, text] of next.edited.texts) {
    const original = originals.get(file.name) ?? file
    texts.set(original, text)
    replaced.set(original, composed(replaced.get(original) ?? [], next.edited.replaced.get(file) ?? []))
  }
  const fixed = [...first.fixed, ...next.fixed]
  return { fixed, refused: next.refused, edited: { texts, replaced, added: undefined } }
}

/** The files as fixes leave them, by name. */
export const fixedFiles = ({ edited }: FixedManifests): ReadonlyMap<string, SourceFile> =>
  new Map([...edited.texts].map(([file, text]) => [file.name, { ...file, text }]))
