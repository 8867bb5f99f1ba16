/**
 * Fixes of conflicts. A fix is offered only if computing the mesh again with the fix applied shows that its losers are
 * reached and that no other service has lost anything.
 */
import { EMPTY_MAP } from '../../common/collections.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { ProxyView } from '../../scope/view.ts'
import {
  type Conflict,
  type ConflictParty,
  type ConflictReport,
  clusterOf,
  findConflicts,
  findLosses,
  type Losses,
  PortLosses,
  type Reach,
} from '../conflicts/index.ts'
import { proposeAddresses } from './addresses.ts'
import { applyChanges, DocumentValues } from './apply.ts'
import { type Change, type ChangeSet, changeSet } from './change.ts'
import { FixContext, type Proposal, type Propose } from './context.ts'
import { proposeCapture } from './dns-capture.ts'
import { proposeExportTo } from './export-to.ts'
import { FIX_KINDS, type FixKind } from './kinds.ts'
import { proposeMerge } from './merge.ts'
import { proposePort } from './port.ts'

const PROPOSERS: Readonly<Record<FixKind, Propose>> = {
  addresses: proposeAddresses,
  'dns-capture': proposeCapture,
  port: proposePort,
  merge: proposeMerge,
  'export-to': proposeExportTo,
}

/** A proven fix of a conflict. */
export interface Fix {
  readonly kind: FixKind
  /** An instruction without a full stop. */
  readonly title: string
  readonly changes: readonly Change[]
  /** The losers that it helps: all of the conflict's, or as many as possible. */
  readonly losers: readonly ConflictParty[]
  /** Changing manifests is enough, because the proxy does not override the changed settings. */
  readonly inManifests: boolean
}

export interface ConflictWithFixes extends Conflict {
  /** In order of preference. */
  readonly fixes: readonly Fix[]
}

/** What a proxy sees, and the parts that Envoy can reach, which may be computed on first use. */
export interface Recomputed {
  readonly view: ProxyView
  readonly reach: Reach
}

/**
 * Computes a changed mesh, once for all settings of the same proxy.
 * @returns what the proxy sees in it, by node metadata that overrides the proxy's own
 */
export type Recompute = (snapshot: Snapshot) => (metadata: ReadonlyMap<string, string>) => Recomputed

/** The budget of separate proofs, in services times computations; above it, the fixes of a kind are proven together. */
const SINGLE_PROOFS = 100_000
/** How often a fix that helps only some losers is built again for those. */
const ROUNDS = 3

/** The settings as proxies send them, without the prefix of the variables. */
function nodeMetadata({ proxyMetadata }: ChangeSet): ReadonlyMap<string, string> {
  return new Map([...proxyMetadata].map(([name, value]) => [name.replace(/^ISTIO_META_/, ''), value]))
}

/** The result of applying a change set. */
interface Outcome {
  readonly after: Recomputed
  readonly losses: Losses
  readonly inManifests: boolean
}

const isSubset = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => {
  for (const item of a) if (!b.has(item)) return false
  return true
}

class Prover {
  readonly #before: Losses
  /** undefined if everything has to be computed again for each change. */
  readonly #ofPorts: PortLosses | undefined
  readonly #context: FixContext
  readonly #recompute: Recompute
  readonly #values = new DocumentValues()

  constructor({ view, reach }: Recomputed, recompute: Recompute) {
    this.#before = findLosses(view, reach)
    this.#ofPorts = PortLosses.of(view, reach)
    this.#context = new FixContext(view)
    this.#recompute = recompute
  }

