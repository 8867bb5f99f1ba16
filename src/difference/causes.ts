/**
 * Which change of the input causes an effect. A change is a cause if the effect is not there when only this change is
 * undone. Undoing half of the changes at a time finds the single causes of all effects in a few computations.
 */
import { append } from '../common/collections.ts'
import { once } from '../common/once.ts'
import type { Location } from '../sources/location.ts'
import type { Cause, Effect, InputChange } from './model.ts'

/** Computes what is left when some changes are undone. @returns the keys of the effects */
export type LookAgain = (undone: ReadonlySet<InputChange>) => ReadonlySet<string>

export interface CauseOptions {
  readonly lookAgain: LookAgain
  /** Called before computations start; otherwise, the places of the manifests have to do. */
  readonly canAfford: (meshes: number) => boolean
  /** Called before each computation, which is left out after it returns false. */
  readonly hasTime: () => boolean
  /** Whether causes that the manifests show are computed too. */
  readonly provesAll: boolean
}

/** Up to this many changes are undone one by one. */
const FEW_CHANGES = 6

/** The same for effects that are the same for different proxies, or in different meshes. */
export const keyOfEffect = ({ kind, subject, before, after, sentence }: Effect): string =>
  JSON.stringify([kind, subject.kind, subject.name, before ?? null, after ?? null, sentence])

/** Finds the changed objects among the sources of effects. */
class ChangesByPlace {
  readonly #byDocument = new Map<string, InputChange[]>()
  readonly #byName = new Map<string, InputChange>()

  constructor(changes: readonly InputChange[]) {
    for (const change of changes) {
      this.#byName.set(change.what, change)
      for (const location of [change.locations.before, change.locations.after]) {
        if (location) append(this.#byDocument, keyOfDocument(location), change)
      }
    }
  }

  /** The changes that an effect's manifests are about, in the order of the changes. */
  of({ sources }: Effect): readonly InputChange[] {
    const found = new Set<InputChange>()
    for (const { what, location } of [...sources.after, ...sources.before]) {
      const named = this.#byName.get(what)
      if (named) found.add(named)
      for (const change of this.#byDocument.get(keyOfDocument(location)) ?? []) {
        const { before, after } = change.locations
        if (before?.contains(location) || after?.contains(location)) found.add(change)
      }
    }
    return [...found]
  }
}

const keyOfDocument = ({ document: { cluster, file, start } }: Location): string =>
  JSON.stringify([cluster, file.name, start])

/** What the computations showed about effects. */
interface Findings {
  /** The changes without which the effect is not there. */
  necessary(key: string): readonly InputChange[]
  /** The changes each of which brings the effect about by itself, if none is necessary; empty if it was not computed. */
  sufficient(key: string): readonly InputChange[]
  /** The changes that can be a cause, as far as was computed. */
  possible(key: string): readonly InputChange[]
}

/** What is left when sets of changes are undone; some are missing when the time is up. */
function leftWithout(
  changes: readonly InputChange[],
  undoneFor: (change: InputChange) => readonly InputChange[],
  { lookAgain, hasTime }: CauseOptions,
): ReadonlyMap<InputChange, ReadonlySet<string>> {
  const left = new Map<InputChange, ReadonlySet<string>>()
  for (const change of changes) {
    if (!hasTime()) break
    left.set(change, lookAgain(new Set(undoneFor(change))))
  }
  return left
}

/** Undoes one change after the other, and for effects that stay each time, all changes but one. */
function eachAlone(changes: readonly InputChange[], options: CauseOptions): Findings {
  const left = leftWithout(changes, (change) => [change], options)
  const others = (change: InputChange) => changes.filter((each) => each !== change)
  const alone = once(() => leftWithout(changes, others, options))
  const necessary = (key: string) => changes.filter((change) => left.get(change)?.has(key) === false)
  const isNeverGone = (key: string): boolean => changes.every((change) => left.get(change)?.has(key))
  const sufficient = (key: string) =>
    isNeverGone(key) ? changes.filter((change) => alone().get(change)?.has(key)) : []
  return { necessary, sufficient, possible: (key) => (necessary(key).length > 0 ? necessary(key) : changes) }
}

/** What is left when the changes whose number has a bit are undone, and when the others are. */
interface Halves {
  readonly bit: number
  readonly withoutSet: ReadonlySet<string>
  readonly withoutUnset: ReadonlySet<string>
}

/** Undoes half of the changes for each bit of their numbers: a single cause is found by the bits of its number. */
function byHalves(changes: readonly InputChange[], { lookAgain, hasTime }: CauseOptions): Findings {
  const halves: Halves[] = []
  for (let bit = 1; bit < changes.length && hasTime(); bit *= 2) {
    const withoutSet = lookAgain(new Set(changes.filter((_, index) => (index & bit) !== 0)))
    if (!hasTime()) break
    const withoutUnset = lookAgain(new Set(changes.filter((_, index) => (index & bit) === 0)))
    halves.push({ bit, withoutSet, withoutUnset })
  }
  const isComplete = 2 ** halves.length >= changes.length
  const isPossible = (index: number, key: string): boolean =>
    halves.every(({ bit, withoutSet, withoutUnset }) => {
      const [set, unset] = [withoutSet.has(key), withoutUnset.has(key)]
      // Only one of the halves has the cause, unless there are several.
      return set === unset || ((index & bit) !== 0) === unset
    })
  const possible = (key: string) => changes.filter((_, index) => isPossible(index, key))
  const isSingle = (key: string) =>
    isComplete && halves.every(({ withoutSet, withoutUnset }) => withoutSet.has(key) !== withoutUnset.has(key))
  return { possible, sufficient: () => [], necessary: (key) => (isSingle(key) ? possible(key) : []) }
}

const NOTHING_FOUND: Findings = { necessary: () => [], sufficient: () => [], possible: () => [] }

function causeOf(key: string, stated: readonly InputChange[], { necessary, sufficient, possible }: Findings): Cause {
  const needed = necessary(key)
  if (needed.length > 0) return { changes: needed, certainty: 'proven' }
  const enough = sufficient(key)
  if (enough.length > 0) return { changes: enough, certainty: enough.length === 1 ? 'stated' : 'one-of' }
  const can = new Set(possible(key))
  const likely = can.size === 0 ? stated : stated.filter((change) => can.has(change))
  if (likely.length === 1) return { changes: likely, certainty: 'stated' }
  return { changes: likely.length > 0 ? likely : [...can], certainty: 'one-of' }
}

/**
 * The causes of effects.
 * @param effects by their keys
 * @param changes all of the input
 * @returns by the keys of effects; without any change, a cause without changes
 */
export function causesOf(
  effects: ReadonlyMap<string, Effect>,
  changes: readonly InputChange[],
  options: CauseOptions,
): ReadonlyMap<string, Cause> {
  if (changes.length < 2) {
    const only: Cause = { changes, certainty: 'proven' }
    return new Map([...effects.keys()].map((key) => [key, only]))
  }
  const places = new ChangesByPlace(changes)
  const stated = new Map([...effects].map(([key, effect]) => [key, places.of(effect)]))
  const isOpen = options.provesAll || [...stated.values()].some(({ length }) => length !== 1)
  const isFew = changes.length <= FEW_CHANGES
  const meshes = isFew ? changes.length : 2 * Math.ceil(Math.log2(changes.length))
  const computes = isOpen && effects.size > 0 && options.canAfford(meshes)
  const found = computes ? (isFew ? eachAlone : byHalves)(changes, options) : NOTHING_FOUND
  return new Map([...stated].map(([key, few]) => [key, causeOf(key, few, found)]))
}
