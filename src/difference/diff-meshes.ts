/** The difference between two meshes for all their proxies, with the cause of each effect. */
import { buildProxy, type Node } from '../proxy/node.ts'
import { viewOf } from '../scope/build.ts'
import type { ScopeContext } from '../scope/context.ts'
import type { ProxyView } from '../scope/view.ts'
import { causesOf, keyOfEffect } from './causes.ts'
import { compareProxy, isDifferent } from './compare-proxy.ts'
import { effectsOf, effectsOfMesh } from './effects/index.ts'
import { type GroupOptions, type ProxyGroups, proxyGroups } from './groups.ts'
import { leftoversOf } from './leftovers.ts'
import {
  type ComparedGroup,
  type ComparedProxy,
  type Difference,
  EFFECT_KINDS,
  type Effect,
  type InputChange,
  type JoinedEffect,
  type MeshSide,
  type ProxyGroup,
  type Sides,
} from './model.ts'

export interface ComparisonInput {
  readonly meshes: Sides<MeshSide>
  readonly changes: readonly InputChange[]
  /** The mesh after the change as if some of the changes had not been made. */
  readonly without: (undone: ReadonlySet<InputChange>) => MeshSide
  readonly proxies: GroupOptions
  /** Whether there is time for one more mesh while causes are searched; undefined to decide by the size of the mesh. */
  readonly hasTime: (() => boolean) | undefined
}

/** Meshes with at most this many objects are small: computing them again for each cause takes no time. */
const FEW_OBJECTS = 400
/** How many objects are computed again while causes are searched, unless the user sets a time: two or three seconds. */
const MOST_OBJECTS_AGAIN = 20_000

function viewIn(node: Node | undefined, { registry, ...scope }: ScopeContext): ProxyView | undefined {
  return node && viewOf(buildProxy(node, registry.snapshot), { registry, ...scope })
}

function viewsOf({ nodes }: ProxyGroup, meshes: Sides<MeshSide>): Sides<ProxyView | undefined> {
  return { before: viewIn(nodes.before, meshes.before.scope), after: viewIn(nodes.after, meshes.after.scope) }
}

/** What is found in two meshes before causes are known. */
interface Found {
  readonly groups: readonly ComparedGroup[]
  readonly effects: ReadonlyMap<string, { readonly effect: Effect; readonly groups: readonly ProxyGroup[] }>
  readonly proxies: ProxyGroups
}

/** Collects equal effects of several groups. */
class EffectCollector {
  readonly effects = new Map<string, { readonly effect: Effect; readonly groups: ProxyGroup[] }>()

  add(effects: readonly Effect[], group?: ProxyGroup): void {
    for (const effect of effects) {
      const key = keyOfEffect(effect)
      const known = this.effects.get(key) ?? { effect, groups: [] }
      this.effects.set(key, known)
      if (group && !isSeenBySidecars(group, known.groups)) known.groups.push(group)
    }
  }
}

/** A workload gets what the sidecars of its namespace get, and is not named with them. */
function isSeenBySidecars({ kind, namespaces }: ProxyGroup, groups: readonly ProxyGroup[]): boolean {
  if (kind !== 'workload') return false
  return groups.some(
    (other) => other.kind === 'sidecars' && namespaces.every((name) => other.namespaces.includes(name)),
  )
}

function find(meshes: Sides<MeshSide>, changes: readonly InputChange[], options: GroupOptions): Found {
  const scopes = { before: meshes.before.scope, after: meshes.after.scope }
  const groupsOfMesh = proxyGroups(scopes, changes, options)
  const collector = new EffectCollector()
  collector.add(effectsOfMesh(meshes))
  const compared: ComparedGroup[] = []
  let last: ComparedProxy | undefined
  for (const group of groupsOfMesh.groups) {
    const views = viewsOf(group, meshes)
    if (!views.before || !views.after) continue
    const proxy = compareProxy(views, group.sharesClusters ? last : undefined)
    last = proxy
    if (!isDifferent(proxy)) continue
    compared.push({ group, compared: proxy })
    const effects = effectsOf(proxy)
    collector.add([...effects, ...leftoversOf(proxy, effects)], group)
  }
  return { groups: compared, effects: collector.effects, proxies: groupsOfMesh }
}

const rankOf = ({ effect }: JoinedEffect): number => EFFECT_KINDS.indexOf(effect.kind)

/** By the first change that may be the cause, then by kind; the order of one kind stays. */
function inOrder(effects: readonly JoinedEffect[], changes: readonly InputChange[]): readonly JoinedEffect[] {
  const places = new Map(changes.map((change, index) => [change, index]))
  const placeOf = ({ cause: { changes: causes } }: JoinedEffect): number =>
    causes[0] ? (places.get(causes[0]) ?? 0) : changes.length
  return [...effects].sort(
    (a, b) => placeOf(a) - placeOf(b) || a.cause.changes.length - b.cause.changes.length || rankOf(a) - rankOf(b),
  )
}

function sizeOf({ scope: { registry } }: MeshSide): number {
  return registry.services.length + Object.values(registry.snapshot.istio).reduce((sum, list) => sum + list.length, 0)
}

/** Compares what the proxies of two meshes get, and finds the cause of each effect. */
export function diffMeshes(input: ComparisonInput): Difference {
  const { meshes, changes, without, proxies, hasTime } = input
  const found = find(meshes, changes, proxies)
  const all = new Map([...found.effects].map(([key, { effect }]) => [key, effect]))
  // A mesh without some of the changes has objects of both.
  const size = Math.max(sizeOf(meshes.before), sizeOf(meshes.after))
  const causes = causesOf(all, changes, {
    lookAgain: (undone) =>
      new Set(find({ before: meshes.before, after: without(undone) }, changes, proxies).effects.keys()),
    canAfford: (count) => hasTime !== undefined || count * size <= MOST_OBJECTS_AGAIN,
    hasTime: hasTime ?? (() => true),
    provesAll: size <= FEW_OBJECTS,
  })
  const joined = [...found.effects].map(([key, { effect, groups }]): JoinedEffect => {
    return { effect, groups, cause: causes.get(key) ?? { changes, certainty: 'one-of' } }
  })
  const { namespaces, folded, leftOut } = found.proxies
  return { changes, groups: found.groups, effects: inOrder(joined, changes), namespaces, folded, leftOut }
}
