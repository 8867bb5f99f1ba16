/**
 * Proves fixes of findings. A proposal is applied in memory, and the mesh is computed and linted again. It is offered
 * only if the finding is gone, no finding of the same or a worse severity is new, and no service has lost a place in a
 * listener.
 */
import type { AllocatedRegistry } from '../../allocation/allocation.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { applyChanges } from '../fixes/apply.ts'
import { type Change, type ChangeSet, changeSet } from '../fixes/change.ts'
import { CONFLICT_ENTRIES } from './catalogue/conflicts.ts'
import { identityOf, objectKey } from './identity.ts'
import type { FixProposal } from './proposal.ts'
import { type LintFinding, severityRank } from './rule.ts'

/** Computes and lints a changed mesh in the same way as the original. */
export type Relint = (snapshot: Snapshot) => readonly LintFinding[]

/** Whether to look for fixes: within the time budget of a run, without a limit, or not at all. */
export const FIX_EFFORTS = ['auto', 'all', 'none'] as const
export type FixEffort = (typeof FIX_EFFORTS)[number]

/** The budget of `auto`, in service ports and findings times computations. */
const AUTO_SIZE = 10_000
/** More computations than this are not worth the wait. */
const MOST_COMPUTATIONS = 500

/** The size of a mesh with findings, which the cost of a computation depends on: service ports and findings. */
export const sizeOf = ({ services }: Pick<AllocatedRegistry, 'services'>, findings: readonly LintFinding[]): number =>
  services.reduce((sum, { ports }) => sum + ports.length, findings.length)

/**
 * How many times the mesh may be computed to look for fixes.
 * @param size that of `sizeOf`
 */
export function computationsFor(effort: FixEffort, size: number): number {
  if (effort === 'none') return 0
  if (effort === 'all') return MOST_COMPUTATIONS
  return Math.min(MOST_COMPUTATIONS, Math.floor(AUTO_SIZE / Math.max(1, size)))
}

export interface Proofs {
  /** In the given order, with proven fixes added. */
  readonly findings: readonly LintFinding[]
  /** Some proposals were not tried because the budget was used up. */
  readonly incomplete: boolean
}

/** A finding and a proposal to fix it. */
interface Trial {
  readonly finding: LintFinding
  readonly proposal: FixProposal
}

/** The same for all findings of one rule about one object. */
const topicOf = (finding: LintFinding): string => `${finding.rule} ${objectKey(finding)}`

/** The number of each finding and topic. */
class Tally {
  readonly #identities = new Map<string, number>()
  readonly topics = new Map<string, { count: number; readonly sample: LintFinding }>()

  constructor(findings: readonly LintFinding[]) {
    for (const finding of findings) {
      const identity = identityOf(finding)
      this.#identities.set(identity, (this.#identities.get(identity) ?? 0) + 1)
      const topic = topicOf(finding)
      const known = this.topics.get(topic)
      if (known) known.count++
      else this.topics.set(topic, { count: 1, sample: finding })
    }
  }

  countOf(finding: LintFinding): number {
    return this.#identities.get(identityOf(finding)) ?? 0
  }

  countOfTopic(topic: string): number {
    return this.topics.get(topic)?.count ?? 0
  }
}

const changesOf = (trials: readonly Trial[]): readonly Change[] => [
  ...new Set(trials.flatMap(({ proposal }) => proposal.changes)),
]

/** Identifies each value that changes, with its new value. */
function* targetsOf({ proposal }: Trial): Iterable<readonly [target: string, value: string]> {
  for (const change of proposal.changes) {
    if (change.kind === 'proxy-metadata') {
      for (const [name, value] of change.metadata) yield [`metadata ${name}`, value]
      continue
    }
    const { kind, cluster, meta } = change.resource
    const object = `${cluster} ${kind} ${meta.namespace}/${meta.name}`
    if (change.kind === 'remove') yield [object, 'removed']
    else for (const edit of change.edits) yield [`${object} ${JSON.stringify(edit.path)}`, JSON.stringify(edit)]
  }
}

/** Trials that do not set the same value differently. */
function compatible(trials: readonly Trial[]): readonly Trial[] {
  const wanted = new Map<string, string>()
  // Several findings may share a proposal.
  const taken = new Set<FixProposal>()
  return trials.filter((trial) => {
    if (taken.has(trial.proposal)) return true
    const targets = [...targetsOf(trial)]
    if (targets.some(([target, value]) => (wanted.get(target) ?? value) !== value)) return false
    for (const [target, value] of targets) wanted.set(target, value)
    taken.add(trial.proposal)
    return true
  })
}

class Prover {
  readonly #snapshot: Snapshot
  readonly #before: Tally
  readonly #relint: Relint
  /** Remaining computations. */
  #left: number
  #hasSkipped = false

  constructor(snapshot: Snapshot, before: readonly LintFinding[], relint: Relint, computations: number) {
    this.#snapshot = snapshot
    this.#before = new Tally(before)
    this.#relint = relint
    this.#left = computations
  }

  /** Whether the budget was used up. */
  get hasSkipped(): boolean {
    return this.#hasSkipped
  }

