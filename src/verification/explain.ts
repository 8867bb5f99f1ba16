/** Why a resource is not as computed. */
import { oncePer, oncePerKey } from '../common/once.ts'
import type { Origin } from '../envoy/explained.ts'
import type { Location } from '../sources/location.ts'
import type { ComputedProxy } from './computed.ts'
import { ObjectTimes, timeOf } from './object-times.ts'
import type { ProxyState } from './state.ts'
import type { UnmodelledObject } from './unmodelled.ts'
import type { KindResult, ProxyVerification, ResourceFinding } from './verify.ts'

/** An object of the input. */
export interface NamedObject {
  readonly what: string
  readonly location: Location | undefined
}

export type Explanation =
  /** The proxy has what an older mesh gave. */
  | { readonly kind: 'stale'; readonly since: string; readonly objects: readonly NamedObject[] }
  /** An object is newer than what the proxy has. */
  | { readonly kind: 'changed-later'; readonly object: NamedObject; readonly changed: string; readonly updated: string }
  /** An object that is not modelled may have changed it. */
  | { readonly kind: 'not-modelled'; readonly object: NamedObject }
  /** Endpoints are unhealthy that EDS says are healthy: outlier detection or a health check. */
  | { readonly kind: 'unhealthy' }

/** A finding with its reasons, and the objects that the resource comes from. */
export interface ExplainedFinding extends ResourceFinding {
  readonly origins: readonly Origin[]
  readonly explanations: readonly Explanation[]
}

/** A kind with explained findings. */
export interface ExplainedKind extends Omit<KindResult, 'findings'> {
  readonly findings: readonly ExplainedFinding[]
}

/** A change of an object that can be taken back. */
export interface UndoableChange extends NamedObject {
  /** What differs if only this change is undone; undefined if that is not known. */
  undone(): ProxyVerification | undefined
}

/** What a proxy would have got from an older mesh. */
export interface EarlierProxy {
  /** How the user has named that mesh. */
  readonly name: string
  readonly computed: ComputedProxy
  /** What differs from the older mesh: all its kinds. */
  readonly verification: ProxyVerification
  /** Objects that have changed since. */
  readonly changed: readonly UndoableChange[]
}

export interface ExplanationInput {
  readonly state: ProxyState
  readonly computed: ComputedProxy
  readonly unmodelled: readonly UnmodelledObject[]
  readonly earlier: EarlierProxy | undefined
}

const keyOf = ({ kind, name }: ResourceFinding): string => `${kind} ${name}`

const keysOf = (verification: ProxyVerification | undefined): ReadonlySet<string> | undefined =>
  verification && new Set(verification.kinds.flatMap(({ findings }) => findings.map(keyOf)))

/** The newest version of a kind that the proxy has. */
function lastUpdate({ resources }: ProxyState, kind: KindResult['kind']): string | undefined {
  let last: string | undefined
  for (const { updated } of resources.get(kind)?.values() ?? []) {
    const time = timeOf(updated)
    if (time !== undefined && (last === undefined || time > last)) last = time
  }
  return last
}

/** How many objects are read again. Reading them takes time, and many findings usually have one cause. */
const MOST_TIMES = 200

const VIRTUAL_HOST = 'virtualHosts['

/** The virtual hosts that differ, by the paths of the differences. */
function virtualHostsIn({ kind, differences }: ResourceFinding): ReadonlySet<string> {
  const paths = kind === 'rds' ? differences.filter(({ path }) => path.startsWith(VIRTUAL_HOST)) : []
  return new Set(paths.map(({ path }) => path.slice(VIRTUAL_HOST.length, path.indexOf(']'))))
}

class Explainer {
  readonly #input: ExplanationInput
  readonly #times = new ObjectTimes()
  readonly #lastUpdate = oncePerKey((kind: KindResult['kind']) => lastUpdate(this.#input.state, kind))
  readonly #stillDifferent: ReadonlySet<string>
  /** What still differs if a change is undone. */
  readonly #remaining = oncePer((change: UndoableChange) => keysOf(change.undone()))
  #timesLeft = MOST_TIMES

  constructor(input: ExplanationInput) {
    this.#input = input
    const { earlier } = input
    this.#stillDifferent = keysOf(earlier?.verification) ?? new Set()
  }

  explain(finding: ResourceFinding): ExplainedFinding {
    const { computed, earlier } = this.#input
    const hosts = virtualHostsIn(finding)
    const own = computed.originsOf(finding.kind, finding.name, hosts)
    const origins = own.length > 0 ? own : (earlier?.computed.originsOf(finding.kind, finding.name, hosts) ?? [])
    const explanations = [
      ...this.#stale(finding, origins),
      ...this.#changedLater(finding, own),
      ...this.#unmodelled(finding),
      ...(isUnhealthy(finding) ? [{ kind: 'unhealthy' } as const] : []),
    ]
    return { ...finding, origins, explanations }
  }

  #stale(finding: ResourceFinding, origins: readonly Origin[]): readonly Explanation[] {
    const { earlier } = this.#input
    if (!earlier || this.#stillDifferent.has(keyOf(finding))) return []
    return [{ kind: 'stale', since: earlier.name, objects: this.#causesOf(finding, origins, earlier) }]
  }

  /** The change without which the proxy has what it should have; otherwise those of objects behind the resource. */
  #causesOf(finding: ResourceFinding, origins: readonly Origin[], { changed }: EarlierProxy): readonly NamedObject[] {
    if (changed.length < 2) return changed
    const causes = changed.filter((change) => this.#remaining(change)?.has(keyOf(finding)) === false)
    if (causes.length > 0) return causes
    const names = new Set(origins.map(({ what }) => what))
    const among = changed.filter(({ what }) => names.has(what))
    return among.length > 0 ? among : changed
  }

  #updateOf({ kind, held }: ResourceFinding): string | undefined {
    const own = timeOf(held?.updated)
    return own !== undefined || held ? own : this.#lastUpdate(kind)
  }

  #changedLater(finding: ResourceFinding, origins: readonly Origin[]): readonly Explanation[] {
    const updated = this.#updateOf(finding)
    if (updated === undefined || this.#timesLeft <= 0) return []
    const objects = new Map(origins.map(({ what, location }) => [what, location]))
    return [...objects].flatMap(([what, location]): readonly Explanation[] => {
      this.#timesLeft--
      const changed = location && this.#times.changed(location)
      if (changed === undefined || changed <= updated) return []
      return [{ kind: 'changed-later', object: { what, location }, changed, updated }]
    })
  }

  #unmodelled(finding: ResourceFinding): readonly Explanation[] {
    return this.#input.unmodelled
      .filter(({ kinds }) => kinds.has(finding.kind))
      .map(({ what, location }) => ({ kind: 'not-modelled', object: { what, location } }))
  }
}

/** The only difference is that endpoints are not healthy. */
function isUnhealthy({ kind, verdict, differences }: ResourceFinding): boolean {
  return (
    kind === 'eds' &&
    verdict === 'differs' &&
    differences.some(({ path, actual }) => path.endsWith('.healthStatus') && actual === 'UNHEALTHY')
  )
}

/** Adds the reasons to what was found about a proxy. */
export function explainFindings({ kinds }: ProxyVerification, input: ExplanationInput): readonly ExplainedKind[] {
  const explainer = new Explainer(input)
  return kinds.map((result) => ({ ...result, findings: result.findings.map((finding) => explainer.explain(finding)) }))
}
