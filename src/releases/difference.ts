/** What differs between two releases: behaviours, fields of Istio's API and variables of istiod's environment. */
import type { Behaviour } from './behaviour.ts'
import { BEHAVIOUR_NAMES, BEHAVIOURS, type BehaviourName } from './behaviours/table.ts'
import { API_FIELDS } from './fields.ts'
import { type Lifetime, lives } from './lifetime.ts'
import { VARIABLES } from './variables.ts'
import { compareVersions, type IstioVersion } from './version.ts'

/** Whether the second release has something that the first one has not (`added`), or the other way round. */
export type Direction = 'added' | 'removed'

interface Changed {
  readonly direction: Direction
  readonly lifetime: Lifetime
}

export interface BehaviourChange extends Changed {
  readonly kind: 'behaviour'
  readonly name: BehaviourName
  readonly behaviour: Behaviour
}

/** A field (`MESSAGE.FIELD`) or a variable that only one of two releases reads. */
export interface ReadingChange extends Changed {
  readonly kind: 'field' | 'variable'
  readonly name: string
}

/** The changes from one release to another; they may be in either order. */
export interface ReleaseDifference {
  readonly from: IstioVersion
  readonly to: IstioVersion
  readonly behaviours: readonly BehaviourChange[]
  readonly fields: readonly ReadingChange[]
  readonly variables: readonly ReadingChange[]
}

function directionOf(lifetime: Lifetime, from: IstioVersion, to: IstioVersion): Direction | undefined {
  const [before, after] = [lives(lifetime, from), lives(lifetime, to)]
  if (before === after) return undefined
  return after ? 'added' : 'removed'
}

function behaviourChanges(from: IstioVersion, to: IstioVersion): BehaviourChange[] {
  return BEHAVIOUR_NAMES.flatMap((name): BehaviourChange[] => {
    const behaviour = BEHAVIOURS[name]
    const direction = directionOf(behaviour, from, to)
    return direction ? [{ kind: 'behaviour', name, direction, lifetime: behaviour, behaviour }] : []
  })
}

function readingChanges(
  kind: ReadingChange['kind'],
  table: ReadonlyMap<string, Lifetime>,
  from: IstioVersion,
  to: IstioVersion,
): ReadingChange[] {
  return [...table].flatMap(([name, lifetime]): ReadingChange[] => {
    const direction = directionOf(lifetime, from, to)
    return direction ? [{ kind, name, direction, lifetime }] : []
  })
}

export function releaseDifference(from: IstioVersion, to: IstioVersion): ReleaseDifference {
  return {
    from,
    to,
    behaviours: behaviourChanges(from, to),
    fields: readingChanges('field', API_FIELDS, from, to),
    variables: readingChanges('variable', VARIABLES, from, to),
  }
}

/** Whether `to` is the older one. */
export const isDowngrade = ({ from, to }: Pick<ReleaseDifference, 'from' | 'to'>): boolean =>
  compareVersions(from, to) > 0
