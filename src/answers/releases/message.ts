/** Differences between two releases as data, for `releases -o json`. */
import type { Concern, Concerns, Effect, InvolvedObject, StatedReading } from '../../findings/releases/index.ts'
import type { Touches } from '../../releases/behaviour.ts'
import { BEHAVIOUR_GROUPS, type BehaviourName } from '../../releases/behaviours/table.ts'
import {
  type BehaviourChange,
  isDowngrade,
  type ReadingChange,
  type ReleaseDifference,
} from '../../releases/difference.ts'
import type { Lifetime } from '../../releases/lifetime.ts'
import { versionText } from '../../releases/version.ts'
import type { Position } from '../../sources/document.ts'
import { placeMessage } from '../place.ts'

/** How the changes affect an input. */
export interface InputConcerns extends Concerns {
  readonly stated: readonly StatedReading[]
}

/** The changes between two releases, and how they affect an input. */
export interface ReleasesAnswer {
  readonly difference: ReleaseDifference
  /** undefined without an input. */
  readonly input: InputConcerns | undefined
}

interface ObjectMessage {
  readonly object: string
  readonly location: Position
}

interface ConcernMessage {
  /** `effect`, `none`, `set` (an istiod variable fixes it in both releases) or `unknown`. */
  readonly concern?: Concern['kind']
  readonly resources?: Readonly<Record<string, number>>
  readonly proxies?: number
  readonly objects?: readonly ObjectMessage[]
}

interface LifetimeMessage {
  /** The first version of each release line. */
  readonly since?: readonly string[]
  readonly until?: readonly string[]
}

export interface BehaviourMessage extends ConcernMessage, LifetimeMessage {
  readonly name: string
  readonly group: string
  readonly change: 'added' | 'removed'
  readonly does: string
  readonly upgrade: string
  readonly touches: readonly Touches[]
  readonly variable?: { readonly name: string; readonly on: string }
  /** Pull requests of istio/istio. */
  readonly source: readonly number[]
}

export interface ReadingMessage extends LifetimeMessage {
  readonly name: string
  readonly change: 'added' | 'removed'
  readonly stated?: readonly ObjectMessage[]
}

export interface ReleasesMessage {
  readonly from: string
  readonly to: string
  readonly direction: 'upgrade' | 'downgrade' | 'none'
  readonly behaviours: readonly BehaviourMessage[]
  readonly fields: readonly ReadingMessage[]
  readonly variables: readonly ReadingMessage[]
}

/** The subject of a behaviour, as in the table. */
export const groupOf = (name: BehaviourName): string =>
  BEHAVIOUR_GROUPS.find(([, behaviours]) => Object.hasOwn(behaviours, name))?.[0] ?? ''

const objectMessage = ({ what, location }: InvolvedObject): ObjectMessage => ({
  object: what,
  location: placeMessage(location),
})

function effectMessage({ resources, proxies, objects }: Effect): ConcernMessage {
  return { resources: Object.fromEntries(resources), proxies, objects: objects.map(objectMessage) }
}

function concernMessage(concern: Concern | undefined): ConcernMessage {
  if (!concern) return {}
  return { concern: concern.kind, ...(concern.kind === 'effect' && effectMessage(concern.effect)) }
}

const lifetimeMessage = ({ since, until }: Lifetime): LifetimeMessage => ({
  ...(since && { since }),
  ...(until && { until }),
})

/** Pull requests by number. */
const pullRequests = (source: string): readonly number[] => [...source.matchAll(/#(\d+)/g)].map(([, n]) => Number(n))

function behaviourMessage(
  { name, direction, lifetime, behaviour }: BehaviourChange,
  input: InputConcerns | undefined,
): BehaviourMessage {
  const { does, upgrade, touches, setting, source } = behaviour
  return {
    name,
    group: groupOf(name),
    change: direction,
    does,
    upgrade,
    touches,
    ...lifetimeMessage(lifetime),
    ...(setting && { variable: { name: setting.variable, on: String(setting.on) } }),
    source: pullRequests(source),
    ...concernMessage(input?.byBehaviour.get(name)),
  }
}

function readingMessage(
  { name, direction, lifetime }: ReadingChange,
  input: InputConcerns | undefined,
): ReadingMessage {
  const stated = input?.stated.find((item) => item.name === name)
  return {
    name,
    change: direction,
    ...lifetimeMessage(lifetime),
    ...(input && { stated: (stated?.objects ?? []).map(objectMessage) }),
  }
}

function directionOf({ from, to, behaviours, fields, variables }: ReleaseDifference): ReleasesMessage['direction'] {
  if (isDowngrade({ from, to })) return 'downgrade'
  return versionText(from) === versionText(to) && behaviours.length + fields.length + variables.length === 0
    ? 'none'
    : 'upgrade'
}

/** Behaviours are in table order; `concern` decides which of them come first in the text. */
export function releasesMessage({ difference, input }: ReleasesAnswer): ReleasesMessage {
  const { from, to, behaviours, fields, variables } = difference
  return {
    from: versionText(from),
    to: versionText(to),
    direction: directionOf(difference),
    behaviours: behaviours.map((change) => behaviourMessage(change, input)),
    fields: fields.map((change) => readingMessage(change, input)),
    variables: variables.map((change) => readingMessage(change, input)),
  }
}
