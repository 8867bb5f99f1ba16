/**
 * Which of the behaviours that differ between two releases affect a mesh. Each behaviour is switched by itself, in the
 * older and in the newer release, and the results are compared.
 */
import { compareBytes } from '../../common/bytes.ts'
import { sameData } from '../../comparison/index.ts'
import type { Node } from '../../proxy/node.ts'
import { buildProxy } from '../../proxy/node.ts'
import type { Touches } from '../../releases/behaviour.ts'
import type { BehaviourName } from '../../releases/behaviours/table.ts'
import type { BehaviourChange, ReleaseDifference } from '../../releases/difference.ts'
import type { AssumedBehaviours } from '../../releases/istiod.ts'
import type { IstioVersion } from '../../releases/version.ts'
import { viewOf } from '../../scope/build.ts'
import type { ScopeContext } from '../../scope/context.ts'
import type { ProxyView } from '../../scope/view.ts'
import { type InvolvedObject, type Observed, observe } from './observations.ts'
import { nodesOf } from './proxies.ts'

/** The mesh of the input for an istiod of a version, with some behaviours forced on or off. */
export type ComputeScope = (version: IstioVersion, assumed: AssumedBehaviours) => ScopeContext

/** The effect of one behaviour by itself. */
export interface Effect {
  /** The number of changed resources by kind; a resource of several proxies is counted once. */
  readonly resources: ReadonlyMap<Touches, number>
  /** The objects that these resources come from, sorted by file and line. */
  readonly objects: readonly InvolvedObject[]
  /** The number of proxies that receive something else. */
  readonly proxies: number
}

/** What is known about a behaviour that differs between the releases. */
export type Concern =
  /** It changes something. */
  | { readonly kind: 'effect'; readonly effect: Effect }
  /** It changes nothing. */
  | { readonly kind: 'none' }
  /** A variable of the input's istiod decides it in both releases. */
  | { readonly kind: 'set' }
  /** There was no time left to compute it. */
  | { readonly kind: 'unknown' }

export interface Concerns {
  readonly byBehaviour: ReadonlyMap<BehaviourName, Concern>
  /** The number of examined proxies. */
  readonly proxies: number
}

export interface ConcernOptions {
  readonly compute: ComputeScope
  /** Called before each behaviour; after it returns false, the remaining behaviours are unknown. */
  readonly hasTime?: () => boolean
}

const NOTHING: AssumedBehaviours = new Map()

const ALL_KINDS: readonly Touches[] = ['allocation', 'validation', 'nds', 'dns', 'lds', 'cds', 'eds', 'rds']

/** If an object is rejected in only one of two releases, everything may change. */
const kindsOf = ({ behaviour: { touches } }: BehaviourChange): readonly Touches[] =>
  touches.includes('validation') ? ALL_KINDS : touches

const byPlace = (a: InvolvedObject, b: InvolvedObject): number => {
  const [one, other] = [a.location.position(), b.location.position()]
  return compareBytes(one.file, other.file) || one.line - other.line
}

/** Collects differing resources by kind, with the objects that they come from on either side. */
class EffectCollector {
  readonly #names = new Map<Touches, Set<string>>()
  readonly #objects = new Map<string, InvolvedObject>()
  readonly #proxies = new Set<number>()

  compare(before: Observed, after: Observed): void {
    for (const [kind, all] of before) {
      for (const [index, one] of all.entries()) {
        const other = after.get(kind)?.[index] ?? new Map()
        for (const name of new Set([...one.keys(), ...other.keys()])) {
          const [was, is] = [one.get(name), other.get(name)]
          if (sameData(was?.value, is?.value)) continue
          this.#add(kind, index, name, [...(is?.objects() ?? []), ...(was?.objects() ?? [])])
        }
      }
    }
  }

  #add(kind: Touches, index: number, name: string, objects: readonly InvolvedObject[]): void {
    const names = this.#names.get(kind) ?? new Set()
    this.#names.set(kind, names.add(name))
    if (kind !== 'allocation' && kind !== 'validation') this.#proxies.add(index)
    for (const object of objects) if (!this.#objects.has(object.what)) this.#objects.set(object.what, object)
  }

  /** undefined when nothing differs. */
  get effect(): Effect | undefined {
    if (this.#names.size === 0) return undefined
    return {
      resources: new Map([...this.#names].map(([kind, names]) => [kind, names.size])),
      objects: [...this.#objects.values()].sort(byPlace),
      proxies: this.#proxies.size,
    }
  }
}

/** One release, and its results with a behaviour on and off. */
class Side {
  readonly #version: IstioVersion
  readonly #compute: ComputeScope
  readonly #nodes: readonly Node[]
  readonly #scope: ScopeContext
  readonly #known = new Map<Touches, Observed>()

  constructor(version: IstioVersion, scope: ScopeContext, nodes: readonly Node[], compute: ComputeScope) {
    this.#version = version
    this.#scope = scope
    this.#nodes = nodes
    this.#compute = compute
  }

  has(name: BehaviourName): boolean {
    return this.#scope.registry.snapshot.features.has(name)
  }

  *#views(scope: ScopeContext): Iterable<ProxyView> {
    for (const node of this.#nodes) yield viewOf(buildProxy(node, scope.registry.snapshot), scope)
  }

  /** The results of the release itself; each kind is computed once. */
  #usual(kinds: readonly Touches[]): Observed {
    const missing = kinds.filter((kind) => !this.#known.has(kind))
    if (missing.length > 0) {
      const found = observe(this.#scope.registry, this.#views(this.#scope), missing)
      for (const kind of missing) this.#known.set(kind, found)
    }
    return new Map(kinds.map((kind) => [kind, this.#known.get(kind)?.get(kind) ?? []]))
  }

  /** Compares the release with itself after switching one behaviour. */
  turned(change: BehaviourChange, collector: EffectCollector): void {
    const kinds = kindsOf(change)
    const scope = this.#compute(this.#version, new Map([[change.name, !this.has(change.name)]]))
    collector.compare(this.#usual(kinds), observe(scope.registry, this.#views(scope), kinds))
  }
}

function concernOf(change: BehaviourChange, older: Side, newer: Side): Concern {
  if (older.has(change.name) === newer.has(change.name)) return { kind: 'set' }
  const collector = new EffectCollector()
  // Another behaviour may enable or hide the effect, so it may show in only one of the releases.
  older.turned(change, collector)
  if (!collector.effect) newer.turned(change, collector)
  const { effect } = collector
  return effect ? { kind: 'effect', effect } : { kind: 'none' }
}

/** @returns for every behaviour that differs between the releases, what it changes for the mesh */
export function concernsOf(
  { from, to, behaviours }: ReleaseDifference,
  { compute, hasTime = () => true }: ConcernOptions,
): Concerns {
  const scope = compute(from, NOTHING)
  const nodes = nodesOf(scope)
  const first = new Side(from, scope, nodes, compute)
  const second = new Side(to, compute(to, NOTHING), nodes, compute)
  const byBehaviour = new Map<BehaviourName, Concern>()
  for (const change of behaviours) {
    byBehaviour.set(change.name, hasTime() ? concernOf(change, first, second) : { kind: 'unknown' })
  }
  return { byBehaviour, proxies: nodes.length }
}