  /** The trials whose finding is gone when all are applied; undefined if that would do harm. */
  #fixedBy(trials: readonly Trial[]): ReadonlySet<Trial> | undefined {
    const snapshot = applyChanges(this.#snapshot, changeSet(changesOf(trials)))
    if (!snapshot) return undefined
    this.#left--
    const after = new Tally(this.#relint(snapshot))
    const least = Math.max(...trials.map(({ finding }) => severityRank(finding.severity)))
    for (const [topic, { count, sample }] of after.topics) {
      if (count <= this.#before.countOfTopic(topic)) continue
      if (severityRank(sample.severity) <= least || Object.hasOwn(CONFLICT_ENTRIES, sample.rule)) return undefined
    }
    const isGone = ({ finding }: Trial): boolean => {
      const topic = topicOf(finding)
      return (
        after.countOf(finding) < this.#before.countOf(finding) &&
        after.countOfTopic(topic) < this.#before.countOfTopic(topic)
      )
    }
    return new Set(trials.filter(isGone))
  }

  /**
   * Accepts as many trials as work together, proven together. If they do harm, each half is tried.
   * @param accepted collects the accepted trials
   */
  accept(trials: readonly Trial[], accepted: Trial[]): void {
    if (trials.length === 0) return
    if (this.#left <= 0) {
      this.#hasSkipped = true
      return
    }
    const all = [...accepted, ...trials]
    const fixed = compatible(all).length === all.length ? this.#fixedBy(all) : undefined
    if (fixed && accepted.every((trial) => fixed.has(trial))) {
      const helped = trials.filter((trial) => fixed.has(trial))
      if (helped.length === trials.length) accepted.push(...trials)
      else this.accept(helped, accepted)
      return
    }
    // Trials with the same proposal are the same change, so each half would do the same harm.
    if (new Set(trials.map(({ proposal }) => proposal)).size === 1) return
    const half = Math.ceil(trials.length / 2)
    this.accept(trials.slice(0, half), accepted)
    this.accept(trials.slice(half), accepted)
  }
}

/** A finding with its untried proposals. */
interface Pending {
  readonly finding: LintFinding
  readonly next: FixProposal
  readonly others: Iterator<FixProposal>
}

function pendingOf(finding: LintFinding, proposals: Iterator<FixProposal>): readonly Pending[] {
  const { done, value } = proposals.next()
  return done ? [] : [{ finding, next: value, others: proposals }]
}

/** Tries each finding's proposals separately. */
function proveSingly(pending: readonly Pending[], prover: Prover): Map<LintFinding, FixProposal> {
  const fixes = new Map<LintFinding, FixProposal>()
  for (const first of pending) {
    let current: Pending | undefined = first
    while (current && !fixes.has(first.finding) && !prover.hasSkipped) {
      const { finding, next: proposal, others }: Pending = current
      const accepted: Trial[] = []
      prover.accept([{ finding, proposal }], accepted)
      if (accepted.length > 0) fixes.set(finding, proposal)
      else current = pendingOf(finding, others)[0]
    }
  }
  return fixes
}

/** Tries the first proposals of all findings together, then the second ones of the rest, and so on. */
function proveTogether(all: readonly Pending[], prover: Prover): Map<LintFinding, FixProposal> {
  const fixes = new Map<LintFinding, FixProposal>()
  for (let pending = all; pending.length > 0 && !prover.hasSkipped; ) {
    const trials = compatible(pending.map(({ finding, next }) => ({ finding, proposal: next })))
    const accepted: Trial[] = []
    prover.accept(trials, accepted)
    for (const { finding, proposal } of accepted) fixes.set(finding, proposal)
    const tried = new Set(trials.map(({ finding }) => finding))
    pending = pending
      .filter(({ finding }) => !fixes.has(finding))
      .flatMap((item) => (tried.has(item.finding) ? pendingOf(item.finding, item.others) : [item]))
  }
  return fixes
}

/** What results are compared with, and how they are computed. */
export interface ProofBasis {
  /** All findings of the snapshot, including ignored ones. */
  readonly before: readonly LintFinding[]
  readonly relint: Relint
}

/**
 * Proven fixes of findings. If the budget is too small for separate proofs, they are proven together.
 * @param findings those to fix
 * @param computations how many times the mesh may be computed
 */
export function proveFixes(
  findings: readonly LintFinding[],
  snapshot: Snapshot,
  { before, relint }: ProofBasis,
  computations: number,
): Proofs {
  if (findings.length === 0) return { findings, incomplete: false }
  if (computations <= 0) return { findings, incomplete: true }
  const pending = findings.flatMap((finding) => pendingOf(finding, finding.proposals()[Symbol.iterator]()))
  if (pending.length === 0) return { findings, incomplete: false }
  const prover = new Prover(snapshot, before, relint, computations)
  // Half of the budget is for second proposals.
  const fixes = pending.length * 2 <= computations ? proveSingly(pending, prover) : proveTogether(pending, prover)
  // Findings that share a proposal share the fix.
  const proven = new Map(
    [...new Set(fixes.values())].map((proposal) => [proposal, { ...proposal, proven: true } as const]),
  )
  return {
    findings: findings.map((finding) => {
      const proposal = fixes.get(finding)
      const fix = proposal && proven.get(proposal)
      return fix ? { ...finding, fix } : finding
    }),
    incomplete: prover.hasSkipped,
  }
}

/** Fixes to apply together. */
export interface FixPlan {
  readonly changes: ChangeSet
  readonly fixed: readonly LintFinding[]
}

/** The safe ones of the proven fixes, as many as work together. */
export function planSafeFixes(
  findings: readonly LintFinding[],
  snapshot: Snapshot,
  { before, relint }: ProofBasis,
): FixPlan {
  const safe = findings.flatMap((finding): Trial[] => {
    const { fix } = finding
    // Changes to all proxies are left for people to decide.
    const changesObjects = fix?.changes.every(({ kind }) => kind !== 'proxy-metadata') ?? false
    return fix?.safe && changesObjects ? [{ finding, proposal: fix }] : []
  })
  const accepted: Trial[] = []
  new Prover(snapshot, before, relint, MOST_COMPUTATIONS).accept(compatible(safe), accepted)
  return { changes: changeSet(changesOf(accepted)), fixed: accepted.map(({ finding }) => finding) }
}