  propose(kind: FixKind, conflict: Conflict, losers: readonly ConflictParty[]): Iterable<Proposal> {
    return PROPOSERS[kind](conflict, losers, this.#context)
  }

  /** Undefined when istiod rejects the changes, or when another service loses something. */
  outcomeOf(changes: readonly Change[]): Outcome | undefined {
    const set = changeSet(changes)
    const { registry } = this.#context.view
    const snapshot = applyChanges(registry.snapshot, set, this.#values)
    this.#values.trim()
    if (!snapshot) return undefined
    const seenWith = this.#recompute(snapshot)
    const first = seenWith(EMPTY_MAP)
    const inManifests = this.#hasSettings(first.view, set)
    const after = inManifests ? first : seenWith(nodeMetadata(set))
    const losses = this.#lossesIn(after, set)
    const harmless =
      isSubset(losses.unreached, this.#before.unreached) && isSubset(losses.contested, this.#before.contested)
    return harmless ? { after, losses, inManifests } : undefined
  }

  #lossesIn(after: Recomputed, { proxyMetadata }: ChangeSet): Losses {
    const isSameProxy = proxyMetadata.size === 0
    return (isSameProxy && this.#ofPorts?.in(after.view)) || findLosses(after.view, after.reach)
  }

  #hasSettings({ proxy }: ProxyView, set: ChangeSet): boolean {
    return [...nodeMetadata(set)].every(([name, value]) => proxy.metadata.get(name) === value)
  }

  /** The fix of a kind that helps the most losers of a conflict, proven separately. */
  prove(kind: FixKind, conflict: Conflict): Fix | undefined {
    let losers = conflict.losers
    for (let round = 0; round < ROUNDS; round++) {
      let helped: readonly ConflictParty[] = []
      for (const { title, changes } of this.propose(kind, conflict, losers)) {
        const outcome = this.outcomeOf(changes)
        if (!outcome) continue
        const reached = losers.filter((loser) => !outcome.losses.unreached.has(clusterOf(loser)))
        if (reached.length === losers.length) return { kind, title, changes, losers, inManifests: outcome.inManifests }
        if (reached.length > helped.length) helped = reached
      }
      if (helped.length === 0) return undefined
      losers = helped
    }
    return undefined
  }

  /** The first proposals of a kind for all conflicts, proven together. */
  proveTogether(kind: FixKind, conflicts: readonly Conflict[]): Map<Conflict, Fix> {
    const proposals = new Map<Conflict, Proposal>()
    for (const conflict of conflicts) {
      const [proposal] = this.propose(kind, conflict, conflict.losers)
      if (proposal) proposals.set(conflict, proposal)
    }
    const fixes = new Map<Conflict, Fix>()
    if (proposals.size === 0) return fixes
    const outcome = this.outcomeOf([...proposals.values()].flatMap(({ changes }) => changes))
    if (!outcome) return fixes
    for (const [conflict, { title, changes }] of proposals) {
      const { losers } = conflict
      if (losers.some((loser) => outcome.losses.unreached.has(clusterOf(loser)))) continue
      fixes.set(conflict, { kind, title, changes, losers, inManifests: outcome.inManifests })
    }
    return fixes
  }
}

/** Addresses that need DNS capture come after DNS capture, which usually makes them unnecessary. */
function inOrder(fixes: readonly Fix[]): readonly Fix[] {
  const isMore = ({ kind, changes }: Fix) => kind === 'addresses' && changes.some((it) => it.kind === 'proxy-metadata')
  const more = fixes.find(isMore)
  if (!more || !fixes.some(({ kind }) => kind === 'dns-capture')) return fixes
  const others = fixes.filter((fix) => fix !== more)
  const after = others.findIndex(({ kind }) => kind === 'dns-capture') + 1
  return [...others.slice(0, after), more, ...others.slice(after)]
}

/**
 * Proven fixes of each conflict. In a mesh that is too large for separate proofs, those of a kind are proven together.
 * @param before what the report was computed from
 * @param kinds the kinds to try
 */
export function findFixes(
  before: Recomputed,
  { conflicts }: ConflictReport,
  recompute: Recompute,
  kinds: readonly FixKind[] = FIX_KINDS,
): readonly ConflictWithFixes[] {
  if (conflicts.length === 0) return []
  const prover = new Prover(before, recompute)
  const single = conflicts.length * kinds.length * before.view.registry.services.length <= SINGLE_PROOFS
  const together = single ? [] : kinds.map((kind) => prover.proveTogether(kind, conflicts))
  const fixesOf = (conflict: Conflict) =>
    single ? kinds.map((kind) => prover.prove(kind, conflict)) : together.map((fixes) => fixes.get(conflict))
  return conflicts.map((conflict) => ({
    ...conflict,
    fixes: inOrder(fixesOf(conflict).filter((fix) => fix !== undefined)),
  }))
}

/** Fixes to apply together. */
export interface Plan {
  readonly changes: ChangeSet
  /** The remaining conflicts: those without a fix in manifests, and those with losers that the fix does not help. */
  readonly left: readonly Conflict[]
}

/**
 * Takes the first fix of each conflict that only changes manifests, and proves that they work together.
 * @returns undefined when they do not
 */
export function planFixes(
  before: Recomputed,
  conflicts: readonly ConflictWithFixes[],
  recompute: Recompute,
  usable: (fix: Fix) => boolean = () => true,
): Plan | undefined {
  const chosen = conflicts.map(({ fixes }) => fixes.find((fix) => fix.inManifests && usable(fix)))
  const changes = chosen.flatMap((fix) => fix?.changes ?? [])
  if (changes.length === 0) return { changes: changeSet([]), left: conflicts }
  const outcome = new Prover(before, recompute).outcomeOf(changes)
  if (!outcome) return undefined
  const { view, reach } = outcome.after
  return { changes: changeSet(changes), left: findConflicts(view, reach).conflicts }
}
