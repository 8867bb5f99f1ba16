/** Conditions of objects as findings. */
import type { Condition, ConditionGroup, ObjectStatus } from '../../../../derivation/status.ts'
import type { Found } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'

/** What istiod reports about objects of the Gateway API. */
export const statusesOf = ({ scope }: MeshFacts): readonly ObjectStatus[] => scope.registry.statuses

/** The conditions of a type that are False, each once. */
export function failed(groups: readonly ConditionGroup[] = [], type: string): readonly Condition[] {
  const found = new Map<string, Condition>()
  for (const condition of groups.flatMap(({ conditions }) => conditions)) {
    if (condition.type === type && condition.status === 'False') found.set(textOf(condition), condition)
  }
  return [...found.values()]
}

const textOf = ({ message, location }: Condition): string => JSON.stringify([message, location?.path])

/** A finding at what decides a condition. */
export function foundIn({ resource }: ObjectStatus, { reason, message, location }: Condition, effect: string): Found {
  return { message: `${message} (${reason})${effect}`, resource, location: location ?? resource.location }
}
