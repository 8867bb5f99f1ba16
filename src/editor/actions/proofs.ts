/** Proves fixes one computation at a time, so that the editor's other messages are answered in between. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FixProposal } from '../../findings/lint/proposal.ts'
import { type ProofBasis, proveFixes } from '../../findings/lint/prove.ts'
import type { LintFinding, LintFix } from '../../findings/lint/rule.ts'
import type { Snapshot } from '../../resources/snapshot.ts'

/** More proposals of one finding are not tried. */
const MOST_TRIED = 6
/** More proven fixes of one finding are not offered. */
const MOST_OFFERED = 3
/** Computations for one proposal: those of a proof of its own. */
const COMPUTATIONS = 2

/** Proofs about one mesh. */
export class Proofs {
  readonly #snapshot: Snapshot
  readonly #basis: ProofBasis
  readonly #known = new Map<FixProposal, LintFix | undefined>()
  readonly #proposals = new Map<LintFinding, readonly FixProposal[]>()

  constructor(snapshot: Snapshot, basis: ProofBasis) {
    this.#snapshot = snapshot
    this.#basis = basis
  }

  /**
   * The proven fixes of a finding, in order of preference.
   * @param isUnwanted asked before each computation
   */
  async of(finding: LintFinding, isUnwanted: () => boolean): Promise<readonly LintFix[]> {
    const fixes: LintFix[] = []
    for (const proposal of this.#proposalsOf(finding)) {
      if (fixes.length >= MOST_OFFERED) break
      if (!this.#known.has(proposal)) await nextTurn()
      if (isUnwanted()) return []
      const fix = this.#prove(finding, proposal)
      if (fix) fixes.push(fix)
    }
    return fixes
  }

  /** They are kept, so that a proof is found again. */
  #proposalsOf(finding: LintFinding): readonly FixProposal[] {
    const known = this.#proposals.get(finding)
    if (known) return known
    const proposals: FixProposal[] = []
    for (const proposal of finding.proposals()) {
      proposals.push(proposal)
      if (proposals.length >= MOST_TRIED) break
    }
    this.#proposals.set(finding, proposals)
    return proposals
  }

  #prove(finding: LintFinding, proposal: FixProposal): LintFix | undefined {
    if (this.#known.has(proposal)) return this.#known.get(proposal)
    const single = { ...finding, proposals: () => [proposal] }
    const { findings } = proveFixes([single], this.#snapshot, this.#basis, COMPUTATIONS)
    const fix = findings[0]?.fix
    this.#known.set(proposal, fix)
    return fix
  }
}
